"""Counts beside the filters: how many products each further choice would leave.

Each facet's counts ignore its own selection and obey all others, so ticking a second star shows
what it adds. A star counts only while it is live on the day of asking.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from catalog import stars
from catalog.models import Certification, Product, ProductSet
from catalog.selectors.filters import Filters, conditions, in_force, query_string
from core.models import Commune, Province
from core.money import format_vnd

# Both ends included, in đồng.
PRICE_RANGES = ((None, 50_000), (50_000, 100_000), (100_000, 200_000), (200_000, 500_000), (500_000, None))


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet. ``url`` is the listing after choosing it, or taking it off again."""

    value: str
    label: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class SectorChoices:
    label: str
    count: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    stars: tuple[Choice, ...]
    provinces: tuple[Choice, ...]
    communes: tuple[Choice, ...]  # () until a province is chosen
    sectors: tuple[SectorChoices, ...]
    prices: tuple[Choice, ...]
    certifications: tuple[Choice, ...]
    on_sale: Choice


Counts = dict[str, dict[str, int]]
_SELECTABLE = ("sao", "tinh", "xa", "bo", "gia", "chung_nhan", "ban")


def counts(filters: Filters, *, today: dt.date, corrected: bool = False) -> Counts:
    """Facet → value → products, in one statement that reads the matching products once.

    "found" counts what the words alone find, "total" what everything together leaves.
    """
    wanted = conditions(filters, today=today, corrected=corrected)
    base, params = _base(wanted, today).query.sql_with_params()
    ends = ", ".join(f"({i}, {low or 0}, {high or 'NULL'})" for i, (low, high) in enumerate(PRICE_RANGES))
    in_range = f"JOIN (VALUES {ends}) AS r(i, low, high) ON gia >= low AND gia <= coalesce(high::bigint, gia)"
    valid, valid_params = _valid_certifications(today)
    certified = f"JOIN ({valid}) AS c ON c.product_id = base.id"
    parts = [
        _tally("found", where="TRUE"),
        _tally("total", where=_met(wanted)),
        _tally("sao", "star::text", where=_met(wanted, "sao")),
        _tally("tinh", "tinh", where=_met(wanted, "tinh", "xa")),
        _tally("bo", "bo::text", where=_met(wanted, "bo")),
        _tally("gia", "r.i::text", join=in_range, where=_met(wanted, "gia")),
        _tally("chung_nhan", "c.scheme", join=certified, where=_met(wanted, "chung_nhan")),
        _tally("ban", where=f"ban AND {_met(wanted, 'ban')}"),
    ]
    if filters.province:
        parts.append(_tally("xa", "xa", where=_met(wanted, "xa")))
    found: Counts = defaultdict(dict)
    with connection.cursor() as cursor:
        # Column names and numbers of this module only; all that comes from outside is a parameter.
        statement = " ".join(("WITH base AS MATERIALIZED (", base, ")", " UNION ALL ".join(parts)))
        cursor.execute(statement, [*params, *valid_params])
        for facet, value, count in cursor.fetchall():
            found[facet][value] = count
    return found


def _tally(facet: str, value: str = "''", *, where: str, join: str = "") -> str:
    """SQL: (facet, value, products) of the matching products, those without a value left out."""
    return " ".join(
        (
            f"SELECT '{facet}', {value}, count(DISTINCT base.id)",
            f"FROM base {join}",
            f"WHERE {value} IS NOT NULL AND {where}",
            "" if value == "''" else "GROUP BY 2",
        )
    )


def price_label(low: int | None, high: int | None) -> str:
    """ "Dưới 50.000 ₫", "50.000 ₫ – 100.000 ₫", "Từ 500.000 ₫"."""
    if low is None:
        return _("Dưới %(price)s") % {"price": format_vnd(high or 0)}
    if high is None:
        return _("Từ %(price)s") % {"price": format_vnd(low)}
    return f"{format_vnd(low)} – {format_vnd(high)}"


