"""Asking the gateway about visits of which no word came."""

import datetime as dt

import pytest

from orders.services import gateway_queries, paying
from orders.states import SubOrderStatus
from orders.tests.visiting import address_for, offer, order_by_vnpay, signed, tell, visit, words
from payments.gateways.base import GatewayUnavailable, UnknownAtGateway
from payments.gateways.vnpay import VNPay
from payments.models import Attempt, Payment, PaymentNotice
from payments.states import PaymentStatus
from tests.books import all_invariants

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def order(cast, make_product, settings):
    offer(settings)
    product = make_product(cast.producer, stock=10, price=100_000)
    return order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer)


@pytest.fixture
def attempt(order):
    return visit(order)


class Asked:
    """Stands where the gateway's API is asked; answers with an error, or what it says of the visit."""

    def __init__(self, monkeypatch):
        self.answer, self.at = GatewayUnavailable(), []
        monkeypatch.setattr(VNPay, "query", self.query)

    def query(self, *, request_id, txn_ref, created_at, at, ip):
        self.at.append(at)
        if isinstance(self.answer, Exception):
            raise self.answer
        gateway = VNPay(tmn_code="OCOPTEST", secret="a secret of these tests", pay_url="x", api_url="x")
        return gateway.read_notice(signed(self.answer))


@pytest.fixture
def asked(monkeypatch):
    return Asked(monkeypatch)


def run(start, *, minutes):
    """The beat, once a minute."""
    for minute in range(minutes + 1):
        gateway_queries.ask_due(at=start + minute * MINUTE)
        paying.lapse_unpaid(at=start + minute * MINUTE)
    assert all_invariants() == {}


def test_questions_begin_late_come_seldom_and_end(attempt, asked):
    while attempt.query_at is not None:
        gateway_queries.ask_due(at=attempt.query_at)
        attempt.refresh_from_db()
    minutes = [(at - attempt.created_at) / MINUTE for at in asked.at]
    assert minutes[0] == 3
    assert attempt.expires_at in asked.at, "when its time is over it is decided"
    assert sum(minute < 60 for minute in minutes) < 20
    assert (len(minutes), minutes[-1] > 24 * 60) == (gateway_queries.MOST, True)
    assert attempt.outcome == "open"


def test_paid_money_of_which_no_notice_came_is_found(order, attempt, asked):
    asked.answer = words(attempt)
    run(attempt.created_at, minutes=5)
    assert Payment.objects.get().status == PaymentStatus.PAID
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
    assert len(asked.at) == 1, "a visit that is decided is not asked about"
    assert PaymentNotice.objects.get().source == "query"
    assert tell(attempt) == "02"


def test_a_visit_that_never_reached_the_gateway_is_closed_after_its_time(attempt, asked):
    asked.answer = UnknownAtGateway()
    gateway_queries.ask_due(at=attempt.created_at + 4 * MINUTE)
    attempt.refresh_from_db()
    assert attempt.outcome == "open"
    run(attempt.created_at + 14 * MINUTE, minutes=2)
    attempt.refresh_from_db()
    assert (attempt.outcome, Payment.objects.get().status) == ("failed", PaymentStatus.LAPSED)


def test_a_failure_found_by_asking_closes_the_visit(attempt, asked):
    asked.answer = words(attempt, paid=False)
    run(attempt.created_at, minutes=5)
    attempt.refresh_from_db()
    assert (attempt.outcome, Payment.objects.get().status) == ("failed", PaymentStatus.PENDING)


def test_a_failure_that_we_were_told_of_is_asked_about_once_more(order, attempt, asked):
    """The truth that followed it was lost: the money is found, late but not never."""
    tell(attempt, paid=False)
    asked.answer = words(attempt)
    run(attempt.created_at, minutes=20)
    assert len(asked.at) == 1
    assert (Payment.objects.get().status, order.sub_orders.get().status) == ("paid", "placed")


def test_a_failure_that_is_true_is_asked_about_only_once(attempt, asked):
    tell(attempt, paid=False)
    asked.answer = words(attempt, paid=False, OrderInfo="Truy van")
    run(attempt.created_at, minutes=120)
    assert len(asked.at) == 1


def test_an_open_visit_gives_its_order_a_grace(order, attempt, asked):
    expires = order.payment.expires_at
    assert paying.lapse_unpaid(at=expires) == 0
    assert paying.lapse_unpaid(at=expires + 5 * MINUTE - dt.timedelta(seconds=1)) == 0
    assert paying.lapse_unpaid(at=expires + 5 * MINUTE) == 1


def test_within_the_grace_the_answer_still_buys(order, attempt, asked):
    expires = order.payment.expires_at
    run(attempt.created_at, minutes=14)
    asked.answer = words(attempt)
    run(expires, minutes=2)
    assert (Payment.objects.get().status, order.sub_orders.get().status) == ("paid", "placed")


def test_a_closed_visit_gives_no_grace(order, attempt, asked):
    tell(attempt, paid=False)
    assert paying.lapse_unpaid(at=order.payment.expires_at) == 1


def test_a_gateway_that_is_gone_stops_nobody(order, attempt, settings):
    settings.VNPAY_TMN_CODE = ""
    run(attempt.created_at, minutes=25)
    assert Payment.objects.get().status == PaymentStatus.LAPSED


def test_back_from_the_gateway_the_question_comes_at_once(order, attempt, asked):
    gateway_queries.ask_soon(txn_ref=attempt.txn_ref, at=attempt.created_at)
    assert gateway_queries.ask_due(at=attempt.created_at) == 1
    gateway_queries.ask_soon(txn_ref=attempt.txn_ref, at=attempt.created_at)
    assert gateway_queries.ask_due(at=attempt.created_at) == 0


def test_each_visit_is_asked_about_for_itself(order, asked):
    address_for(order)
    address_for(order)
    latest = Attempt.objects.latest("pk")
    assert gateway_queries.ask_due(at=latest.query_at) == 2
