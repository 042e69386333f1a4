"""What producers are still owed: what may be paid out now, what waits, and why.

What is booked under one parcel by its settlement and its returns is one piece: it is paid out
whole, so a return before the day costs nobody anything. Cash that the producer took itself,
carriers' fees and payouts that came back are pieces of their own. A piece by which the
producer owes counts at once, so that nobody is paid too much.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings
from django.db.models import Q

from payments.models import JournalEntry, Payout, PayoutBatch, Posting
from producers.models import PayoutAccount, Producer

_OF_PARCELS = frozenset({JournalEntry.Kind.SETTLEMENT, JournalEntry.Kind.RETURN})


@dataclass
class Piece:
    """``amount`` in đồng: what the producer gets, negative where it owes."""

    reference: str
    amount: int = 0
    due_on: dt.date | None = None  # None: owed by the producer, or without a day
    postings: list[int] = field(default_factory=list)

    def add(self, posting: Posting) -> None:
        self.amount -= posting.amount
        self.postings.append(posting.pk)
        days = [day for day in (self.due_on, posting.due_on) if day]
        self.due_on = max(days, default=None)

    def is_due(self, up_to: dt.date) -> bool:
        return self.amount <= 0 or self.due_on is None or self.due_on <= up_to


class Verdict(StrEnum):
    """What becomes of a producer in a batch."""

    PAID = "paid"
    NO_ACCOUNT = "no_account"
    NOT_CONFIRMED = "not_confirmed"
    NOTHING_DUE = "nothing_due"
    OWES = "owes"
    TOO_LITTLE = "too_little"


@dataclass
class Share:
    """One producer's money on a day: pieces that are due, held, or not yet due."""

    producer: Producer
    account: PayoutAccount | None
    due: list[Piece] = field(default_factory=list)
    held: list[Piece] = field(default_factory=list)
    later: list[Piece] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return _sum(self.due)

    @property
    def held_amount(self) -> int:
        return _sum(self.held)

    @property
    def later_amount(self) -> int:
        return _sum(self.later)

    @property
    def balance(self) -> int:
        """All that is not in a payout yet."""
        return self.amount + self.held_amount + self.later_amount

    @property
    def upcoming(self) -> list[tuple[dt.date, int]]:
        """Day → what becomes due on it, the next day first."""
        days: dict[dt.date, int] = defaultdict(int)
        for piece in self.later:
            days[piece.due_on] += piece.amount  # type: ignore[index]  # without a day nothing waits
        return sorted(days.items())

    @property
    def verdict(self) -> Verdict:
        if self.amount <= 0:
            return Verdict.OWES if self.amount else Verdict.NOTHING_DUE
        if self.account is None:
            return Verdict.NO_ACCOUNT
        if not self.account.is_confirmed:
            return Verdict.NOT_CONFIRMED
        return Verdict.PAID if self.amount >= settings.PAYOUT_MINIMUM else Verdict.TOO_LITTLE


def _sum(pieces: Iterable[Piece]) -> int:
    return sum(piece.amount for piece in pieces)


def shares(
    *,
    up_to: dt.date,
    held_references: Collection[str],
    producers: Collection[int] | None = None,
    batch: PayoutBatch | None = None,
) -> list[Share]:
    """Every producer with something unpaid, by name. Three queries.

    ``held_references`` are parcels about which a case is open. Of a ``batch`` given, the lines
    count as if they were not in it: what would be paid if it were prepared now.
    """
    pieces = _pieces(producers, batch)
    accounts = {row.producer_id: row for row in PayoutAccount.objects.filter(producer__in=pieces)}
    found = []
    for producer in Producer.objects.filter(pk__in=pieces).order_by("name", "pk"):
        share = Share(producer, accounts.get(producer.pk))
        for piece in pieces[producer.pk]:
            if not piece.is_due(up_to):
                share.later.append(piece)
            elif piece.amount > 0 and piece.reference in held_references:
                share.held.append(piece)
            else:
                share.due.append(piece)
        found.append(share)
    return found


def _pieces(producers: Collection[int] | None, batch: PayoutBatch | None) -> dict[int, list[Piece]]:
    rows = Posting.objects.unpaid()
    if batch is not None:
        in_batch = Posting.objects.of_producers().filter(payout_line__payout__batch=batch)
        rows = Posting.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=in_batch.values("pk")))
    if producers is not None:
        rows = rows.filter(account__producer__in=producers)
    found: dict[int, dict[tuple[str, int], Piece]] = defaultdict(dict)
    for row in rows.select_related("entry", "account").order_by("pk"):
        own = 0 if row.entry.kind in _OF_PARCELS else row.entry_id
        key = (row.reference, own)
        found[row.account.producer_id or 0].setdefault(key, Piece(row.reference)).add(row)
    return {producer: list(pieces.values()) for producer, pieces in found.items()}


@dataclass(frozen=True)
class PaidParcel:
    """What a payout settles under one code, in đồng; what goes off is negative."""

    reference: str
    goods: int  # and services
    shipping: int
    commission: int
    tax: int
    other: int

    @property
    def amount(self) -> int:
        return self.goods + self.shipping + self.commission + self.tax + self.other


_COLUMNS: dict[str, str] = {
    Posting.Item.GOODS: "goods",
    Posting.Item.SERVICES: "goods",
    Posting.Item.SHIPPING: "shipping",
    Posting.Item.COMMISSION: "commission",
    Posting.Item.VAT: "tax",
    Posting.Item.PIT: "tax",
}


def parcels_of(payout: Payout) -> list[PaidParcel]:
    """A payout code by code, in the order in which they were booked. One query."""
    found: dict[str, dict[str, int]] = {}
    empty = dict.fromkeys(("goods", "shipping", "commission", "tax", "other"), 0)
    rows = Posting.objects.filter(payout_line__payout=payout).order_by("pk")
    for reference, item, amount in rows.values_list("reference", "item", "amount"):
        found.setdefault(reference, dict(empty))[_COLUMNS.get(item, "other")] -= amount
    return [PaidParcel(reference, **amounts) for reference, amounts in found.items()]
