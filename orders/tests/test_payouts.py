"""Money to producers: what is due, what waits, who approves, and what happens when the bank sends it back."""

import datetime as dt

import pytest

from core import clock
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry
from notifications.models import Delivery, Notification
from orders.models import ReturnCase
from orders.selectors.payouts import preview
from orders.services import payouts as batches
from orders.tests.buying import buy, run_outbox, walk
from orders.tests.earning import account, long_ago, returned, sold
from payments.errors import (
    BankReferenceNeeded,
    DayToCome,
    NothingToPay,
    PayoutOutdated,
    ReasonNeeded,
    SamePerson,
)
from payments.models import AccountKind, JournalEntry, Payout, PayoutBatch, PayoutLine
from payments.selectors.balances import balance
from payments.selectors.payouts import Verdict
from payments.services import ledger, payouts
from payments.services.ledger import Item, Kind, Line
from payments.states import BatchStatus, PayoutStatus
from producers.services import payout_accounts
from tests.books import all_invariants


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=100, price=200_000)


@pytest.fixture
def confirmed(cast):
    return account(cast.producer, owner=cast.owner, treasurer=cast.treasurer)


def prepare(cast, **more):
    return batches.prepare(**{"up_to": clock.today(), "actor": cast.treasurer} | more)


def approve(cast, batch, **more):
    return batches.approve(batch=batch, **{"actor": cast.chief_treasurer} | more)


def sent(cast):
    """A batch on its way, and its one payout."""
    batch = prepare(cast)
    approve(cast, batch)
    return batch, batch.payouts.get()


def owed(cast):
    """đồng that the market owes the producer."""
    return -balance(ledger.account(kind=AccountKind.PRODUCER, producer=cast.producer))


def on_their_way():
    return -balance(ledger.account(kind=AccountKind.PAYOUTS))


def share(cast, producer=None):
    return next(s for s in preview(up_to=clock.today()) if s.producer == (producer or cast.producer))


def owe(cast, amount, item=Item.CARRIER_FEE, **line):
    """Something that the producer owes, such as a carrier's fee."""
    own = ledger.account(kind=AccountKind.PRODUCER, producer=cast.producer)
    bank = ledger.account(kind=AccountKind.BANK)
    key = f"fee:{JournalEntry.objects.count()}"
    lines = [Line(own, item, amount, **line), Line(bank, item, -amount)]
    ledger.post(kind=Kind.REMITTANCE, key=key, lines=lines, at=clock.now())


# --- What is due ---


def test_money_is_due_after_the_return_window(cast, product, confirmed, settings):
    fresh = sold(product, cast=cast)
    assert (share(cast).amount, share(cast).later_amount) == (0, fresh.total)
    due = fresh.settlement.due_on
    assert due == clock.today() + dt.timedelta(days=settings.RETURN_DAYS + 1)
    assert share(cast).upcoming == [(due, fresh.total)]
    with pytest.raises(NothingToPay):
        prepare(cast)
    day = dt.datetime.combine(due, dt.time(8), clock.VIETNAM)
    batch = prepare(cast, up_to=due, at=day)
    assert batch.payouts.get().amount == fresh.total == 230_000
    assert batch.number == f"CT-{due:%Y%m%d}-1"
    assert all_invariants() == {}


def test_nothing_is_paid_for_a_day_to_come(cast, product, confirmed):
    sold(product, cast=cast)
    with pytest.raises(DayToCome):
        prepare(cast, up_to=clock.today() + dt.timedelta(days=1))
    assert not PayoutBatch.objects.exists()


def test_a_parcel_with_an_open_case_waits(cast, product, confirmed):
    argued = sold(product, cast=cast, at=long_ago())
    sold(product, cast=cast, at=long_ago())
    case = ReturnCase.objects.create(
        code=f"{argued.code}-T1", sub_order=argued, reason="other", story="…", answer_by=clock.now()
    )
    assert (share(cast).amount, share(cast).held_amount) == (230_000, 230_000)
    assert prepare(cast).payouts.get().amount == 230_000
    case.status, case.closed_at = "rejected", clock.now()
    case.save()
    assert (share(cast).amount, share(cast).held_amount) == (230_000, 0)
    assert all_invariants() == {}


def test_a_return_before_the_day_waits_with_its_parcel(cast, product, confirmed):
    """Other parcels' money is not held back for it: what is returned was never paid out."""
    fresh = sold(product, cast=cast, quantity=2)
    returned(fresh, 1)
    sold(product, cast=cast, at=long_ago())
    assert (share(cast).amount, share(cast).later_amount) == (230_000, 230_000)
    assert prepare(cast).payouts.get().amount == 230_000
    assert all_invariants() == {}


def test_cash_that_the_producer_took_counts_at_once(cast, product, confirmed):
    order = buy(product, commune=cast.hoi_an)
    walk(order.sub_orders.get(), "delivered")
    sold(product, cast=cast, at=long_ago())
    assert (share(cast).amount, share(cast).later_amount) == (0, 230_000)
    assert share(cast).verdict == Verdict.NOTHING_DUE
    owe(cast, 5_000)
    assert share(cast).verdict == Verdict.OWES
    assert all_invariants() == {}


