"""Two treasurers at one notice; a webhook and a statement at one movement."""

import datetime as dt
import itertools

import pytest
from django.db import transaction

from core import clock
from orders.services import bank as orders_bank
from orders.services import paying, resolving
from orders.tests.buying import buy
from payments.errors import AlreadyResolved, NotThisWay
from payments.models import JournalEntry, NoticeEcho, Payment, PaymentNotice, Refund
from payments.services import bank, suspense
from payments.services.bank import Movement, Source
from payments.services.receipts import Statement
from payments.states import Method
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
_ids = itertools.count(1)
ACCOUNT = {"bank_bin": "970436", "account_number": "0123456789", "account_name": "TRAN THI GUI"}


def unknown(amount):
    statement = Statement(
        gateway="bank",
        notice_id=f"row-{next(_ids)}",
        source="statement",
        raw="…",
        amount=amount,
        occurred_at=clock.now(),
    )
    return paying.receive(statement=statement, order=None).notice


@pytest.fixture
def two_orders(cast, make_product):
    goods = make_product(cast.producer, stock=50, price=100_000)
    return [buy(goods, commune=cast.hoi_an, quantity=3, method=Method.TRANSFER) for _time in range(2)]


def jobs(cast, notice, two_orders):
    """Attach here, attach there, send it back: only one of them can be true."""

    def attach(order, actor):
        return lambda: resolving.attach(notice=notice, code=order.code, actor=actor)

    def send_back(actor):
        return lambda: resolving.send_back(notice=notice, reason="nhầm", actor=actor, **ACCOUNT)

    return [
        attach(two_orders[0], cast.treasurer),
        attach(two_orders[1], cast.chief_treasurer),
        send_back(cast.admin),
    ]


def test_one_resolution_of_several_at_once(cast, two_orders):
    for _round in range(4):
        notice = unknown(330_000)
        results = race(jobs(cast, notice, two_orders))
        refused = [isinstance(result, AlreadyResolved | NotThisWay) for result in results]
        assert (refused.count(False), refused.count(True)) == (1, 2), results
        assert (
            JournalEntry.objects.filter(key__in=[f"attach:{notice.pk}", f"send-back:{notice.pk}"]).count()
            == 1
        )
        assert all_invariants() == {}


def test_without_the_lock_one_notice_pays_twice(cast, two_orders, monkeypatch):
    """The control: the same race, each seeing the notice as it was before the others."""

    def unlocked(*, notice):
        return PaymentNotice.objects.get(pk=notice.pk)

    monkeypatch.setattr(suspense, "claim", unlocked)
    for _round in range(20):
        notice = unknown(330_000)
        race(jobs(cast, notice, two_orders))
        if all_invariants():
            return
    pytest.fail("the race never happened, so the test above shows nothing")


def test_the_same_step_twice_at_once_is_one(cast, two_orders):
    notice = unknown(70_000)
    sends = [lambda: resolving.send_back(notice=notice, reason="x", actor=cast.treasurer, **ACCOUNT)] * 4
    results = race(sends)
    assert sum(isinstance(result, Refund) for result in results) == 1
    assert Refund.objects.count() == 1
    assert all_invariants() == {}


# --- One movement, told of twice at the same moment ---


def told(source):
    """One movement without an order in its memo, so that no order's lock keeps the two apart."""
    return Movement(
        notice_id=f"{source}-{next(_ids)}",
        source=source,
        raw="{}",
        amount=330_000,
        currency="VND",
        memo="tien hang",
        reference="",
        booked_at=dt.datetime(2025, 11, 26, 10, tzinfo=clock.VIETNAM),
    )


def tell_twice():
    return race(
        [
            lambda s=source: orders_bank.receive(movement=told(s))
            for source in (Source.WEBHOOK, Source.STATEMENT)
        ]
    )


def test_webhook_and_statement_at_once_are_one_movement(db):
    for number in range(1, 6):
        results = tell_twice()
        assert sorted(result.is_new for result in results) == [False, True]
        assert (PaymentNotice.objects.count(), NoticeEcho.objects.count()) == (number, number)
    assert all_invariants() == {}


def test_without_waiting_a_movement_is_booked_twice(db, monkeypatch):
    """The control."""
    monkeypatch.setattr(bank, "one_at_a_time", lambda *, movement: None)
    for number in range(1, 21):
        tell_twice()
        if JournalEntry.objects.count() > number:
            return
    pytest.fail("the race never happened, so the test above shows nothing")


def test_statements_of_different_orders_do_not_lock_each_other_out(cast, two_orders):
    """Rows of two files about the same orders, in opposite order."""

    def rows(orders):
        def run():
            for order in orders:
                movement = told(Source.STATEMENT)
                with transaction.atomic():
                    orders_bank.receive(movement=Movement(**movement.__dict__ | {"memo": order.code}))

        return run

    assert race([rows(two_orders), rows(two_orders[::-1])] * 2) == [None] * 4
    assert sorted(Payment.objects.values_list("received", flat=True)) == [4 * 330_000] * 2
    assert all_invariants() == {}
