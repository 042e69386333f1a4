"""Orders paid in advance: the money comes, in whatever way money comes."""

import datetime as dt
import itertools

import pytest

from catalog.models import Reservation, StockItem
from catalog.selectors import availability
from core import clock
from core.errors import NotAllowed
from core.models import OutboxMessage
from orders.models import Order
from orders.services import fulfilment, paying
from orders.states import SubOrderStatus
from orders.tests.buying import buy, filled, parcel
from payments.models import JournalEntry, Payment, PaymentNotice, Refund
from payments.selectors.balances import held_for
from payments.services.receipts import Statement
from payments.states import Method, NoticeOutcome, PaymentStatus, RefundStatus
from tests.books import all_invariants

_ids = itertools.count(1)


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=10, price=100_000)


@pytest.fixture
def order(cast, product):
    return buy(product, commune=cast.hoi_an, quantity=3, user=cast.buyer, method=Method.TRANSFER)


def money(amount, **changes):
    facts = {
        "gateway": "bank",
        "notice_id": f"row-{next(_ids)}",
        "source": PaymentNotice.Source.STATEMENT,
        "raw": "…",
        "amount": amount,
        "occurred_at": clock.now(),
    }
    return Statement(**facts | changes)


def states(order):
    return {sub.status for sub in order.sub_orders.all()}


def available(product):
    return availability.of_variants([product.variants.get().pk])[product.variants.get().pk]


def outcome(order, amount, **changes):
    """What the market made of it; the order read afresh, and every invariant still whole."""
    at = changes.pop("at", None)
    received = paying.receive(statement=money(amount, **changes), order=order, at=at)
    assert all_invariants() == {}
    return received.notice.outcome


def test_goods_wait_for_the_money(order, product):
    assert states(order) == {SubOrderStatus.AWAITING}
    item = StockItem.objects.get(variant__product=product)
    assert (item.on_hand, item.reserved, available(product)) == (10, 3, 7)
    assert order.payment.amount == order.total == 330_000
    assert len(order.transfer_note) <= 19
    assert all_invariants() == {}


def test_money_in_full_makes_an_order(order, product):
    assert outcome(order, 330_000) == NoticeOutcome.MATCHED
    assert states(order) == {SubOrderStatus.PLACED}
    assert Payment.objects.get().status == PaymentStatus.PAID
    assert held_for(order.code) == 330_000
    item = StockItem.objects.get(variant__product=product)
    assert (item.on_hand, item.reserved) == (7, 0)
    assert OutboxMessage.objects.filter(topic="orders.placed").count() == 1


def test_the_same_statement_twice_is_one(order):
    statement = money(330_000)
    first = paying.receive(statement=statement, order=order)
    again = paying.receive(statement=statement, order=order)
    assert (first.is_new, again.is_new, again.notice) == (True, False, first.notice)
    assert Payment.objects.get().received == 330_000
    assert JournalEntry.objects.count() == 1


def test_money_in_two_parts(order):
    assert outcome(order, 300_000) == NoticeOutcome.UNDERPAID
    assert states(order) == {SubOrderStatus.AWAITING}
    assert outcome(order, 30_000) == NoticeOutcome.MATCHED
    assert states(order) == {SubOrderStatus.PLACED}


@pytest.mark.parametrize(("paid", "expected"), [(350_000, NoticeOutcome.OVERPAID)])
def test_too_much_is_owed_back(order, paid, expected):
    assert outcome(order, paid) == expected
    refund = Refund.objects.get()
    assert (refund.amount, refund.status) == (20_000, RefundStatus.NEEDS_ACCOUNT)
    assert states(order) == {SubOrderStatus.PLACED}


def test_paying_twice_is_owed_back(order):
    outcome(order, 330_000)
    assert outcome(order, 330_000) == NoticeOutcome.DUPLICATE
    assert Refund.objects.get().amount == 330_000
    assert held_for(order.code) == 330_000


def test_money_for_a_cancelled_order_is_owed_back(cast, order, product):
    assert fulfilment.cancel(sub_order=order.sub_orders.get(), actor=cast.buyer)
    assert (states(order), available(product)) == ({SubOrderStatus.CANCELLED}, 10)
    assert outcome(order, 330_000) == NoticeOutcome.CANCELLED
    assert Refund.objects.get().amount == 330_000


def test_money_of_nobody_waits_for_a_treasurer(db):
    assert outcome(None, 70_000) == NoticeOutcome.UNKNOWN
    assert PaymentNotice.objects.get().is_booked


@pytest.mark.parametrize("changes", [{"currency": "USD"}, {"is_paid": False}])
def test_what_is_not_our_money_is_kept_and_not_booked(order, changes):
    assert outcome(order, 330_000, **changes) in (NoticeOutcome.WRONG_AMOUNT, NoticeOutcome.FAILED)
    assert (JournalEntry.objects.count(), PaymentNotice.objects.count()) == (0, 1)
    assert states(order) == {SubOrderStatus.AWAITING}


def test_a_late_failure_does_not_undo_a_payment(order):
    outcome(order, 330_000)
    assert outcome(order, 330_000, is_paid=False) == NoticeOutcome.FAILED
    assert Payment.objects.get().status == PaymentStatus.PAID


def test_an_unpaid_order_lapses(order, product):
    late = order.payment.expires_at
    assert available(product) == 7
    assert availability.of_variants([product.variants.get().pk], at=late)[product.variants.get().pk] == 10
    assert paying.lapse_unpaid(at=late) == 1
    assert paying.lapse_unpaid(at=late) == 0
    assert states(order) == {SubOrderStatus.LAPSED}
    assert (available(product), Reservation.objects.get().status) == (10, "released")
    assert all_invariants() == {}


