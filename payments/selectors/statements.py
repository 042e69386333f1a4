"""A producer's account month by month: every posting, and sums that tie to the ledger.

Seen from the producer: credit is what the market owes it, debit what goes off. Months are
Vietnam's, by the moment of the business event. All amounts in đồng.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, QuerySet, Sum, When
from django.db.models.functions import TruncMonth

from core import clock
from payments.models import JournalEntry, Posting
from producers.models import Producer


@dataclass(frozen=True)
class Row:
    """One posting, either ``debit`` or ``credit``; ``balance`` is what is owed after it."""

    at: dt.datetime
    reference: str
    event: str  # in words
    item: str  # in words
    memo: str
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True)
class Total:
    item: str
    debit: int
    credit: int

    @property
    def net(self) -> int:
        return self.credit - self.debit


@dataclass(frozen=True)
class Statement:
    """``month`` is its first day. ``returned`` is the part of the totals that returns took off."""

    producer: Producer
    month: dt.date
    opening: int
    rows: Sequence[Row]
    totals: Sequence[Total]
    returned: int

    @property
    def debit(self) -> int:
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        return sum(row.credit for row in self.rows)

    @property
    def closing(self) -> int:
        return self.opening + self.credit - self.debit


@dataclass(frozen=True)
class Month:
    """``first`` is its first day."""

    first: dt.date
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.credit - self.debit


def _postings(producer: Producer) -> QuerySet[Posting]:
    return Posting.objects.filter(account__producer=producer)


def statement(*, producer: Producer, month: dt.date) -> Statement:
    """The month that the day lies in. Two queries."""
    start, end = clock.month_of(month)
    before = _postings(producer).filter(entry__at__lt=start).aggregate(sum=Sum("amount"))["sum"] or 0
    found = _postings(producer).filter(entry__at__gte=start, entry__at__lt=end)
    postings = list(found.select_related("entry").order_by("entry__at", "pk"))
    balance, rows = -before, []
    for posting in postings:
        balance -= posting.amount
        rows.append(
            Row(
                at=posting.entry.at,
                reference=posting.reference,
                event=posting.entry.get_kind_display(),
                item=posting.get_item_display(),
                memo=posting.entry.memo,
                debit=max(posting.amount, 0),
                credit=max(-posting.amount, 0),
                balance=balance,
            )
        )
    returns = (p.amount for p in postings if p.entry.kind == JournalEntry.Kind.RETURN)
    return Statement(producer, month.replace(day=1), -before, rows, _totals(rows), -sum(returns))


def _totals(rows: Sequence[Row]) -> list[Total]:
    """By item, in the items' own order."""
    totals = []
    for item in map(str, Posting.Item.labels):
        of_item = [row for row in rows if row.item == item]
        if of_item:
            totals.append(Total(item, sum(r.debit for r in of_item), sum(r.credit for r in of_item)))
    return totals


def months(*, producer: Producer) -> list[Month]:
    """Months in which something was booked, the latest first. One query."""
    credit = Sum(Case(When(amount__lt=0, then=-F("amount")), default=0))
    debit = Sum(Case(When(amount__gt=0, then=F("amount")), default=0))
    rows = (
        _postings(producer)
        .annotate(month=TruncMonth("entry__at", tzinfo=clock.VIETNAM))
        .order_by("month")
        .values("month")
        .annotate(credit=credit, debit=debit)
    )
    found: list[Month] = []
    for row in rows:
        opening = found[-1].closing if found else 0
        first = clock.day_of(row["month"])
        found.append(Month(first, opening, row["debit"], row["credit"]))
    return found[::-1]
