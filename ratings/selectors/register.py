"""The public register: one page of it, its counts, one certificate."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import clock
from core.models import Commune
from core.text import clean
from ratings import wording
from ratings.models import Certificate
from ratings.states import Standing

PAGE = 24
MAX_QUERY = 200
REAL, ILLUSTRATIVE = "that", "minh-hoa"
STARS = ("5", "4", "3", "khong")  # "khong": the source names none


@dataclass(frozen=True)
class Filters:
    """What a visitor asks of the register. Odd values count as not asked."""

    q: str = ""
    data: str = REAL
    province: str = ""
    commune: str = ""
    stars: str = ""
    year: str = ""
    standing: str = ""
    product_set: str = ""

    @classmethod
    def parse(cls, params: QueryDict) -> "Filters":
        def code(name: str, most: int) -> str:
            value = params.get(name, "")
            return value if value.isascii() and value.isdigit() and len(value) <= most else ""

        return cls(
            q=clean(params.get("q", ""))[:MAX_QUERY],
            data=ILLUSTRATIVE if params.get("du_lieu") == ILLUSTRATIVE else REAL,
            province=code("tinh", 2),
            commune=code("xa", 5),
            stars=value if (value := params.get("sao", "")) in STARS else "",
            year=code("nam", 4),
            standing=value if (value := params.get("hieu_luc", "")) in Standing.values else "",
            product_set=code("bo", 3),
        )

    @property
    def active(self) -> int:
        """How many of the choices are made, search words aside."""
        choices = (self.province, self.commune, self.stars, self.year, self.standing, self.product_set)
        return sum(bool(choice) for choice in choices)

    def query(self, **changes: str) -> str:
        """Query string of these filters, "" or ending in "&"."""
        wanted = replace(self, **changes)
        pairs = {
            "q": wanted.q,
            "du_lieu": "" if wanted.data == REAL else wanted.data,
            "tinh": wanted.province,
            "xa": wanted.commune,
            "sao": wanted.stars,
            "nam": wanted.year,
            "hieu_luc": wanted.standing,
            "bo": wanted.product_set,
        }
        text = urlencode({name: value for name, value in pairs.items() if value})
        return f"{text}&" if text else ""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class RegisterPage:
    """``rows`` are certificates with their words; counts answer "how many if I chose this"."""

    filters: Filters
    rows: list[wording.Entry]
    total: int
    number: int
    last: int
    provinces: list[Choice]
    communes: list[Choice]
    stars: list[Choice]
    years: list[Choice]
    standings: list[Choice]
    sets: list[Choice]
    real: int
    illustrative: int


def register(*, filters: Filters, page: str = "", on: dt.date | None = None) -> RegisterPage:
    """One page of the register, in two queries; a third lists communes of a chosen province."""
    day = on or clock.today()
    groups = _groups(filters, day)
    total = sum(n for group, n in groups if _fits(group, filters))
    last = max(1, -(-total // PAGE))
    number = min(max(1, int(page)), last) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    rows = _shown(filters, day)[(number - 1) * PAGE : number * PAGE]
    return RegisterPage(
        filters=filters,
        rows=[wording.entry(row, on=day) for row in rows],
        total=total,
        number=number,
        last=last,
        provinces=_choices(groups, filters, "province", "province_name"),
        communes=_communes(filters, day),
        stars=_choices(groups, filters, "stars"),
        years=_choices(groups, filters, "year"),
        standings=_choices(groups, filters, "standing"),
        sets=_choices(groups, filters, "product_set", "set_name"),
        real=sum(n for group, n in groups if group["data"] == REAL),
        illustrative=sum(n for group, n in groups if group["data"] == ILLUSTRATIVE),
    )


def exported(*, filters: Filters, limit: int, on: dt.date | None = None) -> Iterator[wording.Entry]:
    """The filtered register in its order, at most ``limit`` rows, read in portions."""
    day = on or clock.today()
    for row in _shown(filters, day)[:limit].iterator(chunk_size=500):
        yield wording.entry(row, on=day)


def certificate(*, number: str, on: dt.date | None = None) -> tuple[wording.Entry, list[wording.Entry]]:
    """One certificate and all recognitions of its product, newest first.

    Raises Certificate.DoesNotExist.
    """
    day = on or clock.today()
    row = _rows().get(number=number)
    history = (
        _rows()
        .filter(product=row.product)
        .order_by(F("decision__decided_earliest").desc(nulls_last=True), "-id")
    )
    return wording.entry(row, on=day), [wording.entry(other, on=day) for other in history]


def _rows() -> QuerySet[Certificate]:
    return Certificate.objects.select_related(
        "decision__province",
        "revocation",
        "product__producer",
        "product__commune__province",
        "product__product_set",
    )


def _year() -> Coalesce:
    return Coalesce("decision__award_year", ExtractYear("decision__decided_earliest"))


def _shown(filters: Filters, day: dt.date) -> QuerySet[Certificate]:
    rows = _rows().with_standing(day).annotate(year=_year()).matching(filters.q)  # type: ignore[attr-defined]
    rows = rows.filter(decision__is_illustrative=filters.data == ILLUSTRATIVE)
    if filters.province:
        rows = rows.filter(decision__province=filters.province)
    if filters.commune:
        rows = rows.filter(product__commune=filters.commune)
    if filters.stars:
        rows = rows.filter(stars=None if filters.stars == "khong" else int(filters.stars))
    if filters.year:
        rows = rows.filter(year=int(filters.year))
    if filters.standing:
        rows = rows.filter(standing_now=filters.standing)
    if filters.product_set:
        rows = rows.filter(product__product_set=int(filters.product_set))
    return rows.order_by(F("decision__decided_earliest").desc(nulls_last=True), "-id")


def _groups(filters: Filters, day: dt.date) -> list[tuple[dict[str, Any], int]]:
    """How many certificates share province, stars, year, standing and set: one query.

    Search words and the commune already apply; the other filters are left to ``_fits``, so
    that each list of choices can leave its own filter out.
    """
    rows = Certificate.objects.with_standing(day).annotate(year=_year()).matching(filters.q)
    if filters.commune:
        rows = rows.filter(product__commune=filters.commune)
    fields = {
        "province": F("decision__province"),
        "province_name": F("decision__province__short_name"),
        "product_set": F("product__product_set"),
        "set_name": F("product__product_set__name"),
        "is_illustrative": F("decision__is_illustrative"),
    }
    counted = rows.order_by().values("stars", "year", "standing_now", **fields).annotate(n=Count("pk"))
    return [
        (
            {
                "data": ILLUSTRATIVE if row["is_illustrative"] else REAL,
                "province": row["province"],
                "province_name": row["province_name"],
                "stars": str(row["stars"] or "khong"),
                "year": str(row["year"] or ""),
                "standing": row["standing_now"],
                "product_set": str(row["product_set"] or ""),
                "set_name": row["set_name"] or "",
            },
            row["n"],
        )
        for row in counted
    ]


_FACETS = ("data", "province", "stars", "year", "standing", "product_set")


def _fits(group: dict[str, Any], filters: Filters, but: str = "") -> bool:
    return all(
        not (wanted := getattr(filters, facet)) or group[facet] == wanted for facet in _FACETS if facet != but
    )


def _choices(
    groups: list[tuple[dict[str, Any], int]], filters: Filters, facet: str, name: str = ""
) -> list[Choice]:
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for group, n in groups:
        if group[facet] and _fits(group, filters, but=facet):
            counts[group[facet]] += n
            names[group[facet]] = group[name] if name else _label(facet, group[facet])
    chosen = getattr(filters, facet)
    if chosen and chosen not in counts:
        counts[chosen], names[chosen] = 0, _label(facet, chosen)
    orders: dict[str, Callable[[str], Any]] = {
        "province": lambda value: (-counts[value], names[value]),
        "stars": STARS.index,
        "year": lambda value: -int(value),
        "standing": Standing.values.index,
        "product_set": lambda value: int(value),
    }
    return [
        Choice(value, names[value], counts[value], value == chosen)
        for value in sorted(counts, key=orders[facet])
    ]


def _label(facet: str, value: str) -> str:
    if facet == "standing":
        return str(Standing(value).label)
    if facet == "stars":
        return _("Nguồn không nêu sao") if value == "khong" else _("%s sao") % value
    return value


def _communes(filters: Filters, day: dt.date) -> list[Choice]:
    """Communes of the chosen province that have recognitions in the other filters."""
    if not filters.province:
        return []
    found = (
        _shown(replace(filters, commune=""), day)
        .exclude(product__commune=None)
        .order_by()
        .values_list("product__commune", "product__commune__name", "product__commune__sort_key")
        .annotate(n=Count("pk"))
    )
    choices = [
        Choice(code, name, n, code == filters.commune)
        for code, name, _key, n in sorted(found, key=lambda row: row[2])
    ]
    if filters.commune and not any(choice.is_chosen for choice in choices):
        name = Commune.objects.filter(pk=filters.commune).values_list("name", flat=True).first()
        choices.append(Choice(filters.commune, name or filters.commune, 0, True))
    return choices
