"""What a treasurer does with money that no rule could place."""

import itertools

import pytest

from core import clock
from core.errors import NotAllowed
from core.models import AuditEntry
from orders.errors import GoodsGone, OrderUnknown, PaidOnDelivery, ReasonNeeded, TooMuchMissing
from orders.services import case_money, fulfilment, paying, resolving
from orders.states import SubOrderStatus
from orders.tests.buying import buy, run_outbox, walk
from orders.tests.returning import C, ask, bring
from payments.errors import AlreadyResolved, BankAccountNeeded, NotThisWay, SamePerson
from payments.models import AccountKind, JournalEntry, Payment, PaymentNotice, Refund
from payments.selectors.balances import balance, held_for
from payments.services import ledger, refunds
from payments.services.receipts import Statement
from payments.states import Method, NoticeOutcome, PaymentStatus, RefundStatus
from tests.books import all_invariants

_ids = itertools.count(1)
ACCOUNT = {"bank_bin": "970436", "account_number": "0123456789", "account_name": "Trần Thị Gửi"}


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=10, price=100_000)


@pytest.fixture
def order(cast, product):
    return buy(product, commune=cast.hoi_an, quantity=3, user=cast.buyer, method=Method.TRANSFER)


def money(amount, order=None, **changes):
    facts = {
        "gateway": "bank",
        "notice_id": f"row-{next(_ids)}",
        "source": "statement",
        "raw": "…",
        "amount": amount,
        "occurred_at": clock.now(),
    }
    return paying.receive(statement=Statement(**facts | changes), order=order).notice


def stands(kind):
    return balance(ledger.account(kind=kind))


def lapse(order):
    paying.lapse_unpaid(at=order.payment.expires_at)


@pytest.fixture(autouse=True)
def books_are_whole(db):
    yield
    assert all_invariants() == {}


# --- Unknown money to an order ---


def test_unknown_money_pays_the_order_it_belongs_to(cast, order):
    notice = money(330_000)
    assert stands(AccountKind.SUSPENSE) == -330_000
    typed = order.code.replace("-", " ").lower()
    assert resolving.attach(notice=notice, code=typed, actor=cast.treasurer) == NoticeOutcome.MATCHED
    notice.refresh_from_db()
    assert (notice.payment, notice.outcome) == (order.payment, NoticeOutcome.MATCHED)
    assert notice.resolved_at
    assert order.code in notice.resolution
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
    assert (stands(AccountKind.SUSPENSE), held_for(order.code)) == (0, 330_000)
    entry = AuditEntry.objects.get(action="payments.notice.attached")
    assert (entry.actor_id, entry.object_id) == (cast.treasurer.pk, str(notice.pk))


def test_too_little_stays_open_until_the_rest_is_here(cast, order):
    first = money(300_000)
    assert resolving.attach(notice=first, code=order.code, actor=cast.treasurer) == NoticeOutcome.UNDERPAID
    first.refresh_from_db()
    assert first.resolved_at is None
    resolving.attach(notice=money(30_000), code=order.code, actor=cast.treasurer)
    first.refresh_from_db()
    assert first.resolved_at
    assert order.sub_orders.get().status == SubOrderStatus.PLACED


def test_too_much_is_owed_back(cast, order):
    outcome = resolving.attach(notice=money(350_000), code=order.code, actor=cast.treasurer)
    assert (outcome, Refund.objects.get().amount) == (NoticeOutcome.OVERPAID, 20_000)


def test_money_for_a_paid_or_cancelled_order_is_owed_back(cast, order, product):
    money(330_000, order)
    assert resolving.attach(notice=money(5_000), code=order.code, actor=cast.treasurer) == "duplicate"
    gone = buy(product, commune=cast.hoi_an, user=cast.buyer, method=Method.TRANSFER)
    fulfilment.cancel(sub_order=gone.sub_orders.get(), actor=cast.buyer)
    assert resolving.attach(notice=money(7_000), code=gone.code, actor=cast.treasurer) == "cancelled"
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [5_000, 7_000]


def test_late_money_buys_or_goes_back(cast, order, product):
    lapse(order)
    buy(product, commune=cast.hoi_an, quantity=8)
    assert resolving.attach(notice=money(330_000), code=order.code, actor=cast.treasurer) == "late"
    assert (Refund.objects.get().amount, stands(AccountKind.SUSPENSE)) == (330_000, 0)


@pytest.mark.parametrize("code", ["", "7K3M-92XQ", "không", "'; --", "x" * 500, "\x00"])
def test_a_code_that_is_no_order(cast, order, code):
    with pytest.raises(OrderUnknown):
        resolving.attach(notice=money(330_000), code=code, actor=cast.treasurer)


def test_an_order_paid_on_delivery_takes_no_transfer(cast, product):
    order = buy(product, commune=cast.hoi_an)
    notice = money(330_000)
    with pytest.raises(PaidOnDelivery):
        resolving.attach(notice=notice, code=order.code, actor=cast.treasurer)
    notice.refresh_from_db()
    assert (notice.payment, notice.resolved_at) == (None, None)


