"""Producers as the public sees them, with their products."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import pgettext

from catalog import search
from catalog.models import Product
from catalog.selectors import addresses
from catalog.selectors.cards import Card, cards, place_name
from catalog.selectors.contact import place_of, zalo_of
from catalog.selectors.filters import page_of
from core import clock
from core.models import Province
from producers.models import Producer, ProducerKind, ProducerStatus

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class ProducerRow:
    name: str
    slug: str
    url: str
    kind: str
    place: str
    products: int
    is_selling: bool
    is_illustrative: bool


@dataclass(frozen=True, slots=True)
class ProducerList:
    q: str
    province: str
    provinces: list[tuple[str, str]]
    rows: list[ProducerRow]
    total: int
    page: int
    pages: int

    def address(self, page: int) -> str:
        asked = {"q": self.q, "tinh": self.province, "trang": page if page > 1 else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return addresses.producers() + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class ProducerPage:
    producer: Producer
    url: str
    place: str
    trail: list[tuple[str, str]]
    zalo: str
    is_selling: bool
    products: int
    starred: int  # with a star that is live today
    cards: list[Card]
    page: int
    pages: int

    def address(self, page: int) -> str:
        return f"{self.url}?trang={page}" if page > 1 else self.url


def producer_list(params: QueryDict) -> ProducerList:
    """Producers by name or place, sellers first; "q", "tinh", "trang". Constant number of queries."""
    q = search.tidy(params.get("q", ""))
    provinces = list(Province.objects.values_list("pk", "short_name"))
    province = params.get("tinh", "")
    province = province if province in dict(provinces) else ""
    rows = Producer.objects.public()
    for word in search.terms(q):
        rows = rows.filter(search_text__contains=word)
    if q and not search.terms(q):
        rows = rows.none()
    if province:
        rows = rows.filter(province=province)
    total = rows.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(page_of(params), pages)
    start = (page - 1) * PAGE_SIZE
    return ProducerList(q, province, provinces, _rows(rows, start) if total else [], total, page, pages)


def _rows(rows: Any, start: int) -> list[ProducerRow]:
    mine = Product.objects.filter(producer=OuterRef("pk"), status="published").order_by()
    counted = mine.values("producer").annotate(n=Count("pk")).values("n")
    found = (
        rows.annotate(selling=Q(status=ProducerStatus.ACTIVE), products_n=Coalesce(Subquery(counted), 0))
        .order_by(F("selling").desc(), "search_text", "pk")
        .values_list(
            "name",
            "slug",
            "kind",
            "commune__short_name",
            "province__short_name",
            "products_n",
            "selling",
            "is_illustrative",
        )[start : start + PAGE_SIZE]
    )
    kinds = dict(ProducerKind.choices)
    return [
        ProducerRow(
            name,
            slug,
            addresses.producer(slug),
            str(kinds[kind]),
            place_name((commune, province)),
            products,
            selling,
            illustrative,
        )
        for name, slug, kind, commune, province, products, selling, illustrative in found
    ]


def producer_page(slug: str, params: QueryDict) -> ProducerPage | None:
    """One producer with a page of products; None when no public producer has the slug."""
    today = clock.today()
    producer = Producer.objects.public().filter(slug=slug).select_related("province", "commune").first()
    if producer is None:
        return None
    products = Product.objects.public().filter(producer=producer)
    figures = products.aggregate(
        products=Count("pk"),
        starred=Count("pk", filter=Q(stars__gte=3, stars_valid_until__gte=today)),
    )
    pages = max(1, -(-figures["products"] // PAGE_SIZE))
    page = min(page_of(params), pages)
    start = (page - 1) * PAGE_SIZE
    ids = products.order_by("-on_sale", "-sold_count", "-id").values_list("id", flat=True)
    return ProducerPage(
        producer=producer,
        url=addresses.producer(producer.slug),
        place=place_of(producer),
        trail=[(pgettext("plural", "Chủ thể"), addresses.producers()), (producer.name, "")],
        zalo=zalo_of(producer),
        is_selling=producer.status == ProducerStatus.ACTIVE,
        cards=cards(list(ids[start : start + PAGE_SIZE]), on=today),
        page=page,
        pages=pages,
        **figures,
    )
