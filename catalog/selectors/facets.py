"""Counts beside the filters: how many products each further choice would leave.

Each facet's counts ignore its own selection and obey all others, so ticking a second star shows
what it adds. A star counts only while it is live on the day of asking.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection
from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, Value, When

from catalog import stars
from catalog.models import Certification, Product
from catalog.selectors.filters import Filters, conditions, in_force

# Both ends included, in đồng.
PRICE_RANGES = ((None, 50_000), (50_000, 100_000), (100_000, 200_000), (200_000, 500_000), (500_000, None))


Counts = dict[str, dict[str, int]]
_SELECTABLE = ("sao", "tinh", "xa", "nganh", "bo", "gia", "chung_nhan", "ban")


def counts(filters: Filters, *, today: dt.date, corrected: bool = False) -> Counts:
    """Facet → value → products, in one statement.

    "found" counts what the words alone find, where there are words; "total" what everything
    together leaves. That is read once and kept, and only a facet with a selection of its own looks
    beyond it. Words are looked up once for all facets.
    """
    wanted = conditions(filters, today=today, corrected=corrected)
    base, params = _base(wanted, today).query.sql_with_params()
    valid, valid_params = _valid_certifications(today)
    parts = [
        _tally("total", wanted),
        _tally("sao", wanted, "star"),
        _tally("tinh", wanted, "tinh", but=("tinh", "xa")),
        _tally("bo", wanted, "bo", but=("nganh", "bo")),
        _price_tally(wanted),
        _tally(
            "chung_nhan",
            wanted,
            "scheme",
            number="count(DISTINCT rows.id)",
            join=f"JOIN ({valid}) AS c ON c.product_id = rows.id",
        ),
        _tally("ban", wanted, where="ban"),
    ]
    if filters.province:
        parts.append(_tally("xa", wanted, "xa"))
    if filters.q:
        parts.append("SELECT 'found', '', count(*) FROM base")
    found: Counts = defaultdict(dict)
    with connection.cursor() as cursor:
        # Column names and numbers of this module only; all that comes from outside is a parameter.
        kept = "MATERIALIZED" if filters.q else "NOT MATERIALIZED"
        chosen = ("chosen AS MATERIALIZED ( SELECT * FROM base WHERE", _met(wanted), ")")
        statement = " ".join(("WITH base AS", kept, "(", base, "),", *chosen, " UNION ALL ".join(parts)))
        cursor.execute(statement, [*params, *valid_params])
        for facet, value, count in cursor.fetchall():
            found[facet][value] = count
    return found


def _rows(wanted: dict[str, Q], *but: str) -> str:
    """SQL: the products that meet all selections, those named in ``but`` aside."""
    if not wanted.keys() & {*but}:
        return "chosen AS rows"
    return " ".join(("( SELECT * FROM base WHERE", _met(wanted, *but), ") AS rows"))


def _tally(
    facet: str,
    wanted: dict[str, Q],
    value: str = "",
    *,
    number: str = "count(*)",
    but: tuple[str, ...] = (),
    join: str = "",
    where: str = "TRUE",
) -> str:
    """SQL: (facet, value, products), those without a value left out."""
    return " ".join(
        (
            f"SELECT '{facet}', {value + '::text' if value else repr('')}, {number}",
            f"FROM {_rows(wanted, *(but or (facet,)))} {join}",
            f"WHERE {value} IS NOT NULL GROUP BY {value}" if value else f"WHERE {where}",
        )
    )


def _price_tally(wanted: dict[str, Q]) -> str:
    """SQL: the price ranges in one reading; a price on a border belongs to both its ranges."""
    numbers, columns = [], []
    for index, (low, high) in enumerate(PRICE_RANGES):
        ends = [f"gia >= {low or 0}"] + ([f"gia <= {high}"] if high else [])
        columns.append(f"count(*) FILTER (WHERE {' AND '.join(ends)}) AS n{index}")
        numbers.append(f"('{index}', n{index})")
    return " ".join(
        (
            "SELECT 'gia', r.value, r.n FROM (SELECT",
            ", ".join(columns),
            f"FROM {_rows(wanted, 'gia')}) AS sums,",
            f"LATERAL (VALUES {', '.join(numbers)}) AS r(value, n)",
        )
    )


def _base(wanted: dict[str, Q], today: dt.date) -> QuerySet[Product, tuple[Any, ...]]:
    """Public products that match the words, with a truth value for each other selection."""
    rows = Product.objects.public().order_by()
    if "q" in wanted:
        rows = rows.filter(wanted["q"])
    live = When(Q(stars__gte=stars.LOWEST, stars_valid_until__gte=today), then=F("stars"))
    columns = {
        "star": Case(live, default=None, output_field=PositiveSmallIntegerField()),
        "tinh": F("province_id"),
        "xa": F("commune_id"),
        "bo": F("product_set_id"),
        "gia": F("price_from"),
        "ban": F("on_sale"),
    }
    met = {
        f"met_{facet}": Case(When(condition, then=Value(True)), default=Value(False))
        for facet, condition in wanted.items()
        if facet != "q"
    }
    return rows.annotate(**columns, **met).values_list("id", *columns, *met)


def _met(wanted: dict[str, Q], *but: str) -> str:
    """SQL: all selections hold, those named in ``but`` aside."""
    return " AND ".join(f"met_{f}" for f in _SELECTABLE if f in wanted and f not in but) or "TRUE"


def _valid_certifications(today: dt.date) -> tuple[str, tuple[Any, ...]]:
    valid = Certification.objects.filter(in_force(today)).values("product_id", "scheme")
    return valid.query.sql_with_params()
