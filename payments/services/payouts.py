"""Money to producers: a treasurer prepares, another approves, the bank carries it out or sends it back.

Locks: producers' ledger accounts while a batch is prepared or approved, so that two batches never
plan the same posting; the one-to-one of ``PayoutLine`` has the last word.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from core import clock
from core.services import audit
from core.services.transitions import transition
from core.text import clean
from payments.errors import (
    BankReferenceNeeded,
    DayToCome,
    NothingToPay,
    PayoutOutdated,
    ReasonNeeded,
    SamePerson,
)
from payments.models import AccountKind, LedgerAccount, Payout, PayoutBatch, PayoutLine
from payments.policies import require_treasurer
from payments.selectors.payouts import Share, Verdict, shares
from payments.services import ledger
from payments.services.ledger import Item, Kind, Line
from payments.states import BATCH, PAYOUT, BatchStatus, PayoutStatus
from producers.models import PayoutAccount
from producers.services import payout_accounts


def prepare(
    *, up_to: dt.date, held_references: Collection[str], actor: Any, at: dt.datetime | None = None
) -> PayoutBatch:
    """A draft of all that is due up to a day and not held (``payments.selectors.payouts``).

    Who gets nothing keeps the postings for another time. Raises NotAllowed, DayToCome, NothingToPay.
    """
    require_treasurer(actor)
    moment = at or clock.now()
    if up_to > clock.day_of(moment):
        raise DayToCome
    with transaction.atomic():
        _lock_accounts()
        found = shares(up_to=up_to, held_references=held_references)
        paid = [share for share in found if share.verdict == Verdict.PAID]
        if not paid:
            raise NothingToPay
        batch = PayoutBatch.objects.create(
            number=_number(clock.day_of(moment)), up_to=up_to, prepared_by=actor.pk, prepared_at=moment
        )
        for share in paid:
            _plan(batch, share)
        audit.record(action="payments.payout_batch.prepared", obj=batch, actor=actor, at=moment)
    return batch


def drop(*, batch: PayoutBatch, reason: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """Give a draft up; its postings are free for another. Raises NotAllowed, ForbiddenTransition."""
    require_treasurer(actor)
    with transaction.atomic():
        moved = transition(
            batch, machine=BATCH, to=BatchStatus.DROPPED, actor=actor, at=at, reason=clean(reason)[:300]
        )
        if moved:
            PayoutLine.objects.filter(payout__batch=batch).delete()
            for payout in batch.payouts.order_by("pk"):
                transition(payout, machine=PAYOUT, to=PayoutStatus.DROPPED, actor=actor, at=at)
    return moved


def approve(
    *, batch: PayoutBatch, held_references: Collection[str], actor: Any, at: dt.datetime | None = None
) -> bool:
    """A second treasurer agrees; from here the money is on its way and no longer owed.

    Raises NotAllowed, SamePerson, ForbiddenTransition, and PayoutOutdated where somebody would get
    less, or to another account, if it were prepared now.
    """
    require_treasurer(actor)
    if batch.prepared_by == actor.pk:
        raise SamePerson
    moment = at or clock.now()
    with transaction.atomic():
        _lock_accounts()
        moved = transition(
            batch,
            machine=BATCH,
            to=BatchStatus.APPROVED,
            actor=actor,
            at=moment,
            values={"approved_by": actor.pk, "approved_at": moment},
        )
        if moved:
            payouts = list(batch.payouts.select_related("producer").order_by("pk"))
            _require_up_to_date(batch, payouts, held_references)
            for payout in payouts:
                _book(payout, "payout", AccountKind.PRODUCER, AccountKind.PAYOUTS, actor, moment)
                transition(payout, machine=PAYOUT, to=PayoutStatus.SENT, actor=actor, at=moment)
    return moved


def mark_paid(*, payout: Payout, bank_reference: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """The bank has carried it out. Raises NotAllowed, BankReferenceNeeded, ForbiddenTransition."""
    require_treasurer(actor)
    number = clean(bank_reference)[:60]
    if not number:
        raise BankReferenceNeeded
    moment = at or clock.now()
    with transaction.atomic():
        values = {"bank_reference": number, "paid_at": moment}
        moved = transition(
            payout, machine=PAYOUT, to=PayoutStatus.PAID, actor=actor, at=moment, values=values
        )
        if moved:
            _book(payout, "payout-paid", AccountKind.PAYOUTS, AccountKind.BANK, actor, moment)
    return moved


def mark_all_paid(
    *, batch: PayoutBatch, bank_reference: str, actor: Any, at: dt.datetime | None = None
) -> int:
    """The bank has carried out the whole list; those marked one by one before stay. Returns how many."""
    with transaction.atomic():
        sent = batch.payouts.filter(status=PayoutStatus.SENT).select_related("producer").order_by("pk")
        return sum(
            mark_paid(payout=payout, bank_reference=bank_reference, actor=actor, at=at) for payout in sent
        )


def bounce(*, payout: Payout, reason: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """The bank sent it back: owed to the producer again, and due, once the account is put right.

    Raises NotAllowed, ReasonNeeded, ForbiddenTransition.
    """
    require_treasurer(actor)
    reason = clean(reason)[:300]
    if not reason:
        raise ReasonNeeded
    moment = at or clock.now()
    with transaction.atomic():
        stored = Payout.objects.select_for_update(of=("self",)).get(pk=payout.pk)
        where = AccountKind.BANK if stored.status == PayoutStatus.PAID else AccountKind.PAYOUTS
        moved = transition(
            payout, machine=PAYOUT, to=PayoutStatus.BOUNCED, actor=actor, at=moment, reason=reason
        )
        if moved:
            _book(payout, "payout-bounced", where, AccountKind.PRODUCER, actor, moment, memo=reason)
            _doubt_account(payout, reason, actor, moment)
    return moved


def _lock_accounts() -> None:
    """One batch at a time. Weaker than FOR UPDATE: parcels may be settled meanwhile."""
    rows = LedgerAccount.objects.filter(kind=AccountKind.PRODUCER).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _number(day: dt.date) -> str:
    """ "CT-20261127-1"; batches are never deleted, and the lock is held."""
    prefix = f"CT-{day:%Y%m%d}-"
    return f"{prefix}{PayoutBatch.objects.filter(number__startswith=prefix).count() + 1}"


def _plan(batch: PayoutBatch, share: Share) -> None:
    bank_bin, account_number, account_name = _destination(share.account)
    payout = Payout.objects.create(
        batch=batch,
        producer=share.producer,
        amount=share.amount,
        bank_bin=bank_bin,
        account_number=account_number,
        account_name=account_name,
    )
    PayoutLine.objects.bulk_create(
        PayoutLine(payout=payout, posting_id=posting) for piece in share.due for posting in piece.postings
    )


def _require_up_to_date(batch: PayoutBatch, payouts: list[Payout], held_references: Collection[str]) -> None:
    producers = [payout.producer_id for payout in payouts]
    now = shares(up_to=batch.up_to, held_references=held_references, producers=producers, batch=batch)
    by_producer = {share.producer.pk: share for share in now}
    wrong = [p.producer_id for p in payouts if not _still_right(p, by_producer[p.producer_id])]
    if wrong:
        raise PayoutOutdated(data={"producers": wrong})


def _still_right(payout: Payout, share: Share) -> bool:
    return (
        share.verdict == Verdict.PAID
        and _destination(share.account) == _destination(payout)
        and share.amount >= payout.amount
    )


def _destination(row: PayoutAccount | Payout | None) -> tuple[str, str, str]:
    return (row.bank_bin, row.account_number, row.account_name) if row else ("", "", "")


def _book(
    payout: Payout,
    event: str,
    debit: AccountKind,
    credit: AccountKind,
    actor: Any,
    at: dt.datetime,
    memo: str = "",
) -> None:
    """One entry of a payout, named after its event; what is owed to the producer again is due at once."""
    number = payout.batch.number

    def line(kind: AccountKind, amount: int) -> Line:
        producer = payout.producer if kind == AccountKind.PRODUCER else None
        due_on = clock.day_of(at) if producer and amount < 0 else None
        return Line(ledger.account(kind=kind, producer=producer), Item.PAYOUT, amount, number, due_on)

    ledger.post(
        kind=Kind.PAYOUT,
        key=f"{event}:{payout.pk}",
        lines=[line(debit, payout.amount), line(credit, -payout.amount)],
        at=at,
        actor=actor,
        memo=memo or payout.account_name,
    )


def _doubt_account(payout: Payout, reason: str, actor: Any, at: dt.datetime) -> None:
    """Unless the producer has named another one meanwhile."""
    account = PayoutAccount.objects.filter(producer=payout.producer_id).first()
    if account is not None and _destination(account) == _destination(payout):
        payout_accounts.doubt(account=account, reason=reason, actor=actor, at=at)