def build(filters: Filters, found: Counts) -> Facets:
    """Choices with labels; those that would leave nothing are left out unless selected."""
    return Facets(
        stars=tuple(_star(star, filters, found["sao"]) for star in stars.SHOWN),
        provinces=_places(Province.objects.all(), filters, found["tinh"], commune=False),
        communes=(
            _places(Commune.objects.filter(province=filters.province), filters, found["xa"], commune=True)
            if filters.province
            else ()
        ),
        sectors=_sectors(filters, found["bo"]),
        prices=tuple(_price(i, filters, found["gia"]) for i in range(len(PRICE_RANGES))),
        certifications=_certifications(filters, found["chung_nhan"]),
        on_sale=Choice(
            "1",
            _("Đang bán"),
            found["ban"][""],
            filters.on_sale,
            _link(filters.but(on_sale=not filters.on_sale)),
        ),
    )


def _base(wanted: dict[str, Q], today: dt.date) -> QuerySet[Product, tuple[object, ...]]:
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


def _valid_certifications(today: dt.date) -> tuple[str, tuple[object, ...]]:
    valid = Certification.objects.filter(in_force(today)).values("product_id", "scheme")
    return valid.query.sql_with_params()


def _link(filters: Filters) -> str:
    """Without sorting and page: templates add the sorting, and a new choice starts at page 1."""
    return query_string(filters) or "?"


def _star(star: int, filters: Filters, found: dict[str, int]) -> Choice:
    selected = star in filters.stars
    chosen = set(filters.stars) ^ {star}
    return Choice(
        str(star),
        _("%(stars)s sao") % {"stars": star},
        found.get(str(star), 0),
        selected,
        _link(filters.but(stars=tuple(sorted(chosen)))),
    )


def _places(
    rows: QuerySet[Province] | QuerySet[Commune], filters: Filters, found: dict[str, int], *, commune: bool
) -> tuple[Choice, ...]:
    current = filters.commune if commune else filters.province
    wanted = {*found, current} - {""}
    choices = []
    for code, label in rows.filter(pk__in=wanted).order_by("sort_key").values_list("pk", "short_name"):
        selected = code == current
        target = "" if selected else code
        after = filters.but(commune=target) if commune else filters.but(province=target, commune="")
        choices.append(Choice(code, label, found.get(code, 0), selected, _link(after)))
    return tuple(choices)


def _sectors(filters: Filters, found: dict[str, int]) -> tuple[SectorChoices, ...]:
    grouped: dict[str, list[Choice]] = {}
    rows = ProductSet.objects.order_by("code").values_list("code", "name", "group__sector__name")
    for code, label, sector in rows:
        selected = code == filters.product_set
        count = found.get(str(code), 0)
        if count or selected:
            after = filters.but(product_set=None if selected else code)
            grouped.setdefault(sector, []).append(Choice(str(code), label, count, selected, _link(after)))
    return tuple(
        SectorChoices(sector, sum(choice.count for choice in choices), tuple(choices))
        for sector, choices in grouped.items()
    )


def _price(index: int, filters: Filters, found: dict[str, int]) -> Choice:
    low, high = PRICE_RANGES[index]
    selected = (filters.price_from, filters.price_to) == (low, high)
    chosen = (None, None) if selected else (low, high)
    after = filters.but(price_from=chosen[0], price_to=chosen[1])
    return Choice(str(index), price_label(low, high), found.get(str(index), 0), selected, _link(after))


def _certifications(filters: Filters, found: dict[str, int]) -> tuple[Choice, ...]:
    choices = []
    for scheme, label in Certification.Scheme.choices:
        selected = scheme == filters.certification
        if found.get(scheme) or selected:
            after = filters.but(certification="" if selected else scheme)
            choices.append(Choice(scheme, str(label), found.get(scheme, 0), selected, _link(after)))
    return tuple(choices)
