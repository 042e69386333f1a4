"""The front page: a few shelves, remembered until the catalogue or the day changes."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from catalog.models import Product, ProductGroup, Sector
from catalog.selectors.cards import Card, cards
from catalog.services import freshness
from core import clock
from core.models import Province
from producers.models import Producer

KEPT_SECONDS = 600
SHELF = 10


@dataclass(frozen=True, slots=True)
class SectorTile:
    code: int
    name: str
    slug: str
    count: int
    first_set: int  # where "see all" leads: the listing is filtered by set


@dataclass(frozen=True, slots=True)
class ProvinceTile:
    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Home:
    """Counts are of public products; stars are those live today."""

    products: int
    producers: int
    starred: int
    sectors: list[SectorTile]
    provinces: list[ProvinceTile]
    popular: list[Card]
    newest: list[Card]
    best: list[Card]  # four and five stars, on sale
    season: list[Card]  # harvested this month


def home() -> Home:
    """No query with a warm cache; a constant number without."""
    today = clock.today()
    slot = f"catalog:home:{get_language()}"
    cached = cache.get_many([freshness.KEY, slot])
    version = f"{cached.get(freshness.KEY) or freshness.start()}:{today}"
    kept_version, kept = cached.get(slot, ("", None))
    if kept is None or kept_version != version:
        kept = _home(today)
        cache.set(slot, (version, kept), KEPT_SECONDS)
    return kept


def _home(today: dt.date) -> Home:
    public = Product.objects.public()
    figures = public.aggregate(
        products=Count("pk"),
        starred=Count("pk", filter=Q(stars__gte=3, stars_valid_until__gte=today)),
    )
    sale = public.filter(on_sale=True, in_stock=True)
    shelves = {
        "popular": sale.order_by("-on_sale", "-sold_count", "-id"),
        "newest": sale.order_by("-published_at", "-id"),
        "best": sale.with_live_star(today).filter(stars__gte=4).order_by("-stars", "-sold_count", "-id"),
        "season": sale.filter(harvest_months__contains=[today.month]).order_by("-sold_count", "-id"),
    }
    ids = {name: _ids(rows) for name, rows in shelves.items()}
    drawn = {card.id: card for card in cards([pk for shelf in ids.values() for pk in shelf], on=today)}
    return Home(
        producers=Producer.objects.public().count(),
        sectors=_sectors(public),
        provinces=_provinces(public),
        **figures,
        **{name: [drawn[pk] for pk in shelf if pk in drawn] for name, shelf in ids.items()},
    )


def _ids(rows: "QuerySet[Product]") -> list[int]:
    return list(rows.values_list("id", flat=True)[:SHELF])


def _sectors(public: "QuerySet[Product]") -> list[SectorTile]:
    counted = public.order_by().values_list("product_set__group__sector").annotate(n=Count("pk"))
    counts = dict(counted.filter(product_set__isnull=False))
    by_set = ProductGroup.objects.order_by("-sets__code").values_list("sector", "sets__code")
    first_sets = dict(by_set)  # the lowest code comes last and stays
    return [
        SectorTile(sector.code, sector.name, sector.slug, counts.get(sector.code, 0), first_sets[sector.code])
        for sector in Sector.objects.all()
        if sector.code in first_sets
    ]


def _provinces(public: "QuerySet[Product]") -> list[ProvinceTile]:
    counts = dict(public.order_by().values_list("province").annotate(n=Count("pk")))
    rows = Province.objects.filter(pk__in=[code for code in counts if code])
    return [ProvinceTile(code, name, counts[code]) for code, name in rows.values_list("pk", "short_name")]
