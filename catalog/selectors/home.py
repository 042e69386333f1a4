"""The front page: a few shelves, remembered until the catalogue or the day changes."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from django.utils.translation import get_language

from catalog.models import Product, Sector
from catalog.selectors.cards import Card, cards
from catalog.selectors.filters import Filters, address
from core import clock
from core.models import Province
from core.services import freshness
from producers.models import Producer

SHELF = 10


@dataclass(frozen=True, slots=True)
class SectorTile:
    code: int
    name: str
    slug: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ProvinceTile:
    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Home:
    """Counts are of what is public."""

    month: int
    products: int
    producers: int
    sectors: list[SectorTile]
    provinces: list[ProvinceTile]
    popular: list[Card]
    newest: list[Card]  # latest decisions whose star is live
    season: list[Card]  # harvested this month


def home() -> Home:
    """No query while it is remembered; a constant number otherwise."""
    today = clock.today()
    return freshness.remembered(("home", today, get_language()), lambda: _home(today))


def _home(today: dt.date) -> Home:
    public = Product.objects.public()
    sale = public.filter(on_sale=True, in_stock=True)
    shelves = {
        "popular": sale.order_by("-on_sale", "-sold_count", "-id"),
        "newest": sale.with_live_star(today).order_by(F("decided_on").desc(nulls_last=True), "-id"),
        "season": sale.filter(harvest_months__contains=[today.month]).order_by("-sold_count", "-id"),
    }
    ids = {name: _ids(rows) for name, rows in shelves.items()}
    drawn = {card.id: card for card in cards([pk for shelf in ids.values() for pk in shelf], on=today)}
    return Home(
        month=today.month,
        products=public.count(),
        producers=Producer.objects.public().count(),
        sectors=_sectors(public),
        provinces=_provinces(public),
        **{name: [drawn[pk] for pk in shelf if pk in drawn] for name, shelf in ids.items()},
    )


def _ids(rows: "QuerySet[Product]") -> list[int]:
    return list(rows.values_list("id", flat=True)[:SHELF])


def _sectors(public: "QuerySet[Product]") -> list[SectorTile]:
    counted = public.order_by().values_list("product_set__group__sector").annotate(n=Count("pk"))
    counts = dict(counted.filter(product_set__isnull=False))
    return [
        SectorTile(code, name, slug, counts.get(code, 0), address(Filters(sector=code)))
        for code, name, slug in Sector.objects.values_list("code", "name", "slug")
    ]


def _provinces(public: "QuerySet[Product]") -> list[ProvinceTile]:
    counts = dict(public.order_by().values_list("province").annotate(n=Count("pk")))
    rows = Province.objects.filter(pk__in=[code for code in counts if code])
    return [ProvinceTile(code, name, counts[code]) for code, name in rows.values_list("pk", "short_name")]
