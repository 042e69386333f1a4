"""Money that comes in: each statement about it is kept once and booked once.

Callers hold the lock of the order (``orders``), so that of two statements about one order the
later sees what the earlier booked.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.services.constraints import refusing
from payments.models import AccountKind, Attempt, LedgerAccount, MoneyFile, Payment, PaymentNotice
from payments.selectors.balances import held_for, missing_for, written_off_for
from payments.services import ledger, refunds
from payments.services.ledger import Item, Kind, Line
from payments.states import NoticeOutcome, PaymentStatus

_O = NoticeOutcome


@dataclass(frozen=True)
class Statement:
    """What a gateway or a bank says about one movement of money, signature already checked.

    ``notice_id`` is unique within the gateway; ``amount`` in đồng, negative for money going out;
    ``is_paid`` False for an attempt that failed; ``is_settled`` False while the gateway itself does
    not know. ``gateway_transaction`` is its number of the payment.
    """

    gateway: str
    notice_id: str
    source: str
    raw: str
    amount: int
    occurred_at: dt.datetime
    currency: str = "VND"
    memo: str = ""
    bank_reference: str = ""
    is_paid: bool = True
    is_settled: bool = True
    gateway_transaction: str = ""


@dataclass(frozen=True)
class Received:
    notice: PaymentNotice
    is_new: bool


class _Known(Exception):
    """Another thread kept this statement first."""


def receive(
    *,
    statement: Statement,
    payment: Payment | None,
    attempt: Attempt | None = None,
    file: MoneyFile | None = None,
    at: dt.datetime,
) -> Received:
    """Keep the statement, and book it where it is money for us. The same statement again does nothing.

    What a payment that is complete now means for the order is the caller's to decide, in the same
    transaction: ``payment.received`` is up to date when this returns.
    """
    known = PaymentNotice.objects.filter(gateway=statement.gateway, notice_id=statement.notice_id)
    try:
        with transaction.atomic():
            if payment is not None:
                payment = Payment.objects.select_for_update().get(pk=payment.pk)
            outcome = _outcome(statement, payment, attempt)
            notice = PaymentNotice(
                gateway=statement.gateway,
                notice_id=statement.notice_id,
                source=statement.source,
                raw=statement.raw,
                outcome=outcome,
                amount=statement.amount,
                currency=statement.currency[:3],
                memo=statement.memo[:300],
                bank_reference=statement.bank_reference[:60],
                payment=payment,
                attempt=attempt,
                file=file,
                occurred_at=statement.occurred_at,
                received_at=at,
                is_booked=_is_money(outcome, statement, attempt),
            )
            with refusing({"notice_once": _Known}):  # type: ignore[dict-item]  # caught below
                notice.save(force_insert=True)
            if attempt is not None:
                _settle(attempt, statement, outcome)
            if notice.is_booked:
                _book(notice, payment, attempt)
    except _Known:
        return Received(known.get(), is_new=False)
    return Received(notice, is_new=True)


_NOT_MONEY = frozenset({_O.WRONG_AMOUNT, _O.FAILED, _O.PENDING, _O.OUTGOING, _O.REFUSED})
_BY_GATEWAY = frozenset({PaymentNotice.Source.IPN, PaymentNotice.Source.QUERY})


def _is_money(outcome: NoticeOutcome, statement: Statement, attempt: Attempt | None) -> bool:
    """A bank's money of nobody lies in our account. A gateway that speaks of a visit which we never
    opened is wrong, or meant another: for a person, not for the books."""
    is_nobodys = statement.source in _BY_GATEWAY and attempt is None
    return outcome not in _NOT_MONEY and not is_nobodys


def _settle(attempt: Attempt, statement: Statement, outcome: NoticeOutcome) -> None:
    """What became of the visit: once paid it stays paid, whatever is said later.

    A failure that we were told of is asked about once more when the visit's time is over: a word
    that followed it may be lost.
    """
    if outcome == _O.FAILED:
        is_answer = statement.source == PaymentNotice.Source.QUERY
        query_at = None if is_answer else attempt.expires_at
        visit = Attempt.objects.filter(pk=attempt.pk, outcome="open")
        visit.update(outcome="failed", query_at=query_at)
    elif outcome not in _NOT_MONEY:
        Attempt.objects.filter(pk=attempt.pk).exclude(outcome="paid").update(
            outcome="paid",
            query_at=None,
            paid_at=statement.occurred_at,
            gateway_transaction=statement.gateway_transaction[:40],
        )


def _outcome(statement: Statement, payment: Payment | None, attempt: Attempt | None) -> NoticeOutcome:
    asked = attempt and (attempt.amount, "VND")
    if asked and asked != (statement.amount, statement.currency):
        return _O.WRONG_AMOUNT
    if not statement.is_settled:
        return _O.PENDING
    if not statement.is_paid:
        return _O.FAILED
    if statement.amount <= 0:
        return _O.OUTGOING
    if statement.currency != "VND":
        return _O.WRONG_AMOUNT
    return _O.UNKNOWN if payment is None else meaning(payment=payment, amount=statement.amount)


def meaning(*, payment: Payment, amount: int) -> NoticeOutcome:
    """What so much money is to an order at this moment."""
    if payment.status == PaymentStatus.PAID:
        return _O.DUPLICATE
    if payment.status == PaymentStatus.CANCELLED:
        return _O.CANCELLED
    missing = missing_for(payment)
    if amount < missing:
        return _O.UNDERPAID
    if payment.status == PaymentStatus.LAPSED:
        return _O.LATE
    return _O.OVERPAID if amount > missing else _O.MATCHED


def _book(notice: PaymentNotice, payment: Payment | None, attempt: Attempt | None) -> None:
    """Debit where the money lies; credit the order, or what nobody knows."""
    kind = AccountKind.GATEWAY if attempt else AccountKind.BANK
    where = ledger.account(kind=kind, of=notice.gateway if attempt else "")
    key = f"receipt:{notice.gateway}:{notice.notice_id}"[:120]
    if payment is None:
        lines = [
            Line(where, Item.PAYMENT, notice.amount),
            Line(ledger.account(kind=AccountKind.SUSPENSE), Item.PAYMENT, -notice.amount),
        ]
        ledger.post(kind=Kind.RECEIPT, key=key, lines=lines, at=notice.occurred_at, memo=notice.memo)
        return
    credit(
        notice=notice,
        payment=payment,
        attempt=attempt,
        debit=where,
        kind=Kind.RECEIPT,
        key=key,
        actor=None,
        at=notice.occurred_at,
    )


def credit(
    *,
    notice: PaymentNotice,
    payment: Payment,
    attempt: Attempt | None,
    debit: LedgerAccount,
    kind: Kind,
    key: str,
    actor: Any,
    at: dt.datetime,
) -> None:
    """The notice's money from an account to its order, up to what it wants; to the buyer with the rest."""
    is_open = payment.status in (PaymentStatus.PENDING, PaymentStatus.LAPSED)
    wanted = min(notice.amount, missing_for(payment)) if is_open else 0
    excess = notice.amount - wanted
    lines = [
        Line(debit, Item.PAYMENT, notice.amount, payment.reference),
        Line(ledger.account(kind=AccountKind.DEPOSITS), Item.PAYMENT, -wanted, payment.reference),
        Line(ledger.account(kind=AccountKind.REFUNDS), Item.REFUND, -excess, payment.reference),
    ]
    ledger.post(kind=kind, key=key, lines=lines, at=at, actor=actor, memo=notice.memo)
    Payment.objects.filter(pk=payment.pk).update(received=F("received") + notice.amount)
    payment.refresh_from_db()
    if excess:
        refunds.request(
            key=f"excess:{notice.pk}",
            reference=payment.reference,
            amount=excess,
            payment=payment,
            attempt=attempt,
            reason=notice.get_outcome_display(),
            actor=actor,
            at=at if actor else notice.received_at,
        )


