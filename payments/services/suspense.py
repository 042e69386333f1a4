"""Money that no rule could place: what a treasurer may do with it, each notice once."""

import datetime as dt
from typing import Any

from django.db.models import F

from core.services import audit
from core.text import clean
from payments.errors import AlreadyResolved, NotThisWay
from payments.models import AccountKind, Payment, PaymentNotice, Refund
from payments.selectors.balances import held_for, missing_for
from payments.services import ledger, receipts, refunds
from payments.services.ledger import Item, Kind, Line
from payments.states import CARRIERS_TRANSFER, NEEDS_A_PERSON, NoticeOutcome, PaymentStatus

_O = NoticeOutcome
OPEN = frozenset({PaymentStatus.PENDING, PaymentStatus.LAPSED})
# Their money has its place already: with the order, or on the list of refunds.
PLACED = frozenset({_O.OVERPAID, _O.LATE, _O.DUPLICATE, _O.CANCELLED, _O.WRONG_AMOUNT})


def claim(*, notice: PaymentNotice) -> PaymentNotice:
    """The notice under its lock, for one resolution. Callers lock its order first.

    Raises AlreadyResolved, also for whoever waited while another person resolved it.
    """
    locked = PaymentNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.resolved_at is not None or locked.outcome not in NEEDS_A_PERSON:
        raise AlreadyResolved(data={"resolution": locked.resolution})
    return locked


def note(*, notice: PaymentNotice, resolution: str, how: str, actor: Any, at: dt.datetime) -> None:
    """Write down what was decided, on the notice and in the trail."""
    before, notice.resolution = notice.resolution, clean(resolution)[:300]
    notice.save(update_fields=["resolution"])
    changes = {"resolution": [before, notice.resolution]}
    audit.record(action=f"payments.notice.{how}", obj=notice, actor=actor, at=at, changes=changes)


def close(*, notice: PaymentNotice, at: dt.datetime) -> None:
    """Nobody needs to look at it any more."""
    notice.resolved_at = at
    notice.save(update_fields=["resolved_at"])


def is_unknown(notice: PaymentNotice) -> bool:
    """Booked, and nobody knows whose it is."""
    return notice.outcome == _O.UNKNOWN and notice.is_booked and notice.payment_id is None


def may_be_seen(notice: PaymentNotice) -> bool:
    """Is looking at it all that is left: its money has a place, or there is none in the books?"""
    return notice.outcome in PLACED or (notice.outcome == _O.UNKNOWN and not notice.is_booked)


def attach(*, notice: PaymentNotice, payment: Payment, actor: Any, at: dt.datetime) -> None:
    """Unknown money belongs to this order, as if it arrived now. Raises NotThisWay.

    The order's caller carries it on. Where it is not enough the notice stays open, as underpaid.
    """
    if not is_unknown(notice):
        raise NotThisWay
    notice.payment = payment
    notice.outcome = receipts.meaning(payment=payment, amount=notice.amount)
    notice.save(update_fields=["payment", "outcome"])
    receipts.credit(
        notice=notice,
        payment=payment,
        attempt=None,
        debit=ledger.account(kind=AccountKind.SUSPENSE),
        kind=Kind.RESOLUTION,
        key=f"attach:{notice.pk}",
        actor=actor,
        at=at,
    )


def send_back(*, notice: PaymentNotice, reason: str, actor: Any, at: dt.datetime) -> Refund:
    """Unknown money is owed to whoever sent it. Raises NotThisWay."""
    if not is_unknown(notice):
        raise NotThisWay
    reference = f"TV-{notice.pk}"  # tiền vào
    suspense, owed = (ledger.account(kind=kind) for kind in (AccountKind.SUSPENSE, AccountKind.REFUNDS))
    ledger.post(
        kind=Kind.RESOLUTION,
        key=f"send-back:{notice.pk}",
        lines=[
            Line(suspense, Item.REFUND, notice.amount, reference),
            Line(owed, Item.REFUND, -notice.amount, reference),
        ],
        at=at,
        actor=actor,
        memo=reason,
    )
    return refunds.request(
        key=f"send-back:{notice.pk}",
        reference=reference,
        amount=notice.amount,
        payment=None,
        reason=reason,
        actor=actor,
        at=at,
    )


def give_back_part(
    *, notice: PaymentNotice, payment: Payment, reason: str, actor: Any, at: dt.datetime
) -> int:
    """What came in part for an order whose time is over goes back. Returns đồng. Raises NotThisWay."""
    held = held_for(payment.reference)
    if notice.outcome != _O.UNDERPAID or payment.status != PaymentStatus.LAPSED or not held:
        raise NotThisWay
    return receipts.release(
        payment=payment, amount=held, key=f"part-{notice.pk}", reason=reason, actor=actor, at=at
    )


def write_off(*, notice: PaymentNotice, payment: Payment, actor: Any, at: dt.datetime) -> int:
    """The market does without what is missing. Returns đồng. Raises NotThisWay."""
    missing = missing_for(payment)
    if notice.outcome != _O.UNDERPAID or payment.status not in OPEN or not missing:
        raise NotThisWay
    ledger.post(
        kind=Kind.RESOLUTION,
        key=f"write-off:{payment.reference}",
        lines=[
            Line(ledger.account(kind=AccountKind.DIFFERENCES), Item.DIFFERENCE, missing, payment.reference),
            Line(ledger.account(kind=AccountKind.DEPOSITS), Item.DIFFERENCE, -missing, payment.reference),
        ],
        at=at,
        actor=actor,
        memo=notice.memo,
    )
    Payment.objects.filter(pk=payment.pk).update(written_off=F("written_off") + missing)
    payment.refresh_from_db()
    return missing


def recognise(*, notice: PaymentNotice, carrier: str, actor: Any, at: dt.datetime) -> None:
    """Unknown money is what a carrier sent on. Its list books the same money parcel by parcel, so this
    movement is taken out of the bank again. Raises NotThisWay."""
    if not is_unknown(notice):
        raise NotThisWay
    ledger.post(
        kind=Kind.RESOLUTION,
        key=f"{CARRIERS_TRANSFER}{notice.pk}",
        lines=[
            Line(ledger.account(kind=AccountKind.SUSPENSE), Item.PAYMENT, notice.amount, carrier),
            Line(ledger.account(kind=AccountKind.BANK), Item.PAYMENT, -notice.amount, carrier),
        ],
        at=at,
        actor=actor,
        memo=notice.memo,
    )
