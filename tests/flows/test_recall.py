"""A bad lot: every buyer of it is found and told once, and nobody can buy what is left."""

import datetime as dt
import re

import pytest
from django.core import mail

from catalog.errors import OutOfStock
from catalog.services import stock
from core import clock
from core.errors import NotAllowed
from orders.models import RecallNotice
from orders.services import cases, fulfilment, recalls
from orders.states import SubOrderStatus
from orders.tests.buying import buy, run_outbox, walk
from orders.tests.returning import C, ask, receive
from tests.books import all_invariants
from traceability import chain, exports
from traceability.errors import AlreadyRecalled, InvalidRecall
from traceability.models import Recall
from traceability.services import lot_stock
from traceability.services import recalls as notices
from traceability.tests.test_events import make_lot


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=0)


@pytest.fixture
def lots(cast, product):
    """The bad lot expires first and is sent first; ten packs of each."""
    made = []
    for code, days in (("BAD", 30), ("GOOD", 90)):
        lot = make_lot(product, code, expires_on=clock.today() + dt.timedelta(days=days))
        lot_stock.receive(lot=lot, variant=product.variants.get(), quantity=10, actor=cast.owner)
        made.append(lot)
    return made


@pytest.fixture
def sell(cast, product):
    """``sell(units, **who)`` → a parcel of so many packs that was delivered."""

    def make(units, status=SubOrderStatus.DELIVERED, **who):
        order = buy(product, commune=cast.hoi_an, quantity=units, **who)
        sub = order.sub_orders.get()
        walk(sub, status)
        return sub

    return make


def open_recall(cast, lots, actor=None, **changes):
    facts = {
        "level": "stop_using",
        "reason": "Phát hiện tạp chất.",
        "instruction": "Ngừng dùng, giữ nguyên bao bì, chờ người bán liên hệ.",
    }
    return notices.open_(producer=cast.producer, lots=lots, actor=actor or cast.owner, **facts | changes)


def letters():
    return [(letter.to[0], letter.subject) for letter in mail.outbox if letter.subject.startswith("Thu hồi")]


def test_exactly_the_buyers_of_the_lot_are_told_once(cast, product, lots, sell, client):
    first = sell(4, user=cast.buyer)
    second = sell(3, user=cast.buyer)  # the same buyer again: one letter for both
    guest = sell(4, phone="0900000123", email="khach@cast.example")  # three of BAD, one of GOOD
    sell(2, phone="0900000124", email="khac@cast.example")  # all of GOOD
    mail.outbox.clear()
    recall = open_recall(cast, lots[:1])
    page = client.get(f"/truy-xuat/{lots[0].code_row.value}/").content.decode()
    assert "đang bị thu hồi" in page  # at once, before any worker
    run_outbox()
    title = "Thu hồi sản phẩm bạn đã mua: ngừng dùng lô BAD"
    assert sorted(letters()) == [("khach@cast.example", title), (first.order.email, title)]
    assert {
        (notice.contact, frozenset(notice.parts.values_list("sub_order__code", "units")))
        for notice in RecallNotice.objects.all()
    } == {
        (f"user:{cast.buyer.pk}", frozenset({(first.code, 4), (second.code, 3)})),
        ("phone:+84900000123", frozenset({(guest.code, 3)})),
    }
    recalls.find_buyers(recall_id=recall.pk)
    run_outbox()
    assert len(letters()) == 2
    assert all(notice.told_by == "email" for notice in RecallNotice.objects.all())
    assert "thu hồi" not in client.get(f"/truy-xuat/{lots[1].code_row.value}/").content.decode()
    assert [chain.faults(exports.of_chain(lot)) for lot in lots] == [[], []]
    assert all_invariants() == {}


def test_sales_stop_in_the_same_moment(cast, product, lots, sell):
    sell(4, user=cast.buyer)
    open_recall(cast, lots[:1])
    variant = product.variants.get()
    with pytest.raises(OutOfStock):
        stock.take(quantities={variant.pk: 11}, reference="A", actor=None)
    open_recall(cast, lots[1:])
    product.refresh_from_db()
    assert product.in_stock is False
    assert all_invariants() == {}


