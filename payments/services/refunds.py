"""Money back to buyers, by the way it came or by a transfer that a second person approves.

The ledger owes the amount from the entry that goes with ``request``; ``done`` is what pays it.
"""

import datetime as dt
import secrets
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from core import clock, outbox
from core.errors import ForbiddenTransition
from core.services.transitions import transition
from core.text import clean, fold
from payments.errors import BankAccountNeeded, SamePerson
from payments.models import AccountKind, Attempt, Payment, Refund
from payments.policies import require_treasurer
from payments.services import ledger
from payments.services.ledger import Item, Kind, Line
from payments.statements.bank_file import plain
from payments.states import REFUND, RefundStatus, RefundWay

_R = RefundStatus


def request(
    *,
    key: str,
    reference: str,
    amount: int,
    payment: Payment | None,
    attempt: Attempt | None = None,
    reason: str,
    actor: Any,
    at: dt.datetime,
) -> Refund:
    """Ask for a refund, once per ``key``. Through the gateway where it took at least this much and
    has not given it back, by the very ``attempt`` if it can; else by transfer, for which the buyer
    names an account."""
    with transaction.atomic():
        attempt = _holder(payment, attempt, amount)
        by_gateway = attempt is not None
        refund, is_new = Refund.objects.get_or_create(
            key=key[:120],
            defaults={
                "reference": reference,
                "payment": payment,
                "attempt": attempt,
                "amount": amount,
                "way": RefundWay.GATEWAY if by_gateway else RefundWay.TRANSFER,
                "status": _R.SENDING if by_gateway else _R.NEEDS_ACCOUNT,
                "reason": clean(reason)[:300],
                "requested_by": getattr(actor, "pk", None),
                "request_id": _new_request_id() if by_gateway else "",
                "ask_at": at if by_gateway else None,
                "created_at": at,
            },
        )
        if is_new and by_gateway:
            outbox.publish("payments.refund_to_send", {"refund": refund.pk})
        elif is_new:
            outbox.publish("payments.refund_needs_account", {"refund": refund.pk})
    return refund


def name_account(
    *,
    refund: Refund,
    bank_bin: str,
    account_number: str,
    account_name: str,
    actor: Any,
    reason: str = "",
    at: dt.datetime | None = None,
) -> bool:
    """Where the buyer wants the money. Who may say so is the caller's question (order's buyer, treasurer).

    Whoever it is, another person approves. Raises BankAccountNeeded, ForbiddenTransition.
    """
    number = "".join(account_number.split()).upper()
    name = fold(account_name).upper()[:120]
    checks = {
        "bank_bin": len(bank_bin) == 6 and bank_bin.isdecimal(),
        "account_number": 6 <= len(number) <= 19 and number.isascii() and number.isalnum(),
        "account_name": bool(plain(name)),  # a bank takes nothing but plain letters
    }
    for field, is_fine in checks.items():
        if not is_fine:
            raise BankAccountNeeded(data={"field": field})
    return transition(
        refund,
        machine=REFUND,
        to=_R.REQUESTED,
        actor=actor,
        at=at,
        reason=reason,
        values={
            "bank_bin": bank_bin,
            "account_number": number,
            "account_name": name,
            "account_by": getattr(actor, "pk", None),
            "approved_by": None,  # of another account, where an earlier transfer came back
        },
    )


def approve(*, refund: Refund, actor: Any, at: dt.datetime | None = None) -> bool:
    """A treasurer agrees to the transfer, another person than who asked for it or named the account.

    Raises NotAllowed, SamePerson.
    """
    require_treasurer(actor)
    refund.refresh_from_db()
    if actor.pk in (refund.requested_by, refund.account_by):
        raise SamePerson
    return transition(
        refund,
        machine=REFUND,
        to=_R.APPROVED,
        actor=actor,
        at=at,
        values={"approved_by": actor.pk, "exported_at": None},
    )


