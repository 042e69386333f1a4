"""VNPay's server speaks: what it hears, what is booked, and what is only kept."""

import datetime as dt

import pytest
from django.test import Client

from core import clock
from orders.models import Order
from orders.services import fulfilment, gateway_notices, paying
from orders.states import SubOrderStatus
from orders.tests.buying import buy
from orders.tests.visiting import IPN, offer, order_by_vnpay, signed, tell, visit, words
from payments.models import Attempt, JournalEntry, Payment, PaymentNotice, Refund
from payments.states import NoticeOutcome, PaymentStatus, RefundStatus
from tests.books import all_invariants


@pytest.fixture
def product(cast, make_product, settings):
    offer(settings)
    return make_product(cast.producer, stock=10, price=100_000)


@pytest.fixture
def order(cast, product):
    return order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer)


@pytest.fixture
def attempt(order):
    return visit(order)


@pytest.fixture(autouse=True)
def whole_books(db):
    yield
    assert all_invariants() == {}


def outcomes():
    return list(PaymentNotice.objects.order_by("pk").values_list("outcome", flat=True))


def payment():
    return Payment.objects.get()


def state(order):
    return order.sub_orders.get().status


def test_a_visit_knows_what_is_missing_and_how_long(order, attempt):
    assert (attempt.amount, attempt.outcome) == (330_000, "open")
    assert attempt.created_at.microsecond == 0
    assert attempt.expires_at == order.payment.expires_at


def test_paid_is_recorded_and_the_order_goes_on(order, attempt):
    assert tell(attempt, number="14422574") == "00"
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.gateway_transaction) == ("paid", "14422574")
    assert (payment().status, state(order)) == (PaymentStatus.PAID, SubOrderStatus.PLACED)


def test_a_repeated_notice_is_confirmed_and_booked_once(attempt):
    assert [tell(attempt) for _ in range(3)] == ["00", "02", "02"]
    assert (PaymentNotice.objects.count(), JournalEntry.objects.count()) == (1, 1)


def test_a_notice_in_other_words_is_the_same_money(attempt):
    """The answer to a question has no bank reference and other words, but the same number."""
    tell(attempt, number="1")
    assert tell(attempt, number="1", BankTranNo="NCB1", CardType="ATM") == "02"
    assert payment().received == 330_000


def test_a_failure_is_recorded_and_the_buyer_may_try_again(order, attempt):
    assert tell(attempt, paid=False) == "00"
    attempt.refresh_from_db()
    assert (attempt.outcome, payment().status, outcomes()) == ("failed", "pending", ["failed"])
    assert tell(visit(order)) == "00"
    assert payment().status == PaymentStatus.PAID


def test_a_late_failure_undoes_nothing(attempt):
    tell(attempt)
    assert tell(attempt, paid=False) == "02"
    attempt.refresh_from_db()
    assert (attempt.outcome, payment().status, outcomes()) == ("paid", "paid", ["matched", "failed"])


def test_paid_after_failed_is_money(attempt):
    tell(attempt, paid=False)
    assert tell(attempt) == "00"
    attempt.refresh_from_db()
    assert (attempt.outcome, payment().status) == ("paid", "paid")


@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize("changes", [{"Amount": "3300000"}, {"CurrCode": "USD"}])
def test_a_wrong_sum_is_kept_for_a_person_and_changes_nothing(attempt, paid, changes):
    assert tell(attempt, paid=paid, **changes) == "04"
    assert tell(attempt, paid=paid, **changes) == "04"
    attempt.refresh_from_db()
    assert (outcomes(), attempt.outcome, payment().received) == (["wrong_amount"], "open", 0)
    assert tell(attempt) == "00", "the truth may still come, under the same number"


def test_a_wrong_sum_is_told_before_known(attempt):
    tell(attempt)
    assert tell(attempt, Amount="100") == "04"


@pytest.mark.parametrize("status", ["01", "07"])
def test_what_is_not_settled_changes_nothing(attempt, status):
    assert tell(attempt, TransactionStatus=status) == "00"
    attempt.refresh_from_db()
    assert (outcomes(), attempt.outcome, payment().status) == (["pending"], "open", "pending")
    assert tell(attempt) == "00"
    assert payment().status == PaymentStatus.PAID


def test_paid_without_a_number_waits_for_one(attempt):
    assert tell(attempt, TransactionNo="0") == "00"
    assert outcomes() == ["pending"]