def test_late_money_buys_what_is_still_there(order, product):
    late = order.payment.expires_at
    paying.lapse_unpaid(at=late)
    assert outcome(order, 330_000, at=late) == NoticeOutcome.LATE
    assert (states(order), available(product)) == ({SubOrderStatus.PLACED}, 7)


def test_late_money_never_oversells(cast, order, product):
    late = order.payment.expires_at
    paying.lapse_unpaid(at=late)
    buy(product, commune=cast.hoi_an, quantity=8)
    assert outcome(order, 330_000, at=late) == NoticeOutcome.LATE
    assert (states(order), available(product)) == ({SubOrderStatus.LAPSED}, 2)
    assert Refund.objects.get().amount == 330_000
    assert OutboxMessage.objects.filter(topic="orders.paid_too_late").count() == 1


def test_money_that_comes_too_late_twice_goes_back_twice(cast, order, product):
    late = order.payment.expires_at
    paying.lapse_unpaid(at=late)
    buy(product, commune=cast.hoi_an, quantity=8)
    for times in (1, 2):
        assert outcome(order, 330_000, at=late) == NoticeOutcome.LATE
        assert sum(refund.amount for refund in Refund.objects.all()) == times * 330_000
        assert held_for(order.code) == 0
    assert states(order) == {SubOrderStatus.LAPSED}


def test_by_policy_late_money_goes_back(order, product, settings):
    settings.LATE_PAYMENT = "refund"
    paying.lapse_unpaid(at=order.payment.expires_at)
    outcome(order, 330_000)
    assert (states(order), available(product)) == ({SubOrderStatus.LAPSED}, 10)
    assert Refund.objects.get().amount == 330_000


def test_a_lapsed_reservation_that_nobody_wanted_is_still_good(order, product):
    """The timer has not come by yet; the units are there."""
    assert outcome(order, 330_000, at=order.payment.expires_at + dt.timedelta(hours=1)) == "matched"
    assert available(product) == 7


def test_units_of_a_lapsed_reservation_go_to_who_asks_first(cast, order, product):
    Reservation.objects.update(expires_at=clock.now())
    buy(product, commune=cast.hoi_an, quantity=9)
    assert outcome(order, 330_000) == NoticeOutcome.MATCHED
    assert states(order) == {SubOrderStatus.LAPSED}
    assert Payment.objects.get().status == PaymentStatus.LAPSED
    assert Refund.objects.get().amount == 330_000


def test_only_the_buyer_gives_up_an_unpaid_order(cast, order):
    for person in (cast.owner, cast.rival_owner, cast.province_officer):
        with pytest.raises(NotAllowed):
            fulfilment.cancel(sub_order=order.sub_orders.get(), actor=person, reason="vì")
    assert states(order) == {SubOrderStatus.AWAITING}


def test_producers_do_not_see_what_is_not_paid(cast, order):
    assert not order.sub_orders.model.objects.owned_by(cast.owner).exists()
    outcome(order, 330_000)
    assert order.sub_orders.model.objects.owned_by(cast.owner).exists()


def test_a_cancelled_parcel_that_was_paid_is_owed_back(cast, make_product):
    goods = [make_product(cast.producer, price=100_000), make_product(cast.rival, price=50_000)]
    order = buy(*goods, commune=cast.hoi_an, method=Method.TRANSFER)
    outcome(order, order.total)
    first = order.sub_orders.get(producer=cast.producer)
    assert fulfilment.cancel(sub_order=first, actor=None, reason="hết hàng")
    assert fulfilment.cancel(sub_order=first, actor=None, reason="hết hàng") is False
    assert Refund.objects.get().amount == first.total == 130_000
    assert held_for(order.code) == order.total - 130_000
    assert all_invariants() == {}


def test_unconfirmed_orders_cancel_themselves(cast, order, product, settings):
    outcome(order, 330_000)
    sub = order.sub_orders.get()
    assert fulfilment.cancel_unconfirmed(at=sub.confirm_by - dt.timedelta(seconds=1)) == 0
    assert fulfilment.cancel_unconfirmed(at=sub.confirm_by) == 1
    assert (states(order), available(product)) == ({SubOrderStatus.CANCELLED}, 10)
    assert Refund.objects.get().amount == 330_000
    assert all_invariants() == {}


def test_confirmed_orders_stay(cast, product):
    sub = parcel(product, status=SubOrderStatus.CONFIRMED, commune=cast.hoi_an)
    assert fulfilment.cancel_unconfirmed(at=clock.now() + dt.timedelta(days=30)) == 0
    sub.refresh_from_db()
    assert sub.status == SubOrderStatus.CONFIRMED


def test_a_parcel_confirmed_while_the_timer_comes_by_stays(cast, product, monkeypatch):
    sub = buy(product, commune=cast.hoi_an).sub_orders.get()
    lock = paying.lock

    def confirmed_meanwhile(*, order_id):
        fulfilment.confirm(sub_order=sub, actor=None)
        return lock(order_id=order_id)

    monkeypatch.setattr(paying, "lock", confirmed_meanwhile)
    assert fulfilment.cancel_unconfirmed(at=sub.confirm_by) == 0
    sub.refresh_from_db()
    assert sub.status == SubOrderStatus.CONFIRMED


def test_a_cart_full_of_reserved_goods_is_trimmed(cast, order, product):
    cart = filled(product, quantity=7)
    assert cart.lines.get().quantity == 7
    assert Order.objects.count() == 1
