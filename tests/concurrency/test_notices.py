"""Many voices about one payment at once. Every race is first shown to happen with the guard off."""

import itertools
import threading
import time
from functools import partial

import pytest
from django.db import OperationalError

from catalog.models import StockItem
from catalog.services import stock
from core import clock
from orders.models import Order
from orders.services import fulfilment, gateway_notices, paying
from orders.states import SubOrderStatus
from orders.tests.visiting import SECRET, TMN, offer, order_by_vnpay, signed, tell, visit, words
from payments.gateways.base import RefundOutcome, RefundResult
from payments.gateways.vnpay import VNPay
from payments.models import Attempt, JournalEntry, Payment, PaymentNotice, Refund
from payments.services import gateway_refunds, refunds
from payments.states import PaymentStatus
from tests.books import all_invariants
from tests.concurrency.racing import race, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product(cast, make_product, settings):
    offer(settings)
    return make_product(cast.producer, stock=100, price=100_000)


@pytest.fixture
def attempt(cast, product):
    return visit(order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer))


def order_of(attempt):
    return Order.objects.get(payment__attempts=attempt)


def answer(attempt):
    """What the gateway knows when asked: the same payment in other words."""
    gateway = VNPay(tmn_code=TMN, secret=SECRET, pay_url="x", api_url="x")
    notice = gateway.read_notice(signed(words(attempt, OrderInfo="Truy van")))
    return gateway_notices.take(notice=notice, source=PaymentNotice.Source.QUERY, at=clock.now())


def sold(product):
    item = StockItem.objects.get(variant__product=product)
    return 100 - item.on_hand, item.reserved


def every_statement_is_new(monkeypatch):
    """The guard off: each statement has a name of its own, as if it were other money."""
    numbers, make = itertools.count(), gateway_notices.Statement

    def renamed(**facts):
        return make(**facts | {"notice_id": f"{facts['notice_id']}-{next(numbers)}"})

    monkeypatch.setattr(gateway_notices, "Statement", renamed)


def without_the_lock(monkeypatch):
    """The guard off: the order is read as anybody reads it."""
    monkeypatch.setattr(
        paying, "lock", lambda *, order_id: Order.objects.select_related("payment").get(pk=order_id)
    )


def test_twenty_deliveries_of_one_notice_are_one(attempt, product):
    results = race([partial(tell, attempt)] * 20)
    assert sorted(results) == ["00"] + ["02"] * 19
    assert (PaymentNotice.objects.count(), JournalEntry.objects.count()) == (1, 1)
    assert (Payment.objects.get().received, sold(product)) == (330_000, (3, 0))
    assert all_invariants() == {}


def test_without_its_name_the_same_money_is_booked_again(attempt, monkeypatch):
    """The control."""
    every_statement_is_new(monkeypatch)
    race([partial(tell, attempt)] * 5)
    assert Payment.objects.get().received == 5 * 330_000


def test_the_notice_and_the_answer_are_one(attempt, product):
    results = race([partial(tell, attempt), partial(answer, attempt)] * 5)
    assert all(not isinstance(result, Exception) for result in results), results
    assert (PaymentNotice.objects.count(), Payment.objects.get().received) == (1, 330_000)
    assert all_invariants() == {}


def test_without_its_name_the_answer_is_other_money(attempt, monkeypatch):
    """The control."""
    every_statement_is_new(monkeypatch)
    race([partial(tell, attempt), partial(answer, attempt)])
    assert Payment.objects.get().received == 2 * 330_000


def test_money_and_the_timer(cast, product):
    """In time or late: the order goes on, and its goods leave once."""
    for number in range(1, 6):
        attempt = visit(order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer))
        Payment.objects.filter(attempts=attempt).update(expires_at=clock.now())
        Attempt.objects.filter(pk=attempt.pk).update(outcome="failed")  # no grace: the timer takes it
        results = race([partial(tell, attempt), paying.lapse_unpaid, partial(tell, attempt)])
        assert sorted([results[0], results[2]]) == ["00", "02"], results
        order = order_of(attempt)
        assert (order.payment.status, order.sub_orders.get().status) == ("paid", SubOrderStatus.PLACED)
        assert sold(product) == (3 * number, 0)
    assert all_invariants() == {}


