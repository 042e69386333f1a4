"""What a trace page tells of a lot's way, of one item, and what programs read there."""

import datetime as dt

import pytest

from catalog.services import products
from core import clock
from traceability.models import Location, LotInput, Serial, Suspicion
from traceability.services import checks, codes, events, labels, lot_stock, lots
from traceability.tests.conftest import GTIN, PHONE

DAY = dt.timedelta(days=1)
NOW = clock.now


@pytest.fixture
def place(cast):
    return Location.objects.create(
        producer=cast.producer,
        code="DD23456789",
        kind="facility",
        name="Xưởng Chiêm Sơn",
        province=cast.da_nang,
        commune=cast.duy_xuyen,
        address_line="Thôn 2",
    )


@pytest.fixture
def lot(cast, product, star):
    star(clock.today() + DAY)
    return lots.create(
        product=product,
        code="L1",
        produced_on=clock.today() - 10 * DAY,
        expires_on=clock.today() + 100 * DAY,
        quantity=50,
        actor=cast.owner,
    )


@pytest.fixture
def serial(cast, lot):
    labels.ask(
        lot=lot,
        paper="a4-3x8",
        count=2,
        with_serials=True,
        with_checks=True,
        with_price=False,
        actor=cast.owner,
    )
    return Serial.objects.order_by("position").first()


def address(lot, tail=""):
    return f"/truy-xuat/{codes.ensure(lot=lot).value}/{tail}"


def text_of(client, url):
    return client.get(url, headers={"user-agent": PHONE}).content.decode()


def note(lot, cast, **more):
    wanted = {"step": "ocop:harvesting", "event_time": NOW() - 12 * DAY, "actor": cast.owner}
    return events.note(lot=lot, **wanted | more)


def test_the_way_is_told_in_order_of_time(client, cast, lot, place):
    note(lot, cast, step="packing", event_time=NOW() - DAY, location=place, words="Đóng hũ")
    note(lot, cast, quantity=120, unit="KGM")
    text = text_of(client, address(lot))
    assert "50 gói" in text
    assert text.index("Thu hoạch") < text.index("Khai báo lô") < text.index("Đóng gói, dán nhãn")
    for told in ("120 kg", "Xưởng Chiêm Sơn", "DD23456789", "Đóng hũ", "/truy-xuat/dia-diem/DD23456789/"):
        assert told in text, told


def test_a_corrected_step_is_struck_through_with_the_reason(client, cast, lot):
    wrong = note(lot, cast)
    events.void(event=wrong, reason="Ghi nhầm lô", actor=cast.owner)
    text = text_of(client, address(lot))
    assert "<s>Thu hoạch</s>" in text
    assert "Đã đính chính: Ghi nhầm lô" in text
    assert text.count("Thu hoạch") == 1


def test_hundreds_of_parcels_are_one_line(client, cast, lot, product):
    lot_stock.receive(lot=lot, variant=product.variants.get(), quantity=40, actor=cast.owner)
    for number in range(12):
        lot_stock.ship(quantities={product.variants.get().pk: 1}, reference=f"P{number}", actor=cast.owner)
    text = text_of(client, address(lot))
    assert text.count("Gửi cho người mua") == 1
    assert "12 lần" in text


