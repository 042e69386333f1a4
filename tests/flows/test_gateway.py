"""Paying at VNPay over the loopback stand-in, with every kind of bad manners."""

import time
from urllib.parse import urlsplit

import httpx
import pytest

from orders.models import Order
from orders.services import gateway_queries
from orders.tests.visiting import IPN, SECRET, TMN, offer, order_by_vnpay
from payments.models import Attempt, Payment, PaymentNotice
from payments.standin.manners import Lie, Manners
from payments.standin.server import StandIn
from payments.states import PaymentStatus
from tests.books import all_invariants

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


@pytest.fixture
def standin(live_server, settings):
    with StandIn(ipn_url=live_server.url + IPN, tmn_code=TMN, secret=SECRET) as running:
        offer(settings, running.url)
        yield running


@pytest.fixture
def order(cast, make_product, standin):
    return order_by_vnpay(make_product(cast.producer, price=100_000), commune=cast.hoi_an, user=cast.buyer)


def go(client, order):
    """The buyer presses the button and stands on the gateway's page; the visit's reference."""
    address = client.post(f"/don-hang/{order.code}/tra-tien/").url
    assert httpx.get(address).status_code == 200
    return Attempt.objects.latest("pk").txn_ref


def heard(standin, count):
    """Wait until the market answered so often; its answers, sorted."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        answers = sorted(event["answer"] for event in standin.till.diary if event["event"] == "told")
        if len(answers) >= count:
            return answers
        time.sleep(0.02)
    raise AssertionError(standin.till.diary)


def come_back(client, address):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def status():
    assert all_invariants() == {}
    return Payment.objects.get().status


@pytest.fixture
def client(cast, client_for):
    return client_for(cast.buyer)


def test_all_is_well(client, order, standin):
    back = standin.choose(go(client, order), "paid")
    assert heard(standin, 1) == ["00"]
    assert come_back(client, back).url == f"/don-hang/{order.code}/"
    assert "Tiền đã đến" in client.get(f"/don-hang/{order.code}/").content.decode()
    assert status() == PaymentStatus.PAID


def test_cancelled_there_and_paid_the_second_time(client, order, standin):
    back = standin.choose(go(client, order), "cancelled")
    assert heard(standin, 1) == ["00"]
    assert "không thành, bạn chưa mất tiền" in come_back(client, back).content.decode()
    standin.choose(go(client, order), "paid")
    assert heard(standin, 2) == ["00", "00"]
    assert status() == PaymentStatus.PAID


@pytest.mark.parametrize(
    ("manners", "answers"),
    [
        (Manners(delay=0.3), ["00"]),
        (Manners(repeat=4), ["00", "02", "02", "02"]),
        (Manners(repeat=4, at_once=True), ["00", "02", "02", "02"]),
        (Manners(lie=Lie.FAILED_AFTER_PAID), ["00", "02"]),
        (Manners(lie=Lie.FAILED_AFTER_PAID, at_once=True), None),
    ],
    ids=["late", "repeated", "at once", "contradicted", "contradicted at once"],
)
def test_in_whatever_way_it_is_said(client, order, standin, manners, answers):
    standin.manners = manners
    standin.choose(go(client, order), "paid")
    told = heard(standin, len(answers or "ab"))
    assert told == answers if answers else set(told) <= {"00", "02"}
    assert status() == PaymentStatus.PAID
    assert Payment.objects.get().received == order.total


@pytest.mark.parametrize(
    ("manners", "answer", "kept"),
    [
        (Manners(forge=True, tries=2, pause=0.01), "97", ["refused"]),
        (Manners(lie=Lie.AMOUNT, tries=2, pause=0.01), "04", ["wrong_amount"]),
        (Manners(lie=Lie.CURRENCY, tries=2, pause=0.01), "04", ["wrong_amount"]),
        (Manners(lie=Lie.REFERENCE, tries=2, pause=0.01), "01", ["unknown"]),
        (Manners(drop=True), None, []),
    ],
    ids=["forged", "wrong sum", "dollars", "unknown", "never"],
)
def test_what_cannot_be_believed_waits_for_the_markets_own_question(
    client, order, standin, manners, answer, kept
):
    standin.manners = manners
    back = standin.choose(go(client, order), "paid")
    if answer:
        assert heard(standin, 2) == [answer] * 2
    assert status() == PaymentStatus.PENDING
    assert list(PaymentNotice.objects.values_list("outcome", flat=True)) == kept
    assert "Đang chờ ngân hàng báo" in come_back(client, back).content.decode()

    assert gateway_queries.ask_due() == 1, "coming back made it due"
    assert status() == PaymentStatus.PAID
    assert come_back(client, back).url == f"/don-hang/{order.code}/"


def test_held_back_and_sent_newest_first(client, order, standin):
    """Two visits paid, their notices in the wrong order: one pays, the other goes back."""
    standin.manners = Manners(reorder=2)
    refs = [go(client, order), go(client, order)]
    for ref in refs:
        standin.choose(ref, "paid")
    assert heard(standin, 2) == ["00", "00"]
    assert status() == PaymentStatus.PAID
    first = PaymentNotice.objects.get(outcome="matched")
    assert first.attempt.txn_ref == refs[1]
    refund = Order.objects.get().payment.refunds.get()
    assert (refund.attempt.txn_ref, refund.way) == (refs[0], "gateway")
