"""The audit sees what it is there for: each loss and each doubling makes a sentence."""

import pytest
from django.db import connections

from catalog.models import StockItem
from core import clock
from orders.models import Order
from orders.services import paying
from orders.tests.buying import buy
from payments.models import Payment as OwedPayment
from payments.services.receipts import Statement
from payments.states import Method
from tests.faults import audit
from tests.faults.clients import Payment, Told

AMOUNT = 330_000


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own stays open
    monkeypatch.setattr(audit, "PLENTY", 20)
    return audit.Audit()


@pytest.fixture
def order(cast, make_product):
    made = buy(
        make_product(cast.producer, stock=20, price=100_000),
        commune=cast.hoi_an,
        quantity=3,
        method=Method.TRANSFER,
    )
    statement = Statement(
        gateway="bank", notice_id="n1", source="webhook", raw="…", amount=AMOUNT, occurred_at=clock.now()
    )
    paying.receive(statement=statement, order=made)
    return made


def paid(notice_id="n1", amount=AMOUNT):
    return Payment("bank", notice_id, amount, ("POST", "/", "", ()))


def told(order, code=""):
    return Told(order.recipient, code or order.code, order.total, None)


def test_what_is_whole_is_not_accused(found, order):
    found.orders([told(order)], unfinished=0)
    found.payments([paid()])
    found.stock()
    found.invariants()
    assert found.wrong == []
    assert found.counts["orders"] == 1


def test_an_order_that_is_not_there(found, order):
    found.orders([told(order), told(order, "0000-0000")], unfinished=0)
    assert "0000-0000" in found.wrong[0]


def test_an_order_that_nobody_was_told_of(found, order):
    found.orders([], unfinished=0)
    assert found.wrong == ["1 orders that nobody was told of"]


def test_an_order_placed_twice(found, cast, make_product, order):
    buy(make_product(cast.producer), commune=cast.hoi_an)
    found.orders([told(one) for one in Order.objects.all()], unfinished=0)
    assert any("placed twice" in sentence for sentence in found.wrong)


def test_a_payment_that_is_lost_and_one_of_another_amount(found, order):
    found.payments([paid(), paid("n2")])
    assert any("n2 was acknowledged" in sentence for sentence in found.wrong)
    other = audit.Audit()
    other.payments([paid(amount=AMOUNT + 1)])
    assert len(other.wrong) == 2


def test_units_that_went_missing(found, order):
    StockItem.objects.update(on_hand=16)
    found.stock()
    found.invariants()
    assert len(found.wrong) == 2


def test_a_broken_invariant(found, order):
    OwedPayment.objects.update(received=AMOUNT + 1)
    found.invariants()
    assert "payments.received_is_booked" in found.wrong[0]


def test_letters_that_were_not_sent(found, order, tmp_path):
    found.orders([told(order)], unfinished=0)
    found.letters(tmp_path, kills=0)
    assert len(found.wrong) == 2
