"""Two things at once to one order, its money, its refund: one outcome, and the books hold.

Each race runs several rounds, because who comes first is nobody's choice. Where a guard decides,
the race is also shown with the guard off.
"""

import datetime as dt
import itertools
import time
from functools import partial

import pytest
from django.db import OperationalError, transaction

from catalog.models import StockItem
from core import clock
from core.errors import ForbiddenTransition, MarketError
from orders.models import Order, Settlement, SubOrder, Voucher, VoucherUse
from orders.services import cart as carts
from orders.services import checkout, fulfilment, paying, vouchers
from orders.states import SubOrderStatus
from orders.tests.buying import buy, contact, filled, walk
from payments.models import JournalEntry, LedgerAccount, Payment, Refund
from payments.services import ledger, refunds
from payments.services.receipts import Statement
from payments.states import Method, NoticeOutcome, RefundStatus
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(4)
_ids = itertools.count(1)
S = SubOrderStatus


@pytest.fixture
def goods(cast, make_product):
    return make_product(cast.producer, stock=90, price=100_000)


@pytest.fixture
def unpaid(cast, goods):
    """Makes an order of three units that waits for its money."""
    return partial(buy, goods, commune=cast.hoi_an, quantity=3, user=cast.buyer, method=Method.TRANSFER)


def pay(order):
    statement = Statement(
        gateway="bank",
        notice_id=f"row-{next(_ids)}",
        source="statement",
        raw="…",
        amount=order.total,
        occurred_at=clock.now(),
    )
    return paying.receive(statement=statement, order=order)


def fresh(sub):
    return SubOrder.objects.select_related("order__payment", "producer").get(pk=sub.pk)


def stock_of(goods):
    return StockItem.objects.values_list("on_hand", "reserved").get(variant__product=goods)


def refused(results):
    """Refusals are answers; anything else that was raised is a mistake."""
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, MarketError) for error in errors), errors
    return errors


def careless(instance, *, to, values=None, **_more):
    """A transition that reads, thinks, and writes what it thought."""
    manager = type(instance)._default_manager
    before = manager.values_list("status", flat=True).get(pk=instance.pk)
    time.sleep(0.3)
    manager.filter(pk=instance.pk).update(status=to, **(values or {}))
    instance.status = to
    return before != to


def test_money_and_the_end_of_its_time(unpaid, goods):
    """Whoever is first: the late money buys what is still there."""
    for number in ROUNDS:
        order = unpaid()
        over = order.payment.expires_at
        results = race([partial(pay, order), *[partial(paying.lapse_unpaid, at=over)] * 2])
        assert refused(results) == []
        assert results[0].notice.outcome in (NoticeOutcome.MATCHED, NoticeOutcome.LATE)
        assert order.sub_orders.get().status == S.PLACED
        assert stock_of(goods) == (90 - 3 * (number + 1), 0)
        assert all_invariants() == {}


def test_without_the_orders_lock_money_and_time_get_in_each_others_way(unpaid, monkeypatch):
    """The control: each reads a state that the other is about to change."""

    def unlocked(*, order_id):
        order = Order.objects.select_related("payment").get(pk=order_id)
        time.sleep(0.3)
        return order

    monkeypatch.setattr(paying, "lock", unlocked)
    trouble = []
    for _round in ROUNDS:
        order = unpaid()
        over = order.payment.expires_at
        results = race([partial(pay, order), *[partial(paying.lapse_unpaid, at=over)] * 2])
        trouble += [result for result in results if isinstance(result, Exception)]
    assert trouble


def test_money_and_the_buyer_who_steps_back(cast, unpaid, goods):
    """Paid first or cancelled first, the buyer gets all of it back and the goods are on sale."""
    for number in ROUNDS:
        order = unpaid()
        sub = fresh(order.sub_orders.get())
        results = race([partial(pay, order), partial(fulfilment.cancel, sub_order=sub, actor=cast.buyer)])
        assert refused(results) == []
        assert results[1] is True
        assert order.sub_orders.get().status == S.CANCELLED
        assert Refund.objects.filter(payment=order.payment).get().amount == order.total
        assert stock_of(goods) == (90, 0)
        assert Refund.objects.count() == number + 1
        assert all_invariants() == {}