def test_a_small_sum_waits_for_more(cast, product, confirmed, settings):
    settings.PAYOUT_MINIMUM = 230_001
    sold(product, cast=cast, at=long_ago())
    assert share(cast).verdict == Verdict.TOO_LITTLE
    with pytest.raises(NothingToPay):
        prepare(cast)
    settings.PAYOUT_MINIMUM = 230_000
    assert prepare(cast).payouts.get().amount == 230_000


def test_without_a_confirmed_account_money_waits(cast, product):
    sold(product, cast=cast, at=long_ago())
    assert share(cast).verdict == Verdict.NO_ACCOUNT
    row = payout_accounts.enter(
        producer=cast.producer,
        bank_bin="970436",
        account_number="0071000123456",
        account_name="A",
        actor=cast.owner,
    )
    assert share(cast).verdict == Verdict.NOT_CONFIRMED
    with pytest.raises(NothingToPay):
        prepare(cast)
    payout_accounts.confirm(account=row, seen=row.fingerprint, actor=cast.treasurer)
    assert share(cast).verdict == Verdict.PAID


def test_each_producer_gets_its_own(cast, product, make_product, confirmed):
    theirs = make_product(cast.rival, price=1_000_000)
    account(cast.rival, owner=cast.rival_owner, treasurer=cast.treasurer, number="19031234567")
    sold(product, theirs, cast=cast, at=long_ago())
    batch = prepare(cast)
    # The household's: 1,000,000 − 15,000 of tax, and its parcel's 30,000 − 1,350.
    assert dict(batch.payouts.values_list("producer", "amount")) == {
        cast.producer.pk: 230_000,
        cast.rival.pk: 1_030_000 - 15_000 - 1_350,
    }
    assert all_invariants() == {}


# --- Two people ---


