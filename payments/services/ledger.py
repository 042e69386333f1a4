"""Booking: one entry per business event, once, its postings summing to zero."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from payments.models import AccountKind, JournalEntry, LedgerAccount, Posting
from producers.models import Producer

Kind = JournalEntry.Kind
Item = Posting.Item


@dataclass(frozen=True)
class Line:
    """One posting to be: ``amount`` in đồng, debit positive, credit negative."""

    account: LedgerAccount
    item: str
    amount: int
    reference: str = ""
    due_on: dt.date | None = None


def account(*, kind: AccountKind, of: str = "", producer: Producer | None = None) -> LedgerAccount:
    """The account of a kind, made at first use; ``of`` names the gateway or the carrier."""
    name = str(producer.pk) if producer else of
    code = f"{kind.value}:{name}" if name else kind.value
    return LedgerAccount.objects.filter(code=code).first() or _open(code, kind, producer)


def _open(code: str, kind: AccountKind, producer: Producer | None) -> LedgerAccount:
    """One transaction at a time opens accounts: two that met the same ones in opposite order would
    wait for each other's."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('payments.ledger.open', 0))")
        return LedgerAccount.objects.get_or_create(code=code, defaults={"kind": kind, "producer": producer})[
            0
        ]


def post(
    *, kind: Kind, key: str, lines: Sequence[Line], at: dt.datetime, actor: Any = None, memo: str = ""
) -> bool:
    """Book the lines that are not zero; False when this event is booked already.

    Raises ValueError when they do not sum to zero: that is a mistake in our own arithmetic.
    """
    real = [line for line in lines if line.amount]
    if sum(line.amount for line in real):
        raise ValueError(f"{key} does not balance: {[(line.account.code, line.amount) for line in real]}")
    if not real:
        return False
    with transaction.atomic():
        entry, is_new = JournalEntry.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "memo": memo[:200],
                "at": at,
                "actor_id": getattr(actor, "pk", None),
            },
        )
        if is_new:
            Posting.objects.bulk_create(
                Posting(
                    entry=entry,
                    account=line.account,
                    item=line.item,
                    amount=line.amount,
                    reference=line.reference,
                    due_on=line.due_on,
                )
                for line in real
            )
    return is_new