def test_hostile_words_stay_words(client, cast, lot):
    note(lot, cast, words="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(client, address(lot))


def test_what_a_lot_was_made_of(client, cast, product, lot, place):
    honey = lots.create(
        product=product, code="MAT-1", produced_on=lot.produced_on, quantity=5, actor=cast.owner
    )
    LotInput.objects.create(lot=lot, name="Mật thô", source_lot=honey)
    LotInput.objects.create(lot=lot, name="Hoa", location=place)
    text = text_of(client, address(lot))
    assert address(honey) in text
    assert "Lô MAT-1" in text


def test_ten_items_for_programs(client, cast, lot, place, product):
    note(lot, cast, location=place)
    answer = client.get(address(lot, "thong-tin.json"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    told = answer.json()
    assert told["productName"] == product.name
    assert told["producer"] == {
        "name": cast.producer.name,
        "address": "Xã Duy Xuyên, Thành phố Đà Nẵng",
    }
    assert told["productionDate"] == lot.produced_on.isoformat()
    assert told["shelfLife"]["expirationDate"] == lot.expires_on.isoformat()
    lot.refresh_from_db()
    assert told["traceCode"] == lot.uri
    assert [(stage["name"], stage["traceCode"], stage["locationCode"]) for stage in told["stages"]] == [
        ("Thu hoạch", lot.uri, "DD23456789"),
        ("Khai báo lô", lot.uri, None),
    ]
    assert {"image", "standards", "serial"} <= told.keys()
    assert told["verdict"]["kind"] == "valid"


def test_facts_of_an_unknown_code(client, db):
    assert client.get("/truy-xuat/ABCDEFGHJK/thong-tin.json").status_code == 404


class TestSerial:
    def verdict(self, client, url):
        return client.get(url, headers={"user-agent": PHONE}).context["page"].verdict.kind

    def test_known_and_unknown(self, client, lot, serial):
        assert self.verdict(client, address(lot, f"?s={serial.value}")) == "valid"
        text = text_of(client, address(lot, f"?s={serial.value}"))
        assert f"Tem số {serial.value}" in text
        assert "Kiểm tra mã cào" in text
        assert self.verdict(client, address(lot, "?s=ABCDEFGHJK")) == "serial_unknown"

    def test_by_digital_link(self, client, lot, serial, product):
        products.update(product=product, gtin=GTIN, actor=None)
        link = f"/truy-xuat/01/{GTIN}/10/L1/21/"
        assert self.verdict(client, link + serial.value) == "valid"
        assert self.verdict(client, link + "ABCDEFGHJK") == "serial_unknown"

    def test_a_copied_item_turns_only_its_own_page_red(self, client, lot, serial):
        Suspicion.objects.create(
            code=lot.code_row,
            serial=serial,
            rule="serial_often",
            raised_at=NOW(),
            closed_at=NOW(),
            is_copy=True,
        )
        other = Serial.objects.exclude(pk=serial.pk).get()
        assert self.verdict(client, address(lot, f"?s={serial.value}")) == "copied"
        assert self.verdict(client, address(lot, f"?s={other.value}")) == "valid"
        assert self.verdict(client, address(lot)) == "valid"

    def test_the_number_under_the_film(self, client, lot, serial):
        def told(typed, number=serial.value):
            url = address(lot, "ma-cao/")
            answer = client.post(url, {"s": number, "ma_cao": typed}, follow=True)
            return answer.content.decode()

        assert "Mã cào không đúng" in told("000000" if serial.check_code != "000000" else "111111")
        assert "Mã cào không đúng" in told("")
        spaced = f"{serial.check_code[:3]} {serial.check_code[3:]}"
        assert "bạn là người đầu tiên" in told(spaced)
        assert "đã có người kiểm tra" in told(spaced)

    def test_items_without_a_film_and_of_other_lots(self, client, lot, serial):
        Serial.objects.filter(pk=serial.pk).update(check_code="")
        for number in (serial.value, "ABCDEFGHJK", ""):
            assert client.post(address(lot, "ma-cao/"), {"s": number, "ma_cao": ""}).status_code == 404

    def test_guessing_is_slowed_down(self, client, lot, serial, settings):
        settings.SCRATCH_RATE = "2/10m"
        for _ in range(3):
            answer = client.post(address(lot, "ma-cao/"), {"s": serial.value, "ma_cao": "x"}, follow=True)
        assert "quá nhiều lần" in answer.content.decode()

    def test_leads_back_to_this_market_only(self, client, lot, serial):
        answer = client.post(
            address(lot, "ma-cao/"), {"s": serial.value, "ma_cao": "1", "next": "https://evil.example/"}
        )
        assert answer["Location"] == address(lot, f"?s={serial.value}")

    def test_first_is_said_once(self, serial):
        first = checks.scratch(serial=serial, typed=serial.check_code)
        stale = Serial.objects.get(pk=serial.pk)
        assert [first, checks.scratch(serial=stale, typed=serial.check_code)] == ["first", "again"]


def test_queries_do_not_grow_with_the_way(client, cast, lot, place, django_assert_num_queries):
    text_of(client, address(lot))
    with django_assert_num_queries(13):
        text_of(client, address(lot))
    for number in range(20):
        note(lot, cast, location=place, words=str(number))
        LotInput.objects.create(lot=lot, name=str(number), location=place)
    with django_assert_num_queries(13):
        text = text_of(client, address(lot))
    assert len(text.encode()) < 100_000
