"""The ten items of the national form: all there, or said by name to be missing; as JSON and as a workbook."""

import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Certification, ProductImage
from tests.books import all_invariants
from traceability import national, uris
from traceability.models import Lot
from traceability.selectors import national as selectors
from traceability.services import events
from traceability.tests.test_events import make_lot, note

OWN, AREA = "/kenh-chu-the/traceability/lot/", "/quan-tri/traceability/lot/"
# Circular 02/2024/TT-BKHCN, as standards.md of the project lists it.
CHECKLIST = [
    "product_name", "picture", "producer", "address", "stages", "production_time", "trace_code", "brand",
    "shelf_life", "standards",
]  # fmt: skip


@pytest.fixture
def lot(cast, make_product, media):
    product = make_product(cast.producer, name="=Mật ong")
    product.standards = "TCVN 5267-1:2008"
    product.shelf_life = "24 tháng"
    product.save()
    ProductImage.objects.create(product=product, original="x.jpg", alt="x", sizes={"640": "p/640.webp"})
    Certification.objects.create(product=product, scheme="haccp", number="H-1")
    return make_lot(product)


def only(lots):
    return national.as_json(next(selectors.forms(lots=lots)))


def test_all_ten_items_are_there(cast, lot):
    form = only(Lot.objects.all())
    assert [item["key"] for item in form["items"]] == CHECKLIST
    assert [item["number"] for item in form["items"]] == list(range(1, 11))
    values = {item["key"]: item["value"] for item in form["items"]}
    assert values["product_name"] == "=Mật ong"
    assert values["picture"].startswith("http")
    assert values["trace_code"] == uris.of_lot(lot)
    assert values["production_time"] == f"{lot.produced_on:%d/%m/%Y}"
    assert values["standards"] == "TCVN 5267-1:2008; HACCP H-1"
    assert set(values["stages"][0]) == {"stage", "product_code", "location_code", "time"}


def test_what_is_missing_is_said_by_name(cast, make_product, media):
    product = make_product(cast.producer)
    product.standards = product.shelf_life = ""
    product.save()
    make_lot(product)
    assert only(Lot.objects.all())["missing"] == ["picture", "stages", "shelf_life", "standards"]


def test_what_was_corrected_away_is_no_stage(cast, lot):
    wrong = note(lot, cast.owner)
    note(lot, cast.owner, step="ocop:drying")
    events.void(event=wrong, reason="Nhầm", actor=cast.owner)
    stages = next(item for item in only(Lot.objects.all())["items"] if item["key"] == "stages")["value"]
    assert [stage["stage"] for stage in stages] == ["Phơi, sấy", "Khai báo lô"]


def test_each_office_gets_its_own_lots(client_for, cast, lot, make_product):
    make_lot(make_product(cast.rival), "R01")

    def codes(person, site):
        response = client_for(person).get(f"{site}mau-quoc-gia.json")
        lots = json.loads(b"".join(response.streaming_content))["lots"]
        return {found["items"][6]["value"] for found in lots}

    assert codes(cast.owner, OWN) == {uris.of_lot(lot)}
    assert uris.of_lot(lot) in codes(cast.province_officer, AREA)
    assert uris.of_lot(lot) not in codes(cast.other_officer, AREA)
    assert client_for(cast.buyer).get(f"{OWN}mau-quoc-gia.json").status_code == 403
    assert client_for(cast.owner).get(f"{OWN}mau-quoc-gia.pdf").status_code == 404


def test_the_workbook_holds_the_same(client_for, cast, lot):
    response = client_for(cast.owner).get(f"{OWN}mau-quoc-gia.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    lots, stages = book.worksheets
    assert [str(cell.value).partition(".")[0] for cell in lots[1][:10]] == [str(n) for n in range(1, 11)]
    assert lots["A2"].value == "'=Mật ong"
    assert (lots["G2"].value, stages["C2"].value) == (uris.of_lot(lot), uris.of_lot(lot))


def test_the_producers_whole_document_is_streamed(client_for, cast, lot, make_product):
    make_lot(make_product(cast.rival), "R01")
    note(lot, cast.owner)
    response = client_for(cast.owner).get(f"{OWN}epcis.json")
    document = json.loads(b"".join(response.streaming_content))
    assert document["epcisBody"]["eventList"] == [json.loads(row.body) for row in lot.events.all()]
    assert "epcis.json" in client_for(cast.owner).get(OWN).content.decode()
    assert "epcis.json" not in client_for(cast.province_officer).get(AREA).content.decode()


def test_the_forms_cost_the_same_however_many_lots(cast, lot, make_product):
    with CaptureQueriesContext(connection) as one:
        list(selectors.forms(lots=Lot.objects.all()))
    for number in range(19):
        make_lot(lot.product, f"M{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(list(selectors.forms(lots=Lot.objects.all()))) == 20
    assert len(many) == len(one)
    assert all_invariants() == {}
