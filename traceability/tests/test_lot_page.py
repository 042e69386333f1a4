"""The page of a lot: from it to the journal, into stock, into cases; lots with a place, and old ones."""

import json
import uuid

import pytest
from django.urls import reverse

from core import clock
from tests.books import all_invariants
from traceability import chain, exports
from traceability.models import Lot, TraceEvent
from traceability.services import codes, events
from traceability.tests.life import make_place
from traceability.tests.test_events import make_lot


@pytest.fixture
def lot(product, private_files):
    return make_lot(product)


def step(lot, slug):
    return reverse("producer:traceability_lot_step", args=[lot.pk, slug])


def test_from_the_lots_page_to_its_journal(client_for, cast, lot):
    client = client_for(cast.owner)
    own = client.get(reverse("producer:traceability_lot_change", args=[lot.pk])).content.decode()
    assert reverse("traceability:journal-lot", args=[lot.pk]) in own
    seen = client_for(cast.province_officer).get(reverse("province:traceability_lot_change", args=[lot.pk]))
    assert "Khai báo lô" in seen.content.decode()
    assert reverse("traceability:journal-lot", args=[lot.pk]) not in seen.content.decode()


def test_a_lot_comes_into_stock(client_for, cast, product, lot, make_product):
    client, pack = client_for(cast.staff), product.variants.get()
    assert 'value="100"' in client.get(step(lot, "nhap-kho")).content.decode()
    assert client.post(step(lot, "nhap-kho"), {"variant": pack.pk, "quantity": 60}).status_code == 302
    row = lot.stock.get()
    assert (row.received, row.here) == (60, 60)
    text = client.get(reverse("producer:traceability_lot_change", args=[lot.pk])).content.decode()
    assert "40 gói của lô chưa nhập kho" in text
    assert client.post(step(lot, "nhap-kho"), {"variant": pack.pk, "quantity": 41}).status_code == 400
    alien = make_product(cast.rival).variants.get()
    assert client.post(step(lot, "nhap-kho"), {"variant": alien.pk, "quantity": 1}).status_code == 422
    assert client_for(cast.rival_owner).post(step(lot, "nhap-kho"), {}).status_code == 404
    assert all_invariants("catalog", "traceability") == {}


@pytest.mark.parametrize(
    ("sscc", "parent"),
    [
        ("376130321109103420", "/00/376130321109103420"),
        ("(00) 3 7613032 110910342 0", "/00/376130321109103420"),
        ("", "#thung-"),
    ],
)
def test_packs_go_into_a_case(client_for, cast, lot, sscc, parent):
    client, mine = client_for(cast.owner), str(uuid.uuid4())
    for _twice in range(2):
        assert (
            client.post(step(lot, "dong-thung"), {"packs": 24, "sscc": sscc, "event_id": mine}).status_code
            == 302
        )
    event = lot.events.get(type="AggregationEvent")
    body = json.loads(event.body)
    assert (body["action"], body["bizStep"]) == ("ADD", "packing")
    assert parent in body["parentID"]
    assert body["childQuantityList"] == [{"epcClass": body["ocop:lot"], "quantity": 24}]
    assert "quantityList" not in body
    assert event.action == "ADD"


@pytest.mark.parametrize(
    "fields",
    [
        {"packs": 24, "sscc": "376130321109103421"},
        {"packs": 24, "sscc": "12345"},
        {"packs": 0},
        {"packs": 101},
        {"packs": 1, "sscc": "３76130321109103420"},
    ],
)
def test_a_case_that_cannot_be(client_for, cast, lot, fields):
    fields = {"event_id": str(uuid.uuid4())} | fields
    assert client_for(cast.owner).post(step(lot, "dong-thung"), fields).status_code == 400
    assert lot.events.count() == 1


# --- Lots entered in the admin, and lots older than the journal ---


def test_a_lot_is_entered_with_its_place_and_note(client_for, cast, product, private_files):
    place, theirs = make_place(cast.producer, cast.duy_xuyen), make_place(cast.rival, cast.hoi_an)
    fields = {"product": product.pk, "code": "L9", "produced_on": "20/11/2026", "quantity": 5}
    fields |= {"note": "Mùa hoa keo", "location": theirs.pk}
    client = client_for(cast.owner)
    assert client.post(reverse("producer:traceability_lot_add"), fields).status_code == 200
    assert not Lot.objects.exists()
    assert (
        client.post(reverse("producer:traceability_lot_add"), fields | {"location": place.pk}).status_code
        == 302
    )
    lot = Lot.objects.get()
    assert (lot.location, lot.note) == (place, "Mùa hoa keo")
    assert lot.events.get().read_point.endswith(f"/{place.code}/")


def test_a_lot_of_before_the_journal_is_commissioned_first(client_for, cast, product, private_files):
    lot = Lot.objects.create(product=product, code="CU", produced_on=clock.today(), quantity=7)
    codes.ensure(lot=lot)
    events.note(lot=lot, step="ocop:harvesting", event_time=clock.now(), actor=cast.owner)
    steps = list(TraceEvent.objects.filter(lot=lot).values_list("sequence", "step"))
    assert steps == [(1, "commissioning"), (2, "ocop:harvesting")]
    lot.refresh_from_db()
    assert chain.faults(exports.of_chain(lot)) == []
    assert all_invariants("traceability") == {}
