"""What everybody can read about recalls, and lots that leave the shop the day after their last."""

import datetime as dt

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from core import clock
from producers.models import Producer
from traceability import gs1, links, tasks
from traceability.models import LotStock
from traceability.services import lot_stock, recalls
from traceability.tests.conftest import GTIN
from traceability.tests.test_events import make_lot

LIST = "/truy-xuat/thu-hoi/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def lot(product):
    return make_lot(product, "L01/2")


def open_(cast, *lots, **changes):
    facts = {"level": "stop_using", "reason": f"Tạp chất {HOSTILE}", "instruction": "Ngừng dùng.\nGửi trả."}
    return recalls.open_(producer=cast.producer, lots=lots, actor=cast.owner, **facts | changes)


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_recalled(client, db):
    assert "Hiện không có đợt thu hồi nào." in text(client, LIST)


def test_everybody_can_read_one(cast, client, lot):
    recall = open_(cast, lot)
    shown = text(client, LIST)
    assert f"{LIST}{recall.code}/" in shown
    assert "L01/2" in shown
    page = text(client, f"{LIST}{recall.code}/")
    for words in (
        "Mật ong rừng",
        "L01/2",
        "Tạp chất &lt;script&gt;",
        "Ngừng dùng.<br>Gửi trả.",
        "tel:+84905123456",
    ):
        assert words in page
    assert f"/truy-xuat/{lot.code_row.value}/" in page
    assert LIST in text(client, "/truy-xuat/")


def test_a_mock_one_is_nobodys_business(cast, client, lot):
    recall = open_(cast, lot, is_mock=True)
    assert recall.code not in text(client, LIST)
    assert client.get(f"{LIST}{recall.code}/").status_code == 404


@pytest.mark.parametrize("code", ["TH-2026-9999", "x", "%00", "TH-2026-0001'"])
def test_there_is_none_such(client, db, code):
    assert client.get(f"{LIST}{code}/").status_code == 404


def test_a_closed_one_still_warns_and_a_revoked_one_says_so(cast, client, lot):
    recall = open_(cast, lot)
    recalls.close(recall=recall, report="Xong.", actor=cast.owner)
    assert recall.code not in text(client, LIST)
    page = text(client, f"{LIST}{recall.code}/")
    assert "vẫn không được dùng, bán" in page
    assert "Xong." not in page  # the report is the offices'
    recalls.revoke(recall=recall, reason="Nhầm", actor=cast.owner)
    page = text(client, f"{LIST}{recall.code}/")
    assert "Thông báo này đã được rút lại" in page
    assert "Không dùng" not in page


def test_invented_ones_say_so(cast, client, lot):
    Producer.objects.filter(pk=cast.producer.pk).update(is_illustrative=True)
    recall = open_(cast, lot)
    assert "Dữ liệu minh họa" in text(client, LIST)
    assert "minh họa" in text(client, f"{LIST}{recall.code}/")


def test_a_resolver_leads_to_the_recall_of_the_lot(cast, product):
    Product.objects.filter(pk=product.pk).update(gtin=GTIN)
    lot = make_lot(product, "L7")

    def status():
        return links.of(gs1.DigitalLink(gtin=GTIN, lot="L7")).find("recallStatus").href

    assert status().endswith(f"/truy-xuat/01/{GTIN}/10/L7")
    recall = open_(cast, lot)
    assert status().endswith(f"{LIST}{recall.code}/")
    recalls.revoke(recall=recall, reason="Nhầm", actor=cast.owner)
    assert status().endswith(f"/truy-xuat/01/{GTIN}/10/L7")


def test_newest_first_and_by_pages(cast, client, product):
    made = [open_(cast, make_lot(product, f"N{number:02}")) for number in range(21)]
    first, second = text(client, LIST), text(client, f"{LIST}?trang=2")
    assert first.index(made[20].code) < first.index(made[19].code)
    assert (made[0].code in first, made[0].code in second) == (False, True)
    assert client.get(f"{LIST}?trang=x").status_code == 200


def test_the_number_of_queries_does_not_grow(cast, client, product):
    recall = open_(cast, make_lot(product, "A"))
    counts = []
    for _round in range(2):
        for address in (LIST, f"{LIST}{recall.code}/"):
            with CaptureQueriesContext(connection) as queries:
                text(client, address)
            counts.append(len(queries))
        recalls.revoke(recall=recall, reason="Nhầm", actor=None)
        recall = open_(cast, *(make_lot(product, f"B{number}-{recall.pk}") for number in range(15)))
        for number in range(5):
            open_(cast, make_lot(product, f"C{number}-{recall.pk}"))
    assert counts[:2] == counts[2:]


def test_a_lot_leaves_the_shop_after_its_last_day(cast, product, monkeypatch):
    pack = product.variants.get()
    today = clock.today()
    lots = {}
    for code, expires in (("LAST", today), ("NEXT", today + dt.timedelta(days=1))):
        lots[code] = make_lot(product, code, expires_on=expires)
        lot_stock.receive(lot=lots[code], variant=pack, quantity=5, actor=cast.owner)
    tasks.hold_expired()
    assert not LotStock.objects.filter(quarantined__gt=0).exists()
    monkeypatch.setattr(clock, "now", lambda: clock.midnight(today + dt.timedelta(days=1)))
    tasks.hold_expired()
    tasks.hold_expired()
    held = LotStock.objects.filter(quarantined__gt=0)
    assert [(row.lot, row.quarantined) for row in held] == [(lots["LAST"], 5)]


def test_that_happens_soon_after_midnight_in_vietnam():
    entry = settings.CELERY_BEAT_SCHEDULE["hold-expired-lots"]
    assert entry["task"] == tasks.hold_expired.name
    assert entry["schedule"] == crontab(hour=0, minute=5)
    assert settings.CELERY_TIMEZONE == "Asia/Ho_Chi_Minh"