def test_two_full_payments_at_once(unpaid, goods):
    for number in ROUNDS:
        order = unpaid()
        results = race([partial(pay, order)] * 3)
        assert refused(results) == []
        outcomes = sorted(result.notice.outcome for result in results)
        assert outcomes == [NoticeOutcome.DUPLICATE] * 2 + [NoticeOutcome.MATCHED]
        assert Payment.objects.get(order=order).received == 3 * order.total
        assert [r.amount for r in Refund.objects.filter(payment=order.payment)] == [order.total] * 2
        assert stock_of(goods) == (90 - 3 * (number + 1), 0)
        assert all_invariants() == {}


def test_cancelling_and_delivering(cast, goods):
    for _round in ROUNDS:
        sub = buy(goods, commune=cast.hoi_an, quantity=3).sub_orders.get()
        walk(sub, S.PREPARING)
        before, _ = stock_of(goods)

        def send(sub=sub):
            mine = fresh(sub)
            fulfilment.hand_over(sub_order=mine, actor=None)
            return fulfilment.deliver(sub_order=mine, actor=None)

        cancel = partial(fulfilment.cancel, sub_order=fresh(sub), actor=cast.owner, reason="hết")
        results = race([send, cancel])
        assert len(refused(results)) == 1
        is_cancelled = fresh(sub).status == S.CANCELLED
        assert fresh(sub).status in (S.CANCELLED, S.DELIVERED)
        assert stock_of(goods) == (before + (3 if is_cancelled else 0), 0)
        assert Settlement.objects.filter(sub_order=sub).exists() is not is_cancelled
        assert all_invariants() == {}


def on_its_way(cast, goods):
    sub = buy(goods, commune=cast.hoi_an).sub_orders.get()
    walk(sub, S.HANDED_OVER)
    return sub


def deliver_at_once(sub, times):
    return race([lambda: fulfilment.deliver(sub_order=fresh(sub), actor=None)] * times)


def test_delivering_twice_earns_once(cast, goods):
    for _round in ROUNDS:
        sub = on_its_way(cast, goods)
        assert sorted(deliver_at_once(sub, 4)) == [False, False, False, True]
        assert Settlement.objects.filter(sub_order=sub).count() == 1
        assert JournalEntry.objects.filter(key=f"settlement:{sub.code}").count() == 1
        assert all_invariants() == {}


def test_without_the_transition_only_the_database_keeps_it_from_earning_twice(cast, goods, monkeypatch):
    sub = on_its_way(cast, goods)
    monkeypatch.setattr(fulfilment, "transition", careless)
    results = deliver_at_once(sub, 4)
    assert sum(result is True for result in results) == 1
    assert [r for r in results if isinstance(r, Exception) and not isinstance(r, MarketError)]


@pytest.fixture
def owed(cast, unpaid):
    """Makes a refund that waits for a second person."""

    def make():
        order = unpaid()
        pay(order)
        fulfilment.cancel(sub_order=fresh(order.sub_orders.get()), actor=cast.buyer)
        refund = Refund.objects.get(payment=order.payment)
        refunds.name_account(
            refund=refund,
            bank_bin="970436",
            account_number="0123456789",
            account_name="Nguyễn Thị Mua",
            actor=cast.buyer,
        )
        return refund

    return make


def by_two(step, refund, cast):
    people = (cast.treasurer, cast.chief_treasurer) * 2
    return race([partial(step, refund=Refund.objects.get(pk=refund.pk), actor=person) for person in people])


def test_two_people_approve_and_two_send(cast, owed):
    for _round in ROUNDS:
        refund = owed()
        assert sorted(by_two(refunds.approve, refund, cast)) == [False, False, False, True]
        assert sorted(by_two(refunds.done, refund, cast)) == [False, False, False, True]
        assert Payment.objects.get(pk=refund.payment_id).refunded == refund.amount
        assert JournalEntry.objects.filter(key=f"refund:{refund.pk}").count() == 1
        assert all_invariants() == {}


def test_done_and_failed_send_the_money_once(cast, owed):
    for _round in ROUNDS:
        refund = owed()
        refunds.approve(refund=refund, actor=cast.treasurer)
        fail = partial(refunds.failed, reason="sai số")
        results = race(
            [
                partial(step, refund=Refund.objects.get(pk=refund.pk), actor=cast.treasurer)
                for step in (refunds.done, fail)
            ]
        )
        # Failed first, it may still be found done; done first, it cannot fail any more.
        assert [type(error) for error in refused(results)] in ([], [ForbiddenTransition])
        refund.refresh_from_db()
        assert refund.status == RefundStatus.DONE
        assert Payment.objects.get(pk=refund.payment_id).refunded == refund.amount
        assert JournalEntry.objects.filter(key=f"refund:{refund.pk}").count() == 1
        assert all_invariants() == {}