def test_money_and_the_buyers_cancelling(cast, product):
    """One of them comes first. Either way every đồng is in the books, and no goods leave for nothing."""
    for _ in range(5):
        attempt = visit(order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer))
        sub = order_of(attempt).sub_orders.get()
        results = race([partial(tell, attempt), partial(fulfilment.cancel, sub_order=sub, actor=cast.buyer)])
        assert results[0] == "00", results
        sub.refresh_from_db()
        assert (sub.status, sold(product)) == (SubOrderStatus.CANCELLED, (0, 0))
        refund = Refund.objects.get(attempt=attempt)
        assert refund.amount == attempt.amount
    assert all_invariants() == {}


def test_without_the_orders_lock_money_and_cancelling_collide(cast, product, monkeypatch):
    """The control: one waits for the other in the middle of its work, and is thrown out of it."""
    attempt = visit(order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer))
    sub = order_of(attempt).sub_orders.get()
    without_the_lock(monkeypatch)
    sell, half_way = stock.sell, threading.Event()

    def sell_meanwhile(**facts):
        half_way.set()
        until_somebody_waits()
        return sell(**facts)

    def cancel_half_way():
        half_way.wait(30)
        return fulfilment.cancel(sub_order=sub, actor=cast.buyer)

    monkeypatch.setattr(stock, "sell", sell_meanwhile)
    results = race([partial(tell, attempt), cancel_half_way])
    assert results[0] == "99" or isinstance(results[1], OperationalError), results


def test_paid_and_failed_at_once_is_paid(attempt):
    jobs = [partial(tell, attempt), partial(tell, attempt, paid=False)] * 5
    assert set(race(jobs)) <= {"00", "02"}
    attempt.refresh_from_db()
    assert (attempt.outcome, Payment.objects.get().status) == ("paid", PaymentStatus.PAID)
    assert all_invariants() == {}


def ask_back(payment, number):
    return refunds.request(
        key=f"race-{number}",
        reference=payment.reference,
        amount=payment.amount,
        payment=payment,
        reason="thử",
        actor=None,
        at=clock.now(),
    )


def test_two_refunds_never_ask_a_gateway_for_more_than_it_took(attempt):
    tell(attempt)
    results = race([partial(ask_back, Payment.objects.get(), number) for number in range(6)])
    assert sorted(refund.way for refund in results) == ["gateway"] + ["transfer"] * 5


def test_without_the_visits_lock_they_do(attempt, monkeypatch):
    """The control."""
    tell(attempt)

    def careless(payment, wished, amount):
        visit = payment.attempts.get()
        is_free = not visit.refunds.exists()
        time.sleep(0.1)
        return visit if is_free else None

    monkeypatch.setattr(refunds, "_holder", careless)
    results = race([partial(ask_back, Payment.objects.get(), number) for number in range(3)])
    assert [refund.way for refund in results].count("gateway") > 1


def asked_by_five(refund, monkeypatch):
    """How often the gateway was asked by five workers at once."""
    asked = []

    def refund_slowly(self, request):
        asked.append(request.request_id)
        time.sleep(0.1)
        return RefundResult(RefundOutcome.UNKNOWN)

    monkeypatch.setattr(VNPay, "refund", refund_slowly)
    race([partial(gateway_refunds.send, refund_id=refund.pk)] * 5)
    assert set(asked) == {refund.request_id}
    return len(asked)


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "control"])
def test_five_workers_ask_for_one_refund_once(attempt, monkeypatch, is_guarded):
    tell(attempt)
    refund = ask_back(Payment.objects.get(), 0)
    if not is_guarded:
        update = Refund.objects._queryset_class.update
        monkeypatch.setattr(
            Refund.objects._queryset_class, "update", lambda rows, **values: update(rows, asked=0) or 1
        )
    count = asked_by_five(refund, monkeypatch)
    assert count == 1 if is_guarded else count > 1
