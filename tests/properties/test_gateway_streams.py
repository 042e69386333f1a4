"""Whatever a gateway says, in whatever order, how often, and however early it stops: the same end.

The stand-in's till and its signing serve in this process, so that a stream takes milliseconds. The
truth lies in the till; a stream may contradict it, be cut short, and be answered by asking at the end.
"""

import datetime as dt
from typing import Any

import httpx
import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from orders.services import gateway_notices, gateway_queries, paying
from orders.tests.visiting import SECRET, TMN, offer, order_by_vnpay, signed, visit
from payments import gateways
from payments.gateways import vnpay
from payments.models import Payment, PaymentNotice, Posting, Refund
from payments.standin import api
from payments.standin.manners import ApiFault
from payments.standin.till import Till
from tests.books import all_invariants

EVENTS = ("truth", "other words", "failed", "pending", "wrong amount", "dollars", "forged", "query", "lapse")
STREAMS = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 1)), max_size=12)
LONG_AFTER = dt.timedelta(hours=1)


@pytest.fixture
def till(monkeypatch, settings):
    """The other side, asked without a network between."""
    offer(settings)
    known = Till()

    def post(address: str, *, json: Any, timeout: Any) -> httpx.Response:
        reply = api.answer(known, json, tmn_code=TMN, secret=SECRET, fault=ApiFault.NONE)
        return httpx.Response(200, json=reply, request=httpx.Request("POST", address))

    monkeypatch.setattr(vnpay.httpx, "post", post)
    return known


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=100_000, price=100_000)


def visits(order, till, ends):
    """One visit for each end that it came to: "paid" or "cancelled"."""
    made = []
    for end in ends:
        attempt = visit(order)
        asked = {"vnp_TxnRef": attempt.txn_ref, "vnp_Amount": str(attempt.amount * 100), "vnp_TmnCode": TMN}
        till.open(asked)
        till.settle(attempt.txn_ref, end)
        made.append(attempt)
    return made


def said(event, attempt, till):
    """The words of a notice; everything but "truth" and "other words" is a lie or an early word."""
    truth = till.payments[attempt.txn_ref].statement()
    changes = {
        "other words": {"vnp_CardType": "QRCODE", "vnp_OrderInfo": "Khac"},
        "failed": {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"},
        "pending": {"vnp_TransactionStatus": "01"},
        "wrong amount": {"vnp_Amount": "100"},
        "dollars": {"vnp_CurrCode": "USD"},
    }
    return signed(truth | changes.get(event, {}), "not the secret" if event == "forged" else SECRET)


def ask(attempt):
    """An answer that comes even when the visit is decided, as from a slow worker."""
    notice = gateways.get("vnpay").query(
        request_id=f"{PaymentNotice.objects.count()}-{attempt.pk}-{clock.now().timestamp()}",
        txn_ref=attempt.txn_ref,
        created_at=attempt.created_at,
        at=clock.now(),
        ip="127.0.0.1",
    )
    gateway_notices.take(notice=notice, source=PaymentNotice.Source.QUERY, at=clock.now())


def play(order, made, till, stream):
    for event, number in stream:
        attempt = made[number % len(made)]
        if event == "lapse":
            paying.lapse_unpaid(at=order.payment.expires_at + LONG_AFTER)
        elif event == "query":
            ask(attempt)
        else:
            gateway_notices.hear(name="vnpay", params=said(event, attempt, till))
    # The stream stops where it stops; the beat asks about visits once more, and what is unpaid lapses.
    late = order.payment.expires_at + LONG_AFTER
    gateway_queries.ask_due(at=late)
    paying.lapse_unpaid(at=late)
    assert all_invariants() == {}


def end_of(order):
    """Everything about money and goods that must not depend on the stream."""
    sums = Posting.objects.filter(reference=order.code).values_list("account__code")
    payment = Payment.objects.get(pk=order.payment_id)
    return {
        "payment": (payment.status, payment.received, payment.refunded),
        "parcels": sorted(order.sub_orders.values_list("status", flat=True)),
        "ledger": dict(sums.annotate(sum=Sum("amount")).order_by("account__code")),
        "refunds": sorted(Refund.objects.filter(payment=payment).values_list("amount", "way", "status")),
        "booked": PaymentNotice.objects.filter(payment=payment, is_booked=True).count(),
    }


@pytest.mark.parametrize(
    "ends", [["paid"], ["cancelled"], ["cancelled", "paid"], ["paid", "paid"]], ids="-".join
)
def test_every_stream_ends_alike(cast, product, till, ends):
    def story(stream):
        with transaction.atomic():
            order = order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer)
            play(order, visits(order, till, ends), till, stream)
            end = end_of(order)
            transaction.set_rollback(True)  # stories do not see each other
        return end

    expected = story([("truth", number) for number in range(len(ends))])
    count = ends.count("paid")
    assert expected["payment"] == ("paid" if count else "lapsed", 330_000 * count, 0)
    assert len(expected["refunds"]) == max(count - 1, 0)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(stream=STREAMS)
    def every(stream):
        assert story(stream) == expected

    every()
