"""Goods under a recall: parcels that cannot be filled, what buyers read, and asking the money back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.selectors import availability
from catalog.services import stock
from core import clock
from orders.errors import GoodsRecalled, NotRecalled, ReturnTooLate
from orders.models import CaseLine, SubOrder
from orders.policies import Holder
from orders.selectors import order_page
from orders.selectors.recalls import progress
from orders.services import cases, fulfilment
from orders.states import CaseReason, SubOrderStatus
from orders.tests.buying import buy, run_outbox, walk
from orders.tests.returning import ask, receive
from tests.books import all_invariants
from traceability.errors import StillPromised
from traceability.models import LotStock
from traceability.services import lot_stock, recalls
from traceability.tests.test_events import make_lot

S = SubOrderStatus
DESK = "/kenh-chu-the/orders/suborder/"


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=0, name="Mật ong")


@pytest.fixture
def pack(product):
    return product.variants.get()


@pytest.fixture
def lot(cast, product, pack):
    """Ten packs, all that is in the house."""
    made = make_lot(product, "BAD", expires_on=clock.today() + dt.timedelta(days=30))
    lot_stock.receive(lot=made, variant=pack, quantity=10, actor=cast.owner)
    return made


@pytest.fixture(autouse=True)
def books_are_whole(db):
    yield
    assert all_invariants() == {}


def order(cast, product, units, status=S.PREPARING, **who):
    sub = buy(product, commune=cast.hoi_an, quantity=units, **({"user": cast.buyer} | who)).sub_orders.get()
    walk(sub, status)
    return sub


def recall(cast, *lots, **changes):
    facts = {"level": "return", "reason": "Có tạp chất.", "instruction": "Ngừng dùng, gửi trả."}
    return recalls.open_(producer=cast.producer, lots=lots, actor=cast.owner, **facts | changes)


def restock(cast, product, pack, units):
    good = make_lot(product, "GOOD")
    lot_stock.receive(lot=good, variant=pack, quantity=units, actor=cast.owner)
    return good


# --- Parcels that are not sent yet ---


def test_a_parcel_that_cannot_be_filled_is_not_sent(cast, client_for, product, pack, lot):
    sub = order(cast, product, 4)
    desk = client_for(cast.owner)
    assert "Không đủ hàng" not in desk.get(f"{DESK}{sub.pk}/change/").content.decode()
    recall(cast, lot)
    assert "Không đủ hàng vì thu hồi: Mật ong" in desk.get(f"{DESK}{sub.pk}/change/").content.decode()
    with pytest.raises(GoodsRecalled):
        fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    answer = desk.post(f"{DESK}{sub.pk}/buoc/giao-di/", {"carrier_name": "Xe khách"})
    assert (answer.status_code, "Không đủ hàng vì thu hồi" in answer.content.decode()) == (409, True)
    assert SubOrder.objects.get(pk=sub.pk).status == S.PREPARING
    assert lot_stock.shipped(reference=sub.code) == []


def test_cancelling_it_puts_nothing_bad_on_sale(cast, client_for, product, pack, lot):
    sub = order(cast, product, 4)
    recall(cast, lot)
    answer = client_for(cast.owner).post(f"{DESK}{sub.pk}/buoc/huy/", {"reason": "Hàng bị thu hồi"})
    assert (answer.status_code, SubOrder.objects.get(pk=sub.pk).status) == (302, S.CANCELLED)
    assert availability.of_variants([pack.pk]) == {pack.pk: 0}
    product.refresh_from_db()
    assert product.in_stock is False


def test_other_goods_fill_it(cast, product, pack, lot):
    sub = order(cast, product, 4)
    recall(cast, lot)
    good = restock(cast, product, pack, 5)
    assert availability.of_variants([pack.pk]) == {pack.pk: 1}  # four of the five are the parcel's
    fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    assert [(a.lot, a.units) for a in lot_stock.shipped(reference=sub.code)] == [(good, 4)]


def test_the_first_to_be_sent_has_them(cast, product, pack, lot):
    first, second = order(cast, product, 4), order(cast, product, 4, phone="0900000123", user=None)
    recall(cast, lot)
    restock(cast, product, pack, 5)
    fulfilment.hand_over(sub_order=second, actor=cast.owner)
    with pytest.raises(GoodsRecalled):
        fulfilment.hand_over(sub_order=first, actor=cast.owner)


def test_goods_without_a_lot_may_be_sent(cast, product, pack, lot):
    stock.receive(variant=pack, quantity=4, actor=None)
    sub = order(cast, product, 4)
    recall(cast, lot)
    fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    assert lot_stock.shipped(reference=sub.code) == []


def test_a_parcel_taken_back_to_the_table_is_filled_anew(cast, product, pack, lot):
    sub = order(cast, product, 4, S.HANDED_OVER)
    fulfilment.prepare(sub_order=sub, actor=cast.owner)
    recall(cast, lot)
    with pytest.raises(GoodsRecalled):
        fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    assert LotStock.objects.values_list("shipped", "quarantined").get(lot=lot) == (0, 10)


def test_what_parcels_count_on_is_not_destroyed(cast, product, pack, lot):
    sub = order(cast, product, 4)
    notice = recall(cast, lot)
    with pytest.raises(StillPromised):
        recalls.destroyed(recall=notice, actor=cast.owner)
    fulfilment.cancel(sub_order=sub, actor=cast.owner, reason="Hàng bị thu hồi")
    assert [a.units for a in recalls.destroyed(recall=notice, actor=cast.owner)] == [10]


def test_a_revoked_recall_lets_parcels_go(cast, product, pack, lot):
    sub = order(cast, product, 4)
    recalls.revoke(recall=recall(cast, lot), reason="Nhầm lô", actor=cast.owner)
    fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    assert availability.of_variants([pack.pk]) == {pack.pk: 6}


# --- What the buyer reads and asks ---


def page(client, sub):
    return client.get(f"/don-hang/{sub.order.code}/").content.decode()


def test_the_order_says_so(cast, client_for, product, lot):
    sub = order(cast, product, 2, S.DELIVERED)
    client = client_for(cast.buyer)
    assert "đang bị thu hồi" not in page(client, sub)
    notice = recall(cast, lot)
    shown = page(client, sub)
    for words in ("Hàng trong đơn này đang bị thu hồi", "Có tạp chất.", "Ngừng dùng, gửi trả.", notice.code):
        assert words in shown
    assert f"/truy-xuat/{lot.code_row.value}/" in shown
    assert f"/truy-xuat/thu-hoi/{notice.code}/" in shown
    recalls.revoke(recall=notice, reason="Nhầm", actor=cast.owner)
    assert "đang bị thu hồi" not in page(client, sub)


def test_a_mock_recall_is_not_shown_to_buyers(cast, client_for, product, lot):
    sub = order(cast, product, 2, S.DELIVERED)
    recall(cast, lot, is_mock=True)
    assert "thu hồi" not in page(client_for(cast.buyer), sub)


def test_the_number_of_queries_does_not_grow(cast, product, pack, lot):
    sub = order(cast, product, 4, S.DELIVERED)
    counts = []
    for number in range(2):
        if number:
            others = [make_lot(product, f"L{n}") for n in range(5)]
            for other in others:
                lot_stock.receive(lot=other, variant=pack, quantity=1, actor=cast.owner)
            sub = order(cast, product, 8, S.DELIVERED)
            recall(cast, *others)
        else:
            recall(cast, lot)
        with CaptureQueriesContext(connection) as queries:
            assert order_page(sub.order.code).recalls
        counts.append(len(queries))
    assert counts[0] == counts[1]


LATE = dt.timedelta(days=400)


def test_recalled_goods_are_asked_back_at_any_time(cast, client_for, product, lot):
    sub = order(cast, product, 2, S.DELIVERED)
    SubOrder.objects.filter(pk=sub.pk).update(delivered_at=clock.now() - LATE)
    client = client_for(cast.buyer)
    with pytest.raises(ReturnTooLate):
        ask(sub, cast.buyer)
    with pytest.raises(NotRecalled):
        ask(sub, cast.buyer, reason=CaseReason.RECALLED)
    recall(cast, lot)
    assert "Yêu cầu trả hàng, hoàn tiền" in page(client, sub)
    form = client.get(client_address(sub)).content.decode()
    assert form.count('name="reason"') == 1  # a recall is the only reason left
    with pytest.raises(ReturnTooLate):
        ask(sub, cast.buyer)
    line = sub.lines.get()
    answer = client.post(
        client_address(sub), {f"line-{line.pk}": 2, "reason": "recalled", "story": "Nhận thư thu hồi."}
    )
    assert answer.status_code == 302
    assert sub.cases.get().reason == CaseReason.RECALLED


def client_address(sub):
    return reverse("orders:case-open", args=[sub.order.code, sub.code])


def test_only_units_of_the_lot(cast, product, pack, lot):
    restock(cast, product, pack, 5)
    order(cast, product, 9, S.DELIVERED)
    sub = order(cast, product, 3, S.DELIVERED, phone="0900000123")  # one of BAD, two of GOOD
    recall(cast, lot)
    with pytest.raises(NotRecalled):
        ask(sub, cast.buyer, quantity=2, reason=CaseReason.RECALLED)
    assert ask(sub, cast.buyer, quantity=1, reason=CaseReason.RECALLED)


def test_what_came_back_and_was_refunded_counts(cast, product, lot):
    kept, home, spoilt = (
        order(cast, product, units, S.DELIVERED, user=None, phone=f"090000012{units}") for units in (1, 2, 3)
    )
    notice = recall(cast, lot)
    run_outbox()
    for sub, fate in ((kept, ""), (home, "restocked"), (spoilt, "written_off")):
        case = ask(sub, Holder(sub.order_id), reason=CaseReason.RECALLED)
        cases.accept(case=case, goods_back=bool(fate), actor=cast.owner)
        if fate:
            receive(case, cast.owner, fate=fate)
    found = progress(notice)
    assert (found.buyers, found.sent, found.returned, found.refunded_units) == (3, 6, 5, 6)
    assert (found.destroyed, found.outside, found.reach.held) == (3, 1, 6)
    assert found.refunded == sum(case.quantity * case.order_line.unit_price for case in _lines())
    recalls.destroyed(recall=notice, actor=cast.owner)
    assert (progress(notice).destroyed, progress(notice).reach.held) == (9, 0)


def _lines():
    return CaseLine.objects.select_related("order_line")
