"""How often labels were looked up: by day, product, lot and province. Constant number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from core import clock
from traceability.models import ScanDay

PERIODS = (30, 90)  # days, today among them
SHOWN = 20  # rows of each list on the page; the file has all


@dataclass(frozen=True)
class Row:
    """One line of a list; ``detail`` is what tells it from its namesakes."""

    name: str
    count: int
    detail: str = ""


@dataclass(frozen=True)
class Statistics:
    """Every day of the period is there, also one without look-ups. ``earlier``: the period before it."""

    since: dt.date
    until: dt.date
    days: Sequence[tuple[dt.date, int]]
    products: Sequence[Row]
    lots: Sequence[Row]
    provinces: Sequence[Row]  # the last may be of look-ups without a place, its name ""
    earlier: int

    @property
    def total(self) -> int:
        return sum(count for _day, count in self.days)

    @property
    def most(self) -> int:
        """Of one day: what the longest bar stands for."""
        return max(count for _day, count in self.days)


def products_of(rows: QuerySet[ScanDay]) -> list[tuple[int, str]]:
    """Products that were looked up in the longest period, for the filter."""
    lately = rows.filter(day__gt=clock.today() - dt.timedelta(days=PERIODS[-1]))
    return list(
        lately.order_by("code__product__name")
        .values_list("code__product_id", "code__product__name")
        .distinct()
    )


def of(
    rows: QuerySet[ScanDay], *, days: int, product: int | None = None, today: dt.date | None = None
) -> Statistics:
    """Of ``rows``, the office's share, in the last ``days`` days, of one product where one is named."""
    until = today or clock.today()
    since = until - dt.timedelta(days=days - 1)
    if product is not None:
        rows = rows.filter(code__product=product)
    of_period = rows.filter(day__range=(since, until))
    by_day = dict(_sums(of_period, "day"))
    every = [since + dt.timedelta(days=number) for number in range(days)]
    before = rows.filter(day__range=(since - dt.timedelta(days=days), since - dt.timedelta(days=1)))
    return Statistics(
        since=since,
        until=until,
        days=[(on, by_day.get(on, 0)) for on in every],
        products=[
            Row(name, count, producer)
            for _pk, name, producer, count in _sums(
                of_period, "code__product_id", "code__product__name", "code__product__producer__name"
            )
        ],
        lots=[
            Row(lot, count, name)
            for _pk, lot, name, count in _sums(
                of_period.filter(~Q(code__lot=None)), "code__lot_id", "code__lot__code", "code__product__name"
            )
        ],
        provinces=[
            Row(name or "", count)
            for _pk, name, count in _sums(of_period, "province_id", "province__short_name")
        ],
        earlier=before.aggregate(n=Sum("count"))["n"] or 0,
    )


def _sums(rows: QuerySet[ScanDay], *names: str) -> list[tuple]:
    """(what the names say …, look-ups), the most first."""
    return list(rows.order_by().values_list(*names).annotate(n=Sum("count")).order_by("-n", *names))
