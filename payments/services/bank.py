"""Movements on the market's own bank account, which two ways tell of: the bank's webhook and its statements.

One movement is booked once, whichever way is first. What the other way says of it later is kept as
an echo of the same notice. Two statements, or two webhook calls, are never taken for one movement
unless they carry the same id.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from django.db import connection

from core import clock
from core.text import fold
from payments.models import MoneyFile, NoticeEcho, PaymentNotice
from payments.services.receipts import Statement
from payments.statements import references
from payments.states import NoticeOutcome

BANK = "bank"
Source = PaymentNotice.Source
# Banks book what comes in at night or on a holiday on a later day.
TWIN_DAYS = 3


@dataclass(frozen=True)
class Movement:
    """``amount`` in đồng, negative for money going out. ``reference`` is the bank's own, or ""."""

    notice_id: str
    source: str
    raw: str
    amount: int
    currency: str
    memo: str
    reference: str
    booked_at: dt.datetime

    @property
    def statement(self) -> Statement:
        return Statement(
            gateway=BANK,
            notice_id=self.notice_id,
            source=self.source,
            raw=self.raw,
            amount=self.amount,
            currency=self.currency,
            memo=self.memo,
            bank_reference=self.reference,
            occurred_at=self.booked_at,
        )


def one_at_a_time(*, movement: Movement) -> None:
    """Movements of one amount wait for each other until the transaction ends.

    So the two ways cannot book one movement at the same moment. Taken before any row is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bank:{movement.amount}"])


def known(*, movement: Movement, file: MoneyFile | None, at: dt.datetime) -> PaymentNotice | None:
    """The notice that stands for this movement already; None for a movement that nobody told of.

    Whoever asks holds ``one_at_a_time``, and books where the answer is None.
    """
    notice = PaymentNotice.objects.filter(gateway=BANK, notice_id=movement.notice_id).first()
    if notice is not None:
        return notice if _agrees(notice, movement) else _contradiction(movement, at)
    echo = (
        NoticeEcho.objects.filter(gateway=BANK, echo_id=movement.notice_id).select_related("notice").first()
    )
    if echo is not None:
        return echo.notice if _agrees(echo.notice, movement) else _contradiction(movement, at)
    twin = _twin(movement)
    if twin is not None:
        NoticeEcho.objects.create(
            notice=twin,
            gateway=BANK,
            echo_id=movement.notice_id,
            source=movement.source,
            raw=movement.raw,
            file=file,
            received_at=at,
        )
    return twin


def _agrees(notice: PaymentNotice, movement: Movement) -> bool:
    return (notice.amount, notice.currency) == (movement.amount, movement.currency)


def _contradiction(movement: Movement, at: dt.datetime) -> PaymentNotice:
    """The same id with another amount: both cannot be true, and the first is booked. For a person."""
    digest = hashlib.sha256(movement.raw.encode()).hexdigest()[:16]
    return PaymentNotice.objects.get_or_create(
        gateway=BANK,
        notice_id=f"{movement.notice_id}!{digest}"[-120:],
        defaults={
            "source": movement.source,
            "raw": movement.raw,
            "outcome": NoticeOutcome.WRONG_AMOUNT,
            "amount": movement.amount,
            "currency": movement.currency,
            "memo": movement.memo[:300],
            "bank_reference": movement.reference[:60],
            "occurred_at": movement.booked_at,
            "received_at": at,
        },
    )[0]


def _twin(movement: Movement) -> PaymentNotice | None:
    """The notice by which the other way told of this movement.

    The bank's reference decides. Without one that fits (some banks number their two ways
    differently), the same memo within ``TWIN_DAYS`` does, each notice standing for one movement
    only: of two equal transfers each finds its own, and one that the other way missed finds none.
    """
    margin = dt.timedelta(days=TWIN_DAYS)
    rows = PaymentNotice.objects.filter(
        gateway=BANK,
        source=Source.WEBHOOK if movement.source == Source.STATEMENT else Source.STATEMENT,
        amount=movement.amount,
        currency=movement.currency,
        occurred_at__gte=movement.booked_at - margin - dt.timedelta(days=1),
        occurred_at__lte=movement.booked_at + margin + dt.timedelta(days=1),
    )
    # What contradicts an earlier report is on record only; a row must not vanish behind it.
    rows = rows.exclude(outcome=NoticeOutcome.WRONG_AMOUNT).exclude(echoes__source=movement.source)
    near = [row for row in rows if abs(_day(row.occurred_at) - _day(movement.booked_at)) <= margin]
    near.sort(key=lambda row: (abs(row.occurred_at - movement.booked_at), row.pk))
    reference = _plain(movement.reference)
    by_reference = [row for row in near if reference and _plain(row.bank_reference) == reference]
    by_memo = [row for row in near if _same_memo(row.memo, movement.memo[:300])]
    return next(iter(by_reference or by_memo), None)


def _day(moment: dt.datetime) -> dt.date:
    return clock.day_of(moment)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", fold(text).upper())


def _same_memo(one: str, other: str) -> bool:
    """Word for word, or about the same order: banks put different words around what people write."""
    codes = references.find(one)
    return codes == references.find(other) if codes else _plain(one) == _plain(other)
