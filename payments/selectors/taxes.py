"""Tax that was withheld in a month (NĐ 117/2025/NĐ-CP), as the platform files it: producer by producer.

Read from the ledger alone, by the moment of the business event in Vietnam's months. A return takes
off its share in the month in which it is booked. All amounts in đồng.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.db.models import Sum

from core import clock
from payments.models import AccountKind, JournalEntry, Posting
from payments.querysets import PostingQuerySet
from payments.tax import DECLARE_THEMSELVES
from producers.models import Producer

Item, Kind = Posting.Item, JournalEntry.Kind
# Which item is revenue of which kind (payments.tax.Category).
_REVENUE = {Item.GOODS: "goods", Item.SERVICES: "services", Item.SHIPPING: "transport"}
_TAX = {Item.VAT: "vat", Item.PIT: "pit"}


@dataclass(frozen=True)
class Amounts:
    """Revenue by kind before fee and tax, and what was withheld of it."""

    goods: int = 0
    services: int = 0
    transport: int = 0
    vat: int = 0
    pit: int = 0

    @property
    def revenue(self) -> int:
        return self.goods + self.services + self.transport

    @property
    def tax(self) -> int:
        return self.vat + self.pit

    def less(self, other: "Amounts") -> "Amounts":
        return Amounts(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class TaxRow:
    """``sold`` less ``returned`` is what the month comes to."""

    producer: Producer
    sold: Amounts
    returned: Amounts

    @property
    def net(self) -> Amounts:
        return self.sold.less(self.returned)

    @property
    def is_withheld(self) -> bool:
        return self.producer.kind not in DECLARE_THEMSELVES


@dataclass(frozen=True)
class TaxReport:
    """``vat`` and ``pit`` are what the ledger's own tax accounts took in during the month."""

    month: dt.date
    rows: Sequence[TaxRow]
    vat: int
    pit: int

    def total(self, part: str) -> Amounts:
        """Of "sold", "returned" or "net", over all rows."""
        parts = [getattr(row, part) for row in self.rows]
        return Amounts(*(sum(getattr(one, f.name) for one in parts) for f in fields(Amounts)))

    @property
    def sold(self) -> Amounts:
        return self.total("sold")

    @property
    def returned(self) -> Amounts:
        return self.total("returned")

    @property
    def net(self) -> Amounts:
        return self.total("net")

    @property
    def ties(self) -> bool:
        """The rows' tax is the ledger's."""
        return (self.net.vat, self.net.pit) == (self.vat, self.pit)


def report(*, month: dt.date) -> TaxReport:
    """The month that the day lies in; producers from whom tax is withheld first, by name. Three queries."""
    start, end = clock.month_of(month)
    booked = Posting.objects.filter(entry__at__gte=start, entry__at__lt=end)
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: {"sold": {}, "returned": {}})
    sums = (
        booked.of_producers()
        .filter(item__in=[*_REVENUE, *_TAX])
        .order_by()
        .values_list("account__producer", "entry__kind", "item")
        .annotate(sum=Sum("amount"))
    )
    for producer, kind, item, amount in sums:
        is_return = kind == Kind.RETURN
        # Revenue is credited to the producer and tax debited; a return does the reverse.
        sign = (-1 if item in _REVENUE else 1) * (-1 if is_return else 1)
        part = found[producer]["returned" if is_return else "sold"]
        name = (_REVENUE | _TAX)[item]
        part[name] = part.get(name, 0) + sign * amount
    accounts = _tax_accounts(booked)
    return TaxReport(
        month.replace(day=1), _rows(found), vat=accounts[AccountKind.VAT], pit=accounts[AccountKind.PIT]
    )


def _rows(found: Mapping[int, Mapping[str, Mapping[str, int]]]) -> list[TaxRow]:
    producers = Producer.objects.filter(pk__in=found).order_by("name", "pk")
    rows = [
        TaxRow(producer, Amounts(**found[producer.pk]["sold"]), Amounts(**found[producer.pk]["returned"]))
        for producer in producers
    ]
    return sorted(rows, key=lambda row: not row.is_withheld)


def _tax_accounts(booked: PostingQuerySet) -> dict[str, int]:
    kinds = (AccountKind.VAT, AccountKind.PIT)
    sums = (
        booked.filter(account__kind__in=kinds)
        .order_by()
        .values_list("account__kind")
        .annotate(sum=Sum("amount"))
    )
    return dict.fromkeys(kinds, 0) | {kind: -amount for kind, amount in sums}
