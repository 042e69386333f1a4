"""A product and a lot each get one code, drawn by the worker as a picture that opens its page."""

import datetime as dt
import io
from urllib.parse import urlsplit

import pytest
import zxingcpp
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from PIL import Image

from catalog.services import products
from core.errors import NotAllowed
from core.models import OutboxMessage
from traceability.errors import InvalidLot, LotExists
from traceability.invariants import INVARIANTS
from traceability.models import Code, Lot
from traceability.services import codes, lots, pictures
from traceability.tests.conftest import GTIN
from traceability.tests.outbox import run_worker

TODAY = dt.date(2026, 11, 23)


def make_lot(product, code="L2026A", **values):
    defaults = {
        "produced_on": TODAY - dt.timedelta(days=30),
        "expires_on": TODAY + dt.timedelta(days=300),
        "quantity": 100,
        "place": "Thôn Chiêm Sơn, xã Duy Xuyên",
        "actor": None,
    }
    return lots.create(product=product, code=code, **defaults | values)


def decoded(name):
    """Text of the QR picture in the storage, by a decoder that we did not write."""
    with default_storage.open(name, "rb") as file:
        picture = Image.open(io.BytesIO(file.read()))
    found = zxingcpp.read_barcodes(picture.convert("L"))
    assert len(found) == 1
    return found[0].text


def test_publishing_leads_to_a_picture_that_opens_the_page(product, client, settings):
    assert not Code.objects.exists()
    run_worker()
    code = Code.objects.get(product=product, lot=None)
    address = decoded(code.png)
    assert address == f"{settings.SITE_URL}/truy-xuat/{code.value}/"
    answer = client.get(urlsplit(address).path)
    assert answer.status_code == 200
    assert product.name in answer.content.decode()


def test_a_lot_of_a_product_with_gtin_carries_a_digital_link(cast, make_product, media, client, settings):
    product = make_product(cast.producer, gtin=GTIN)
    lot = make_lot(product, code="A/1")
    run_worker()
    address = decoded(Code.objects.get(lot=lot).png)
    assert address == f"{settings.SITE_URL}/01/{GTIN}/10/A%2F1"
    answer = client.get(urlsplit(address).path, follow=True)
    assert answer.status_code == 200
    assert "A/1" in answer.content.decode()
    whole = Code.objects.get(product=product, lot=None)
    assert decoded(whole.png) == f"{settings.SITE_URL}/01/{GTIN}"


def test_picture_is_large_and_has_its_quiet_zone(product):
    run_worker()
    code = Code.objects.get(product=product)
    with default_storage.open(code.png, "rb") as file:
        picture = Image.open(io.BytesIO(file.read())).convert("L")
    assert min(picture.size) >= 300
    dark = picture.point(lambda level: 255 - level).getbbox()
    width = picture.width
    margins = (dark[0], dark[1], width - dark[2], width - dark[3])
    modules = (width - 2 * margins[0]) / pictures.MODULE
    assert (modules - 17) % 4 == 0
    assert set(margins) == {4 * pictures.MODULE}
    with default_storage.open(code.svg, "rb") as file:
        assert b"<svg" in file.read(200)


def test_the_worker_twice_is_the_worker_once(product):
    run_worker()
    code = Code.objects.get(product=product)
    first = (code.png, code.svg, default_storage.get_modified_time(code.png))
    pictures.draw(code_id=code.pk)
    codes.ensure(product=product)
    code.refresh_from_db()
    assert (code.png, code.svg, default_storage.get_modified_time(code.png)) == first
    assert OutboxMessage.objects.filter(topic="traceability.code_created").count() == 1


def test_codes_are_readable_and_no_gtin():
    values = {codes.draw_value() for _ in range(2000)}
    assert len(values) == 2000
    for value in values:
        assert codes.SHAPE.fullmatch(value)
        assert not value.isdigit()
        assert not set(value) & set("01OILU")


def test_a_taken_value_is_drawn_again(product, make_product, cast, monkeypatch):
    first = codes.ensure(product=product)
    drawn = iter([first.value, first.value, "ZZZZZZZZZZ"])
    monkeypatch.setattr(codes, "draw_value", lambda: next(drawn))
    assert codes.ensure(product=make_product(cast.producer)).value == "ZZZZZZZZZZ"


def test_the_database_allows_one_code_per_product(product):
    codes.ensure(product=product)
    with pytest.raises(IntegrityError), transaction.atomic():
        Code.objects.create(product=product, value="SECONDONE2")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "Lô 1"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "x" * 21}, "code"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 10**10}, "quantity"),
        ({"produced_on": dt.date(2100, 1, 1), "expires_on": None}, "produced_on"),
        ({"expires_on": dt.date(2020, 1, 1)}, "expires_on"),
    ],
)
def test_wrong_lots_are_refused_by_field(product, values, field):
    with pytest.raises(InvalidLot) as refused:
        make_lot(product, **values)
    assert refused.value.data["field"] == field
    assert not Lot.objects.exists()


def test_a_lot_code_is_used_once_per_product(product, make_product, cast):
    make_lot(product)
    with pytest.raises(LotExists):
        make_lot(product)
    make_lot(make_product(cast.rival))
    assert Code.objects.exclude(lot=None).count() == 2


def test_only_the_producers_people_and_its_officers_enter_lots(product, cast):
    for stranger in (cast.rival_owner, cast.buyer, cast.other_officer, cast.council_member):
        with pytest.raises(NotAllowed):
            make_lot(product, actor=stranger)
    for number, person in enumerate((cast.owner, cast.staff, cast.commune_officer, cast.admin)):
        make_lot(product, code=f"L{number}", actor=person)
    assert OutboxMessage.objects.filter(topic="traceability.code_created").count() == 4


def test_invariants_find_what_they_name(product):
    def rows():
        found = {}
        with connection.cursor() as cursor:
            for name, sql in INVARIANTS.items():
                cursor.execute(sql)
                found[name] = len(cursor.fetchall())
        return {name: count for name, count in found.items() if count}

    lot = make_lot(product)
    run_worker()
    assert rows() == {}
    Lot.objects.create(product=product, code="BARE", produced_on=TODAY, quantity=1)
    Code.objects.filter(lot=lot).update(png="")
    assert rows() == {"every lot has a code": 1, "a code has both pictures or none": 1}


def test_hidden_products_keep_their_code(product):
    code = codes.ensure(product=product)
    products.hide(product=product, actor=None)
    assert codes.ensure(product=product) == code