def refuse(
    *, gateway: str, source: str = PaymentNotice.Source.IPN, raw: str, digest: str, at: dt.datetime
) -> PaymentNotice:
    """Keep a statement that cannot be believed (bad signature), apart from the believable ones."""
    return PaymentNotice.objects.get_or_create(
        gateway=gateway,
        notice_id=f"refused:{digest}",
        defaults={
            "source": source,
            "raw": raw,
            "outcome": _O.REFUSED,
            "occurred_at": at,
            "received_at": at,
        },
    )[0]


def close_parts(*, payment: Payment, resolution: str, at: dt.datetime) -> None:
    """What came in part needs nobody any more: the rest is here, or all of it goes back."""
    PaymentNotice.objects.filter(payment=payment, outcome=_O.UNDERPAID, resolved_at=None).update(
        resolved_at=at, resolution=resolution
    )


def give_up(*, payment: Payment, reason: str, actor: Any, at: dt.datetime) -> int:
    """The order will not be carried out: what lies in advance for it is owed back. Returns đồng.

    An order that lapsed may be paid, and given up, once more: each receipt has its own key.
    """
    held = held_for(payment.reference)
    key = f"given-up-{payment.received}"
    close_parts(payment=payment, resolution=_("Đơn không thành: tiền được hoàn"), at=at)
    return release(payment=payment, amount=held, key=key, reason=reason, actor=actor, at=at)


def release(*, payment: Payment, amount: int, key: str, reason: str, actor: Any, at: dt.datetime) -> int:
    """Owe so much of what lies in advance back to the buyer, once per ``key``; returns đồng.

    What the market did without for this order comes back to the market first.
    """
    own = min(amount, written_off_for(payment.reference))
    account = ledger.account
    is_new = ledger.post(
        kind=Kind.CANCELLATION,
        key=f"release:{payment.reference}:{key}",
        lines=[
            Line(account(kind=AccountKind.DEPOSITS), Item.REFUND, amount, payment.reference),
            Line(account(kind=AccountKind.DIFFERENCES), Item.DIFFERENCE, -own, payment.reference),
            Line(account(kind=AccountKind.REFUNDS), Item.REFUND, own - amount, payment.reference),
        ],
        at=at,
        actor=actor,
        memo=reason,
    )
    if is_new and amount > own:
        refunds.request(
            key=f"release:{payment.reference}:{key}",
            reference=payment.reference,
            amount=amount - own,
            payment=payment,
            attempt=None,
            reason=reason,
            actor=actor,
            at=at,
        )
    return amount if is_new else 0
