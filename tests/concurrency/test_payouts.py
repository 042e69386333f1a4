"""Two treasurers prepare at once. The race is first shown to happen with the guard off."""

import time
from functools import partial

import pytest
from django.db import IntegrityError

from core import clock
from orders.services import payouts as batches
from orders.tests.earning import account, long_ago, sold
from payments.errors import NothingToPay
from payments.models import Payout, PayoutBatch, PayoutLine
from payments.selectors import payouts as selectors
from payments.services import payouts
from payments.states import BatchStatus
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
SALES, THREADS = 4, 6


@pytest.fixture
def due(cast, make_product):
    product = make_product(cast.producer, stock=100, price=200_000)
    account(cast.producer, owner=cast.owner, treasurer=cast.treasurer)
    for _sale in range(SALES):
        sold(product, cast=cast, at=long_ago())
    return SALES * 230_000


def prepare(cast):
    return batches.prepare(up_to=clock.today(), actor=cast.treasurer)


def slowly(monkeypatch):
    """Time for another thread between reading what is unpaid and writing down that it is taken."""
    shares = selectors.shares

    def read(**asked):
        found = shares(**asked)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(payouts, "shares", read)


def test_two_batches_never_take_the_same_posting(cast, due, monkeypatch):
    slowly(monkeypatch)
    results = race([partial(prepare, cast)] * THREADS)
    assert sum(isinstance(result, PayoutBatch) for result in results) == 1, results
    assert sum(isinstance(result, NothingToPay) for result in results) == THREADS - 1, results
    assert Payout.objects.get().amount == due
    assert all_invariants() == {}


def test_without_the_lock_all_read_the_same_postings(cast, due, monkeypatch):
    """The control; the one-to-one of lines and postings is what stops it then."""
    slowly(monkeypatch)
    monkeypatch.setattr(payouts, "_lock_accounts", lambda: None)
    monkeypatch.setattr(payouts, "_number", lambda day: f"CT-{time.monotonic_ns() % 10**12}")
    results = race([partial(prepare, cast)] * THREADS)
    refused = [result for result in results if isinstance(result, IntegrityError)]
    assert refused, results
    assert "payoutline" in str(refused[0])
    postings = PayoutLine.objects.values_list("posting", flat=True)
    assert len(postings) == len(set(postings)) > 0


def test_a_batch_is_approved_or_dropped_not_both(cast, due):
    batch = prepare(cast)

    def approve():
        return batches.approve(batch=PayoutBatch.objects.get(pk=batch.pk), actor=cast.chief_treasurer)

    def drop():
        return payouts.drop(batch=PayoutBatch.objects.get(pk=batch.pk), reason="Nhầm", actor=cast.treasurer)

    results = race([approve, drop, approve, drop])
    assert results.count(True) == 1, results
    batch.refresh_from_db()
    assert batch.status in (BatchStatus.APPROVED, BatchStatus.DROPPED)
    assert all_invariants() == {}


def test_parcels_are_settled_while_a_batch_is_prepared(cast, due, make_product, monkeypatch):
    slowly(monkeypatch)
    product = make_product(cast.producer, stock=100, price=200_000)
    sell = partial(sold, product, cast=cast, at=long_ago(), user=None)  # guests: carts of their own
    results = race([partial(prepare, cast), sell, sell, sell])
    assert not [result for result in results if isinstance(result, Exception)], results
    assert all_invariants() == {}