def reject_account(*, refund: Refund, reason: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """The account cannot be right: ask the buyer again. Raises NotAllowed."""
    require_treasurer(actor)
    return transition(refund, machine=REFUND, to=_R.NEEDS_ACCOUNT, actor=actor, at=at, reason=reason)


def done(*, refund: Refund, actor: Any, gateway_transaction: str = "", at: dt.datetime | None = None) -> bool:
    """The money has left: by the treasurer's transfer, or by the gateway's word (actor None)."""
    if actor is not None:
        require_treasurer(actor)
    moment = at or clock.now()
    with transaction.atomic():
        values = {"done_at": moment, "gateway_transaction": gateway_transaction[:60]}
        moved = transition(refund, machine=REFUND, to=_R.DONE, actor=actor, at=moment, values=values)
        if moved:
            if refund.payment_id:
                Payment.objects.filter(pk=refund.payment_id).update(refunded=F("refunded") + refund.amount)
            by_gateway = refund.way == RefundWay.GATEWAY and refund.attempt is not None
            gateway = refund.attempt.gateway if by_gateway and refund.attempt else ""
            kind = AccountKind.GATEWAY if by_gateway else AccountKind.BANK
            ledger.post(
                kind=Kind.REFUND,
                key=f"refund:{refund.pk}",
                lines=[
                    Line(
                        ledger.account(kind=AccountKind.REFUNDS),
                        Item.REFUND,
                        refund.amount,
                        refund.reference,
                    ),
                    Line(
                        ledger.account(kind=kind, of=gateway), Item.REFUND, -refund.amount, refund.reference
                    ),
                ],
                at=moment,
                actor=actor,
                memo=refund.reason,
            )
    return moved


def failed(
    *, refund: Refund, reason: str, actor: Any, is_certain: bool = True, at: dt.datetime | None = None
) -> bool:
    """The gateway or the bank would not: a treasurer sends it again or by transfer.

    ``is_certain`` False where it may have been done all the same: then it keeps its request's
    number, so that sending it again cannot pay it twice.
    """
    if actor is not None:
        require_treasurer(actor)
    values = {"request_id": ""} if is_certain else {}
    return transition(
        refund, machine=REFUND, to=_R.FAILED, actor=actor, at=at, reason=reason[:300], values=values
    )


def send_again(*, refund: Refund, actor: Any, at: dt.datetime | None = None) -> bool:
    """Try the gateway once more. Raises NotAllowed, ForbiddenTransition."""
    require_treasurer(actor)
    if refund.way != RefundWay.GATEWAY:
        raise ForbiddenTransition(data={"from": refund.status, "to": _R.SENDING, "allowed": []})
    with transaction.atomic():
        number = refund.request_id or _new_request_id()
        values = {"request_id": number, "asked": 0, "ask_at": at or clock.now()}
        moved = transition(refund, machine=REFUND, to=_R.SENDING, actor=actor, at=at, values=values)
        if moved:
            outbox.publish("payments.refund_to_send", {"refund": refund.pk})
    return moved


def by_transfer(*, refund: Refund, actor: Any, at: dt.datetime | None = None) -> bool:
    """What the gateway will not give back goes by transfer instead. Raises NotAllowed."""
    require_treasurer(actor)
    with transaction.atomic():
        values = {"way": RefundWay.TRANSFER, "attempt": None}
        moved = transition(refund, machine=REFUND, to=_R.NEEDS_ACCOUNT, actor=actor, at=at, values=values)
        if moved:
            outbox.publish("payments.refund_needs_account", {"refund": refund.pk})
    return moved


def _new_request_id() -> str:
    return secrets.token_hex(16)


def _holder(payment: Payment | None, wished: Attempt | None, amount: int) -> Attempt | None:
    """A paid visit to a gateway that still holds this much for the buyer, ``wished`` before others.

    The visits are locked, so that refunds side by side never ask for more than one took.
    """
    if payment is None:
        return None
    visits = payment.attempts.select_for_update().filter(outcome="paid").order_by("pk")
    for visit in sorted(visits, key=lambda visit: visit != wished):
        back = visit.refunds.aggregate(sum=Sum("amount"))["sum"] or 0
        if visit.amount - back >= amount:
            return visit
    return None