def test_who_gave_it_back_has_it_no_more(cast, lots, sell):
    refused = sell(2, SubOrderStatus.REFUSED, phone="0900000125", email="a@cast.example")
    fulfilment.take_back(sub_order=refused, actor=None)
    kept = sell(2, user=cast.buyer)
    case = ask(kept, cast.buyer, quantity=1)
    cases.accept(case=case, goods_back=True, actor=cast.owner)
    receive(case, cast.owner)
    open_recall(cast, lots[:1])
    run_outbox()
    notice = RecallNotice.objects.get()
    assert list(notice.parts.values_list("sub_order__code", "units")) == [(kept.code, 1)]
    assert case.status == C.CLOSED
    assert all_invariants() == {}


def test_a_mock_recall_finds_everybody_and_tells_nobody(cast, lots, sell, client):
    sell(4, user=cast.buyer)
    mail.outbox.clear()
    recall = open_recall(cast, lots[:1], is_mock=True)
    run_outbox()
    recall.refresh_from_db()
    assert (letters(), RecallNotice.objects.count(), recall.found_at >= recall.opened_at) == ([], 1, True)
    assert "thu hồi" not in client.get(f"/truy-xuat/{lots[0].code_row.value}/").content.decode()
    sell(3, user=cast.buyer)  # sales go on
    assert all_invariants() == {}


@pytest.mark.parametrize("who", ["rival_owner", "other_officer", "buyer", "treasurer"])
def test_strangers_may_not(cast, lots, who):
    with pytest.raises(NotAllowed):
        open_recall(cast, lots[:1], actor=getattr(cast, who))
    assert not Recall.objects.exists()


def test_the_province_may_and_a_lot_is_recalled_once(cast, lots):
    open_recall(cast, lots[:1], actor=cast.province_officer)
    with pytest.raises(AlreadyRecalled) as refusal:
        open_recall(cast, lots)
    assert refusal.value.data == {"lots": ["BAD"]}
    assert "BAD (TH-" in str(refusal.value)
    assert "GOOD" not in str(refusal.value)
    assert Recall.objects.count() == 1
    assert re.fullmatch(r"TH-\d{4}-0001", Recall.objects.get().code)


@pytest.mark.parametrize("field", ["reason", "instruction", "level"])
def test_what_is_missing_is_named(cast, lots, field):
    with pytest.raises(InvalidRecall) as refusal:
        open_recall(cast, lots[:1], **{field: " "})
    assert refusal.value.data == {"field": field}
    with pytest.raises(InvalidRecall) as refusal:
        open_recall(cast, [])
    assert refusal.value.data == {"field": "lots"}


def test_destroyed_closed_and_still_red(cast, lots, sell, client):
    sell(4, user=cast.buyer)
    recall = open_recall(cast, lots[:1])
    gone = notices.destroyed(recall=recall, actor=cast.owner)
    assert [(allocation.lot.code, allocation.units) for allocation in gone] == [("BAD", 6)]
    assert notices.close(recall=recall, report="Đã tiêu hủy 6 chai, thu lại 4.", actor=cast.owner) is True
    assert "thu hồi" in client.get(f"/truy-xuat/{lots[0].code_row.value}/").content.decode()
    assert all_invariants() == {}


def test_a_mistake_is_revoked(cast, product, lots, client):
    recall = open_recall(cast, lots[:1])
    assert notices.revoke(recall=recall, reason="Nhầm lô", actor=cast.owner) is True
    assert "đang bị thu hồi" not in client.get(f"/truy-xuat/{lots[0].code_row.value}/").content.decode()
    stock.take(quantities={product.variants.get().pk: 20}, reference="A", actor=None)
    assert lots[0].events.last().step == "ocop:recall_revoked"
    assert open_recall(cast, lots[:1]).status == "open"