def test_without_the_transition_a_refund_is_counted_twice(cast, owed, monkeypatch):
    refund = owed()
    refunds.approve(refund=refund, actor=cast.treasurer)
    Payment.objects.filter(pk=refund.payment_id).update(received=10 * refund.amount)  # room for it
    monkeypatch.setattr(refunds, "transition", careless)
    by_two(refunds.done, refund, cast)
    assert "payments.refunded_is_done" in all_invariants()


def test_the_timer_and_the_producer_at_the_last_moment(cast, goods):
    for _round in ROUNDS:
        sub = buy(goods, commune=cast.hoi_an, quantity=3).sub_orders.get()
        before, _ = stock_of(goods)
        timer = partial(fulfilment.cancel_unconfirmed, at=sub.confirm_by)
        results = race([timer, partial(fulfilment.confirm, sub_order=fresh(sub), actor=None), timer])
        refused(results)
        is_cancelled = fresh(sub).status == S.CANCELLED
        assert fresh(sub).status in (S.CANCELLED, S.CONFIRMED)
        assert results[0] + results[2] == is_cancelled
        assert isinstance(results[1], ForbiddenTransition) is is_cancelled
        assert stock_of(goods) == (before + (3 if is_cancelled else 0), 0)
        assert all_invariants() == {}


@pytest.fixture
def with_voucher(cast, goods):
    """Two orders that used one voucher."""
    now = clock.now()
    voucher = Voucher.objects.create(
        code="SAN",
        kind="amount",
        value=10_000,
        per_buyer=9,
        starts_at=now - dt.timedelta(days=1),
        ends_at=now + dt.timedelta(days=1),
    )

    def place():
        cart = filled(goods)
        vouchers.enter(cart=cart, code="SAN")
        key = f"key-{next(_ids)}"
        return checkout.place(
            cart=carts.find(key=str(cart.key)),
            contact=contact(cast.hoi_an),
            idempotency_key=key,
            actor=None,
            language="vi",
        )

    return voucher, [place(), place()]


def give_back_at_once(order):
    def job():
        with transaction.atomic():
            vouchers.give_back(order=Order.objects.get(pk=order.pk))

    results = race([job] * 4)
    assert refused(results) == []


def test_a_voucher_comes_back_once(with_voucher):
    voucher, orders = with_voucher
    give_back_at_once(orders[0])
    voucher.refresh_from_db()
    assert voucher.used == 1
    assert all_invariants() == {}


def test_without_the_condition_a_voucher_comes_back_twice(with_voucher, monkeypatch):
    voucher, orders = with_voucher

    def careless_give_back(*, order):
        for row in list(order.voucher_uses.filter(is_returned=False)):
            time.sleep(0.3)
            VoucherUse.objects.filter(pk=row.pk).update(is_returned=True)
            used = Voucher.objects.select_for_update().get(pk=row.voucher_id).used
            Voucher.objects.filter(pk=row.voucher_id).update(used=max(used - 1, 0))

    monkeypatch.setattr(vouchers, "give_back", careless_give_back)
    give_back_at_once(orders[0])
    voucher.refresh_from_db()
    assert voucher.used == 0
    assert "orders.vouchers_are_counted" in all_invariants()


def made_in_opposite_order():
    """Two transactions that meet the same two accounts first, each from its own side."""
    kinds = [ledger.AccountKind.DEPOSITS, ledger.AccountKind.REFUNDS]

    def job(order):
        with transaction.atomic():
            for kind in order:
                ledger.account(kind=kind)
                time.sleep(0.3)

    return race([partial(job, kinds), partial(job, kinds[::-1])])


def test_accounts_made_in_opposite_order_do_not_deadlock(db):
    assert made_in_opposite_order() == [None, None]
    assert LedgerAccount.objects.count() == 2


def test_opened_freely_accounts_do_deadlock(db, monkeypatch):
    def freely(code, kind, producer):
        return LedgerAccount.objects.get_or_create(code=code, defaults={"kind": kind, "producer": producer})[
            0
        ]

    monkeypatch.setattr(ledger, "_open", freely)
    assert any(isinstance(result, OperationalError) for result in made_in_opposite_order())
