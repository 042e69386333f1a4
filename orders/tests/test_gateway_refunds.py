"""Money goes back through the gateway, over the stand-in: every answer, and none."""

import datetime as dt

import pytest

from core import clock
from core.models import StatusChange
from orders.services import fulfilment
from orders.tests.buying import run_outbox
from orders.tests.visiting import SECRET, TMN, address_for, offer, order_by_vnpay, tell
from payments.models import Attempt, Payment, Refund
from payments.services import gateway_refunds, refunds
from payments.standin.manners import ApiFault, Manners
from payments.standin.server import StandIn
from payments.states import RefundStatus
from tests.books import all_invariants

FAR = dt.timedelta(days=1)


@pytest.fixture
def standin(settings):
    with StandIn(ipn_url="http://127.0.0.1:9/", tmn_code=TMN, secret=SECRET) as running:
        offer(settings, running.url)
        yield running


@pytest.fixture
def paid(cast, make_product, standin):
    """A paid order of two parcels."""
    goods = [make_product(cast.producer, price=100_000), make_product(cast.rival, price=50_000)]
    order = order_by_vnpay(*goods, commune=cast.hoi_an, user=cast.buyer)
    return pay_in(standin, order)


def pay_in(standin, order):
    address_for(order)
    attempt = Attempt.objects.get()
    asked = {"vnp_TxnRef": attempt.txn_ref, "vnp_Amount": str(attempt.amount * 100), "vnp_TmnCode": TMN}
    standin.till.open(asked)
    till, _ = standin.till.settle(attempt.txn_ref, "paid")
    assert tell(attempt, number=till.number) == "00"
    return order


@pytest.fixture(autouse=True)
def whole_books(db):
    yield
    assert all_invariants() == {}


def give_back(cast, order, *, parcels=1):
    for sub in order.sub_orders.order_by("pk")[:parcels]:
        fulfilment.cancel(sub_order=sub, actor=cast.buyer)
    return Refund.objects.latest("pk")


def send(refund, times=1):
    """The beat, as often as it takes."""
    for _ in range(times):
        gateway_refunds.send_due(at=(refund.ask_at or clock.now()) + FAR)
        refund.refresh_from_db()
    return refund


def taken_back(standin):
    return sum(known.refunded for known in standin.till.payments.values()) // 100


def requests(standin):
    return [event for event in standin.till.diary if event["event"] == "refund"]


def test_a_part_goes_back_and_then_the_rest(cast, paid, standin):
    first = send(give_back(cast, paid))
    assert (first.status, first.way, first.amount) == (RefundStatus.DONE, "gateway", 130_000)
    assert first.gateway_transaction
    second = send(give_back(cast, paid, parcels=2))
    assert (second.status, second.amount, taken_back(standin)) == (RefundStatus.DONE, 80_000, paid.total)
    assert Payment.objects.get().refunded == paid.total


def test_one_parcel_that_was_everything_is_a_full_refund(cast, make_product, standin, monkeypatch):
    order = pay_in(standin, order_by_vnpay(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer))
    types = []
    give = standin.till.give_back
    monkeypatch.setattr(
        standin.till, "give_back", lambda words: types.append(words["vnp_TransactionType"]) or give(words)
    )
    assert send(give_back(cast, order)).status == RefundStatus.DONE
    assert (types, taken_back(standin)) == (["02"], order.total)


def test_the_worker_sends_it_at_once(cast, paid, standin, django_capture_on_commit_callbacks):
    refund = give_back(cast, paid)
    with django_capture_on_commit_callbacks(execute=True):
        run_outbox()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert gateway_refunds.send(refund_id=refund.pk) is False
    assert len(requests(standin)) == 1


def test_a_refusal_is_for_a_person_with_the_gateways_words(cast, paid, standin):
    standin.manners = Manners(api=ApiFault.REFUSE)
    refund = send(give_back(cast, paid))
    assert (refund.status, refund.request_id, taken_back(standin)) == (RefundStatus.FAILED, "", 0)
    reason = refund_reason(refund)
    assert "95" in reason
    assert "not successful" in reason
    standin.manners = Manners()
    assert refunds.send_again(refund=refund, actor=cast.treasurer)
    assert send(refund).status == RefundStatus.DONE


def refund_reason(refund):
    return StatusChange.objects.filter(machine="payments.refund", object_id=refund.pk).latest("pk").reason


@pytest.mark.parametrize("fault", [ApiFault.LOST, ApiFault.FORGE])
def test_a_lost_answer_is_asked_for_again_and_never_pays_twice(cast, paid, standin, fault):
    standin.manners = Manners(api=fault)
    refund = send(give_back(cast, paid))
    assert (refund.status, refund.asked, taken_back(standin)) == (RefundStatus.SENDING, 1, 130_000)
    number = refund.request_id
    standin.manners = Manners()
    send(refund, times=gateway_refunds.MOST)
    assert (refund.status, refund.request_id, refund.asked) == (RefundStatus.FAILED, number, 8)
    assert taken_back(standin) == 130_000, "asked eight times, given once"
    assert "94" in refund_reason(refund)
    # The treasurer found at the gateway that it was done.
    assert refunds.done(refund=refund, actor=cast.treasurer)
    assert Payment.objects.get().refunded == 130_000


def test_after_a_lost_answer_a_refusal_proves_nothing(cast, paid, standin, monkeypatch):
    standin.manners = Manners(api=ApiFault.LOST)
    refund = send(give_back(cast, paid))
    standin.manners = Manners(api=ApiFault.REFUSE)
    monkeypatch.setattr(standin.till, "is_new", lambda request_id: True)
    number = refund.request_id
    send(refund)
    assert (refund.status, refund.request_id) == (RefundStatus.FAILED, number)
    assert "chưa cho biết" in refund_reason(refund)


def test_a_broken_gateway_gets_the_same_request_until_it_works(cast, paid, standin):
    standin.manners = Manners(api=ApiFault.BROKEN)
    refund = send(give_back(cast, paid), times=3)
    assert (refund.status, refund.asked) == (RefundStatus.SENDING, 3)
    standin.manners = Manners()
    assert send(refund).status == RefundStatus.DONE
    assert taken_back(standin) == 130_000


def test_a_killed_worker_repeats_its_request(cast, paid, standin, monkeypatch):
    """Killed between the gateway's doing and our writing it down."""
    refund = give_back(cast, paid)
    monkeypatch.setattr(gateway_refunds, "_take", lambda *words: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gateway_refunds.send(refund_id=refund.pk)
    monkeypatch.undo()
    send(refund, times=gateway_refunds.MOST)
    assert (refund.status, taken_back(standin)) == (RefundStatus.FAILED, 130_000)


def test_questions_come_at_growing_pauses(cast, paid, standin):
    standin.manners = Manners(api=ApiFault.BROKEN)
    refund, at = give_back(cast, paid), clock.now()
    counts = []
    for minute in range(8):
        gateway_refunds.send_due(at=at + dt.timedelta(minutes=minute))
        refund.refresh_from_db()
        counts.append(refund.asked)
    assert counts == [1, 2, 2, 3, 3, 3, 3, 4]


def test_without_the_gateway_it_is_for_a_person(cast, paid, settings):
    refund = give_back(cast, paid)
    settings.VNPAY_TMN_CODE = ""
    assert send(refund, times=gateway_refunds.MOST).status == RefundStatus.FAILED
    assert refunds.by_transfer(refund=refund, actor=cast.treasurer)