def test_money_that_has_an_order_is_not_attached_to_another(cast, order, product):
    other = buy(product, commune=cast.hoi_an, method=Method.TRANSFER)
    for notice in (money(400_000, order), money(1_000, order)):
        with pytest.raises(NotThisWay):
            resolving.attach(notice=notice, code=other.code, actor=cast.treasurer)


# --- Back to who sent it ---


def test_unknown_money_goes_back_and_another_person_approves(cast, db):
    notice = money(70_000)
    refund = resolving.send_back(notice=notice, reason="nhầm", actor=cast.treasurer, **ACCOUNT)
    assert (refund.status, refund.amount, refund.account_name) == ("requested", 70_000, "TRAN THI GUI")
    with pytest.raises(SamePerson):
        refunds.approve(refund=refund, actor=cast.treasurer)
    assert refunds.approve(refund=refund, actor=cast.chief_treasurer)
    assert refunds.done(refund=refund, actor=cast.treasurer, gateway_transaction="FT1")
    run_outbox()  # nobody to write to, and no failure
    assert [stands(kind) for kind in (AccountKind.SUSPENSE, AccountKind.REFUNDS, AccountKind.BANK)] == [0] * 3


def test_a_bad_account_leaves_everything_as_it_was(cast, db):
    notice = money(70_000)
    for wrong in ({"bank_bin": "97"}, {"account_number": "12"}, {"account_name": "王"}):
        with pytest.raises(BankAccountNeeded):
            resolving.send_back(notice=notice, reason="nhầm", actor=cast.treasurer, **ACCOUNT | wrong)
    notice.refresh_from_db()
    assert (notice.resolved_at, Refund.objects.count(), JournalEntry.objects.count()) == (None, 0, 1)


def test_money_of_an_order_is_not_sent_back_as_unknown(cast, order):
    with pytest.raises(NotThisWay):
        resolving.send_back(notice=money(1_000, order), reason="x", actor=cast.treasurer, **ACCOUNT)


# --- Too little ---


def test_a_part_goes_back_when_the_time_is_over(cast, order):
    parts = [money(100_000, order), money(200_000, order)]
    with pytest.raises(NotThisWay):
        resolving.give_back_part(notice=parts[0], reason="x", actor=cast.treasurer)
    lapse(order)
    assert resolving.give_back_part(notice=parts[0], reason="hết hạn", actor=cast.treasurer) == 300_000
    assert (Refund.objects.get().amount, held_for(order.code)) == (300_000, 0)
    assert not PaymentNotice.objects.filter(resolved_at=None).exists()
    with pytest.raises(AlreadyResolved):
        resolving.give_back_part(notice=parts[1], reason="x", actor=cast.treasurer)


def test_what_went_back_does_not_count_when_money_comes_again(cast, order):
    """30,000 after 300,000 that went back is not 330,000."""
    part = money(300_000, order)
    lapse(order)
    resolving.give_back_part(notice=part, reason="hết hạn", actor=cast.treasurer)
    again = money(30_000, order)
    assert (again.outcome, order.sub_orders.get().status) == ("underpaid", SubOrderStatus.LAPSED)
    assert money(300_000, order).outcome == NoticeOutcome.LATE
    assert (order.sub_orders.get().status, held_for(order.code)) == (SubOrderStatus.PLACED, 330_000)


def test_a_second_payment_after_a_refusal_buys_only_with_its_own_money(cast, order, product):
    lapse(order)
    other = buy(product, commune=cast.hoi_an, quantity=8)
    money(330_000, order)
    fulfilment.cancel(sub_order=other.sub_orders.get(), actor=None, reason="hết")  # goods are there again
    assert money(1_000, order).outcome == NoticeOutcome.UNDERPAID
    assert order.sub_orders.get().status == SubOrderStatus.LAPSED


@pytest.mark.parametrize("late", [False, True])
def test_a_small_difference_is_written_off(cast, order, late):
    notice = money(327_000, order)
    if late:
        lapse(order)
    assert resolving.accept(notice=notice, reason="phí chuyển", actor=cast.treasurer) == 3_000
    payment = Payment.objects.get()
    assert (payment.status, payment.received, payment.written_off) == (PaymentStatus.PAID, 327_000, 3_000)
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
    assert (held_for(order.code), stands(AccountKind.DIFFERENCES)) == (330_000, 3_000)
    notice.refresh_from_db()
    assert (bool(notice.resolved_at), "3.000" in notice.resolution) == (True, True)


def test_a_return_gives_back_what_was_paid_and_the_market_its_part(cast, order):
    resolving.accept(notice=money(327_000, order), reason="phí chuyển", actor=cast.treasurer)
    sub = order.sub_orders.get()
    walk(sub, SubOrderStatus.DELIVERED)
    given = []
    for units in (1, 2):
        case = ask(sub, cast.buyer, quantity=units)
        seen = case_money.worth(case).paid
        bring(case, C.CLOSED, cast)
        assert case_money.worth(case).paid == seen
        given.append(Refund.objects.get(reference=case.code).amount)
    assert given == [97_000, 230_000]
    assert (stands(AccountKind.DIFFERENCES), stands(AccountKind.REFUNDS)) == (0, -327_000)