def test_who_prepared_does_not_approve(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    batch = prepare(cast)
    with pytest.raises(SamePerson):
        approve(cast, batch, actor=cast.treasurer)
    assert approve(cast, batch) is True
    assert approve(cast, batch) is False
    assert JournalEntry.objects.filter(kind=Kind.PAYOUT).count() == 1
    assert AuditEntry.objects.filter(action="payments.payout_batch.approved").count() == 1


def test_only_treasurers_touch_payouts(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    batch = prepare(cast)
    payout = batch.payouts.get()
    before = AuditEntry.objects.count()
    for person in (cast.owner, cast.staff, cast.province_officer, cast.province_leader, cast.buyer, None):
        for attempt in (
            lambda who: prepare(cast, actor=who),
            lambda who: approve(cast, batch, actor=who),
            lambda who: payouts.drop(batch=batch, reason="x", actor=who),
            lambda who: payouts.mark_paid(payout=payout, bank_reference="x", actor=who),
            lambda who: payouts.bounce(payout=payout, reason="x", actor=who),
        ):
            with pytest.raises(NotAllowed):
                attempt(person)
    assert AuditEntry.objects.count() == before


def test_a_dropped_draft_frees_its_postings(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    first = prepare(cast)
    with pytest.raises(NothingToPay):
        prepare(cast)
    assert payouts.drop(batch=first, reason="Nhầm ngày", actor=cast.treasurer) is True
    assert payouts.drop(batch=first, reason="Nhầm ngày", actor=cast.treasurer) is False
    assert PayoutLine.objects.count() == 0
    assert first.payouts.get().status == PayoutStatus.DROPPED
    second = prepare(cast)
    assert (second.number[-2:], second.payouts.get().amount) == ("-2", 230_000)
    with pytest.raises(ForbiddenTransition):
        approve(cast, first)
    assert all_invariants() == {}


# --- Between preparing and approving ---


@pytest.mark.parametrize("event", ["account", "doubt", "return", "case", "fee"])
def test_what_changed_since_is_not_paid(cast, product, confirmed, event):
    parcel = sold(product, cast=cast, at=long_ago())
    batch = prepare(cast)
    if event == "account":
        account(cast.producer, owner=cast.owner, treasurer=cast.treasurer, number="999999")
    elif event == "doubt":
        payout_accounts.doubt(account=confirmed, reason="Lạ", actor=cast.treasurer)
    elif event == "return":
        returned(parcel, 1)
    elif event == "case":
        ReturnCase.objects.create(
            code=f"{parcel.code}-T1", sub_order=parcel, reason="other", story="…", answer_by=clock.now()
        )
    else:
        owe(cast, 5_000)
    with pytest.raises(PayoutOutdated) as refusal:
        approve(cast, batch)
    assert refusal.value.data == {"producers": [cast.producer.pk]}
    batch.refresh_from_db()
    assert (batch.status, on_their_way()) == (BatchStatus.DRAFT, 0)
    assert all_invariants() == {}


def test_more_that_became_due_since_waits_for_the_next(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    batch = prepare(cast)
    sold(product, cast=cast, at=long_ago())
    assert approve(cast, batch) is True
    assert batch.payouts.get().amount == 230_000
    assert prepare(cast).payouts.get().amount == 230_000


# --- On its way ---


def test_the_way_of_the_money(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    bank = balance(ledger.account(kind=AccountKind.BANK))
    batch, payout = sent(cast)
    assert (owed(cast), on_their_way(), payout.status) == (0, 230_000, PayoutStatus.SENT)
    assert all_invariants() == {}
    with pytest.raises(BankReferenceNeeded):
        payouts.mark_paid(payout=payout, bank_reference=" \x00", actor=cast.treasurer)
    assert payouts.mark_all_paid(batch=batch, bank_reference="FT26331", actor=cast.treasurer) == 1
    assert payouts.mark_all_paid(batch=batch, bank_reference="FT26331", actor=cast.treasurer) == 0
    payout.refresh_from_db()
    assert (payout.status, payout.bank_reference) == (PayoutStatus.PAID, "FT26331")
    assert payouts.mark_paid(payout=payout, bank_reference="again", actor=cast.treasurer) is False
    assert on_their_way() == 0
    assert balance(ledger.account(kind=AccountKind.BANK)) == bank - 230_000
    assert all_invariants() == {}


@pytest.mark.parametrize("was_paid", [False, True])
def test_the_bank_sends_it_back(cast, product, confirmed, was_paid):
    sold(product, cast=cast, at=long_ago())
    bank = balance(ledger.account(kind=AccountKind.BANK))
    _batch, payout = sent(cast)
    if was_paid:
        payouts.mark_paid(payout=payout, bank_reference="FT1", actor=cast.treasurer)
    with pytest.raises(ReasonNeeded):
        payouts.bounce(payout=payout, reason=" ", actor=cast.treasurer)
    assert payouts.bounce(payout=payout, reason="Sai số tài khoản", actor=cast.treasurer) is True
    assert payouts.bounce(payout=payout, reason="Sai số tài khoản", actor=cast.treasurer) is False
    assert (owed(cast), on_their_way()) == (230_000, 0)
    assert balance(ledger.account(kind=AccountKind.BANK)) == bank
    assert share(cast).verdict == Verdict.NOT_CONFIRMED
    assert all_invariants() == {}
    account(cast.producer, owner=cast.owner, treasurer=cast.treasurer, number="0071000123457")
    batch = prepare(cast)
    assert approve(cast, batch)
    again = batch.payouts.get()
    assert (again.amount, again.account_number, owed(cast)) == (230_000, "0071000123457", 0)
    assert all_invariants() == {}


def test_a_bounce_leaves_the_new_account_alone(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    _batch, payout = sent(cast)
    fresh = account(cast.producer, owner=cast.owner, treasurer=cast.treasurer, number="0071000999999")
    payouts.bounce(payout=payout, reason="Tài khoản đã đóng", actor=cast.treasurer)
    fresh.refresh_from_db()
    assert fresh.is_confirmed


def test_a_return_after_the_payout_makes_the_next_one_less(cast, product, confirmed):
    parcel = sold(product, cast=cast, at=long_ago(), quantity=2)
    _batch, first = sent(cast)
    assert first.amount == 430_000
    returned(parcel, 1)
    assert (owed(cast), share(cast).amount, share(cast).verdict) == (-200_000, -200_000, Verdict.OWES)
    with pytest.raises(NothingToPay):
        prepare(cast)
    sold(product, cast=cast, at=long_ago())
    assert share(cast).verdict == Verdict.TOO_LITTLE
    sold(product, cast=cast, at=long_ago())
    _batch, second = sent(cast)
    assert second.amount == 2 * 230_000 - 200_000
    assert owed(cast) == 0
    assert all_invariants() == {}


# --- What producers are told ---


def test_a_producer_is_told(cast, product, confirmed):
    cast.producer.email = "htx@chuthe.example"
    cast.producer.save()
    sold(product, cast=cast, at=long_ago())
    _batch, payout = sent(cast)
    payouts.mark_paid(payout=payout, bank_reference="FT26331", actor=cast.treasurer)
    payouts.bounce(payout=payout, reason="Tài khoản đã đóng", actor=cast.treasurer)
    run_outbox()
    told = Notification.objects.filter(topic="payments.payout_changed").order_by("pk")
    assert [note.title for note in told] == [
        "Sàn đang chuyển 230.000\xa0₫ cho bạn",
        "Đã chuyển 230.000\xa0₫ cho bạn",
        "Ngân hàng trả lại 230.000\xa0₫: cần xem tài khoản nhận tiền",
    ]
    assert {note.user for note in told} == {cast.owner}
    assert "FT26331" in told[1].body
    assert "Tài khoản đã đóng" in told[2].body
    mailed = Delivery.objects.filter(notification__in=told)
    assert set(mailed.values_list("address", flat=True)) == {"htx@chuthe.example"}
    assert mailed.count() == 2
    assert Payout.objects.owned_by(cast.rival_owner).count() == 0