def test_an_unknown_visit_is_kept_and_not_booked(attempt):
    assert tell(attempt, TxnRef="KHONGCODON0001") == "01"
    assert tell(attempt, TxnRef="KHONGCODON0001") == "01"
    notice = PaymentNotice.objects.get()
    assert (notice.outcome, notice.is_booked, JournalEntry.objects.count()) == ("unknown", False, 0)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"vnp_TxnRef": "\x00", "vnp_SecureHash": "ổ bánh"},
        {"vnp_SecureHash": "a" * 50_000},
    ],
)
def test_what_is_not_signed_is_kept_once(params, product):
    for _ in range(2):
        assert Client().get(IPN, params).json()["RspCode"] == "97"
    assert outcomes() == [NoticeOutcome.REFUSED]


def test_a_forged_notice_books_nothing(attempt):
    forged = signed(words(attempt), "not the secret")
    assert Client().get(IPN, forged).json() == {"RspCode": "97", "Message": "Invalid Checksum"}
    changed = signed(words(attempt)) | {"vnp_Amount": "100"}
    assert Client().get(IPN, changed).json()["RspCode"] == "97"
    assert (outcomes(), payment().received) == (["refused", "refused"], 0)


def test_only_so_many_forged_notices_are_kept(product, monkeypatch):
    monkeypatch.setattr(gateway_notices, "FORGED_KEPT_AN_HOUR", 3)
    for number in range(6):
        assert Client().get(IPN, {"vnp_TxnRef": number}).json()["RspCode"] == "97"
    assert len(outcomes()) == 3
    PaymentNotice.objects.update(received_at=clock.now() - dt.timedelta(hours=2))
    Client().get(IPN, {"vnp_TxnRef": "x"})
    assert len(outcomes()) == 4


def test_signed_nonsense_is_to_be_said_again(attempt):
    assert tell(attempt, Amount="nhiều") == "99"
    assert outcomes() == [NoticeOutcome.REFUSED]


def test_an_error_of_ours_is_to_be_said_again(attempt, monkeypatch):
    monkeypatch.setattr(paying.receipts, "receive", lambda **words: 1 / 0)
    assert tell(attempt) == "99"
    monkeypatch.undo()
    assert tell(attempt) == "00"
    assert payment().status == PaymentStatus.PAID


def test_the_notice_is_a_get_without_cookies(attempt):
    assert Client(enforce_csrf_checks=True).post(IPN).status_code == 405
    answer = Client().get(IPN, signed(words(attempt)))
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_a_gateway_that_is_not_offered_hears_nothing(attempt, settings):
    settings.VNPAY_TMN_CODE = ""
    assert Client().get(IPN).status_code == 404
    assert Client().get("/thanh-toan/momo/ipn/").status_code == 404


def test_paying_twice_is_given_back_by_the_same_way(order):
    one, two = visit(order), visit(order)
    assert (tell(one), tell(two)) == ("00", "00")
    refund = Refund.objects.get()
    assert (refund.attempt, refund.amount, refund.status) == (two, 330_000, RefundStatus.SENDING)


def test_one_visit_paid_twice_gives_back_no_more_than_it_took(attempt, order, cast):
    """Two sums of money under one visit: the second goes back through it, the order's by transfer."""
    assert (tell(attempt, number="1"), tell(attempt, number="2")) == ("00", "02")
    assert payment().received == 660_000
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=cast.buyer)
    assert [r.way for r in Refund.objects.order_by("pk")] == ["gateway", "transfer"]


def test_paid_late_buys_what_is_left(order, attempt, product):
    late = order.payment.expires_at + dt.timedelta(hours=1)
    assert paying.lapse_unpaid(at=late) == 1
    assert tell(attempt) == "00"
    assert (outcomes(), state(order)) == (["late"], SubOrderStatus.PLACED)


def test_paid_late_never_oversells(cast, order, attempt, product):
    paying.lapse_unpaid(at=order.payment.expires_at + dt.timedelta(hours=1))
    buy(product, commune=cast.hoi_an, quantity=8)
    assert tell(attempt) == "00"
    assert state(Order.objects.get(pk=order.pk)) == SubOrderStatus.LAPSED
    refund = Refund.objects.get()
    assert (refund.way, refund.amount) == ("gateway", 330_000)


def test_money_for_a_cancelled_order_goes_back(cast, order, attempt):
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=cast.buyer)
    assert tell(attempt) == "00"
    assert (outcomes(), Refund.objects.get().way) == (["cancelled"], "gateway")
    assert Attempt.objects.get().outcome == "paid"