def test_more_than_the_limit_is_not_written_off(cast, order, settings):
    settings.UNDERPAID_LIMIT = 2_999
    notice = money(327_000, order)
    with pytest.raises(TooMuchMissing) as refusal:
        resolving.accept(notice=notice, reason="x", actor=cast.treasurer)
    assert refusal.value.data == {"limit": 2_999}
    settings.UNDERPAID_LIMIT = 3_000
    assert resolving.accept(notice=notice, reason="x", actor=cast.treasurer) == 3_000


def test_nothing_is_written_off_for_goods_that_are_gone(cast, order, product):
    notice = money(327_000, order)
    lapse(order)
    buy(product, commune=cast.hoi_an, quantity=8)
    with pytest.raises(GoodsGone):
        resolving.accept(notice=notice, reason="x", actor=cast.treasurer)
    notice.refresh_from_db()
    assert (notice.resolved_at, Payment.objects.first().written_off) == (None, 0)
    assert Refund.objects.count() == 0


def test_a_cancelled_parcel_gives_back_what_was_paid_for_it(cast, order):
    resolving.accept(notice=money(327_000, order), reason="x", actor=cast.treasurer)
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=None, reason="hết hàng")
    assert (Refund.objects.get().amount, stands(AccountKind.DIFFERENCES)) == (327_000, 0)


# --- Seen ---


@pytest.mark.parametrize("amount", [330_000, 1])
def test_what_has_its_place_is_marked_as_seen(cast, order, amount):
    money(330_000, order)
    notice = money(amount, order)
    resolving.mark_seen(notice=notice, reason="đã báo khách", actor=cast.treasurer)
    notice.refresh_from_db()
    assert notice.resolved_at
    assert "đã báo khách" in notice.resolution
    assert Refund.objects.get().status == RefundStatus.NEEDS_ACCOUNT


def test_a_gateways_word_about_no_visit_is_marked_as_seen(cast):
    """It was never booked, so there is nothing to move."""
    notice = money(70_000, gateway="vnpay", source=PaymentNotice.Source.IPN)
    assert (notice.outcome, notice.is_booked) == (NoticeOutcome.UNKNOWN, False)
    resolving.mark_seen(notice=notice, reason="cổng báo nhầm", actor=cast.treasurer)
    notice.refresh_from_db()
    assert notice.resolved_at
    assert (JournalEntry.objects.count(), Refund.objects.count()) == (0, 0)


def test_money_without_a_place_is_not_just_seen(cast, order):
    for notice in (money(5_000), money(5_000, order)):
        with pytest.raises(NotThisWay):
            resolving.mark_seen(notice=notice, reason="x", actor=cast.treasurer)


def test_what_needs_nobody_is_not_resolved(cast, order):
    for notice in (money(330_000, order), money(-5_000), money(330_000, order, is_paid=False)):
        with pytest.raises(AlreadyResolved):
            resolving.mark_seen(notice=notice, reason="x", actor=cast.treasurer)


# --- For all of them ---


def acts(notice, order):
    """Every way there is, as (verb, arguments)."""
    return [
        (resolving.attach, {"notice": notice, "code": order.code}),
        (resolving.send_back, {"notice": notice, "reason": "x", **ACCOUNT}),
        (resolving.give_back_part, {"notice": notice, "reason": "x"}),
        (resolving.accept, {"notice": notice, "reason": "x"}),
        (resolving.mark_seen, {"notice": notice, "reason": "x"}),
    ]


def test_nobody_but_treasurers(cast, order):
    notice = money(330_000)
    before = AuditEntry.objects.count()
    others = set(cast.people) - {"treasurer", "chief_treasurer", "admin"}
    for role in sorted(others):
        for act, arguments in acts(notice, order):
            with pytest.raises(NotAllowed):
                act(actor=cast.people[role], **arguments)
    notice.refresh_from_db()
    assert (notice.resolved_at, AuditEntry.objects.count()) == (None, before)


def test_a_second_time_changes_nothing(cast, order):
    notice = money(330_000)
    resolving.attach(notice=notice, code=order.code, actor=cast.treasurer)
    before = (JournalEntry.objects.count(), Refund.objects.count(), Payment.objects.get().received)
    for act, arguments in acts(notice, order):
        with pytest.raises((AlreadyResolved, NotThisWay)):
            act(actor=cast.chief_treasurer, **arguments)
    assert (JournalEntry.objects.count(), Refund.objects.count(), Payment.objects.get().received) == before


@pytest.mark.parametrize("reason", ["", "   ", "\u200b\n"])
def test_a_reason_is_needed(cast, order, reason):
    notice = money(330_000)
    for act, arguments in acts(notice, order):
        if "reason" in arguments:
            with pytest.raises(ReasonNeeded):
                act(actor=cast.treasurer, **arguments | {"reason": reason})
