"""The page of one product, in at most six queries."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from catalog import stars
from catalog.models import Certification, Product, ProductImage, Variant
from catalog.prices import unit_price
from catalog.selectors import addresses, availability
from catalog.selectors.cards import Card, SaleState, cards_of, place_name, sale_state
from catalog.selectors.contact import place_of, zalo_of
from catalog.selectors.filters import Filters, address, in_force
from core import clock
from core.services import freshness
from producers.models import Producer

RELATED = 8


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A pack: price in đồng, ``available`` units in stock."""

    id: int
    name: str
    price: int
    unit_price: str
    available: int
    sku: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Addresses of one picture; ``srcset`` names the widths, "" while sizes are being made."""

    src: str
    srcset: str
    alt: str
    is_drawing: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """What stands behind the star, as the recognition says; blanks stay blank."""

    state: stars.StarState
    stars: int | None
    valid_until: dt.date | None
    certificate_number: str
    decision_number: str
    decided_on: dt.date | None
    authority: str
    left: int | None  # percent of its time that is left


@dataclass(frozen=True, slots=True)
class Fact:
    label: Any
    text: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """What the page says, stock aside: the part that is remembered."""

    product: Product
    producer: Producer
    url: str
    place: str
    trust: Trust
    packs: list[VariantRow]  # with nothing available
    pictures: list[Picture]
    certifications: list[Certification]
    facts: list[Fact]
    related: list[Card]
    trail: list[tuple[str, str]]  # (label, address) from the listing down; the page itself has ""
    producer_place: str
    zalo: str  # the producer's mobile number as Zalo takes it, "" without one


@dataclass(frozen=True, slots=True)
class Offer:
    """How the product can be had right now."""

    sale_state: SaleState
    variants: list[VariantRow]
    main_variant: VariantRow | None


def product_page(slug: str) -> ProductPage | None:
    """Everything but the stock; None when no public product has the slug. At most six queries."""
    today = clock.today()
    product = (
        Product.objects.public()
        .filter(slug=slug)
        .select_related("producer__commune", "producer__province", "commune", "province", "product_set")
        .defer("search_vector", "search_rest", "search_name")
        .first()
    )
    if product is None:
        return None
    return ProductPage(
        product=product,
        producer=product.producer,
        url=addresses.product(product.slug),
        place=_place(product),
        trust=_trust(product, today),
        packs=_packs(product),
        pictures=_pictures(product),
        certifications=list(product.certifications.filter(in_force(today)).order_by("scheme")),
        facts=_facts(product),
        related=_related(product, today),
        trail=_trail(product),
        producer_place=place_of(product.producer),
        zalo=zalo_of(product.producer),
    )


def product_topics(page: ProductPage) -> set[str]:
    """What the page shows, for ``freshness``: the product and those beside it, and their makers."""
    products = [page.product.pk, *(card.id for card in page.related)]
    makers = [page.producer.slug, *(card.producer_slug for card in page.related)]
    return {*map(freshness.of_product, products), *map(freshness.of_producer, makers)}


def offer(page: ProductPage) -> Offer:
    """Present stock, in one query."""
    stock = availability.of_variants([pack.id for pack in page.packs]) if page.packs else {}
    variants = [replace(pack, available=stock.get(pack.id, 0)) for pack in page.packs]
    product_set = page.product.product_set
    return Offer(
        sale_state=sale_state(
            sale_mode=product_set.sale_mode if product_set else None,
            producer_status=page.producer.status,
            has_variant=bool(variants),
            in_stock=any(variant.available for variant in variants),
        ),
        variants=variants,
        main_variant=next((v for v in variants if v.available), variants[0] if variants else None),
    )


def _place(product: Product) -> str:
    return place_name(
        (
            product.commune.name if product.commune else None,
            product.province.name if product.province else None,
        )
    )


def _trust(product: Product, today: dt.date) -> Trust:
    return Trust(
        state=stars.state(
            stars=product.stars,
            valid_until=product.stars_valid_until,
            lapsed_after=product.stars_lapsed_after,
            certificate_number=product.certificate_number,
            on=today,
        ),
        stars=product.stars,
        valid_until=product.stars_valid_until,
        certificate_number=product.certificate_number,
        decision_number=product.decision_number,
        decided_on=product.decided_on,
        authority=product.authority,
        left=_left(product, today),
    )


def _left(product: Product, today: dt.date) -> int | None:
    """Part of the star's time that is left, in percent; None where its dates are not known."""
    start, end = product.decided_on, product.stars_valid_until
    if start is None or end is None or end <= start:
        return None
    return min(max(round((end - today).days * 100 / (end - start).days), 0), 100)


def _trail(product: Product) -> list[tuple[str, str]]:
    trail = [(str(_("Sản phẩm")), addresses.listing())]
    if product.product_set:
        trail.append((product.product_set.name, address(Filters(product_set=product.product_set.pk))))
    return [*trail, (product.name, "")]


def _packs(product: Product) -> list[VariantRow]:
    rows = Variant.objects.filter(product=product, is_active=True).values_list(
        "id", "name", "price", "net_quantity", "net_unit", "sku"
    )
    return [
        VariantRow(pk, name, price, unit_price(price=price, net_quantity=quantity, net_unit=unit), 0, sku)
        for pk, name, price, quantity, unit, sku in rows
    ]


def _pictures(product: Product) -> list[Picture]:
    """Pictures whose sizes are ready; the others come with the next visit."""
    rows = ProductImage.objects.filter(product=product).values_list("sizes", "alt", "is_drawing")
    found = []
    for sizes, alt, is_drawing in rows:
        if not sizes:
            continue
        addressed = {width: addresses.picture(name) for width, name in sizes.items()}
        srcset = ", ".join(f"{address} {width}w" for width, address in addressed.items())
        found.append(Picture(addressed.get("640", ""), srcset, alt, is_drawing))
    return found


def _facts(product: Product) -> list[Fact]:
    """Label facts that are known, in the order of a label."""
    known = [
        Fact(_("Thành phần"), product.ingredients),
        Fact(_("Cách dùng"), product.usage),
        Fact(_("Bảo quản"), product.storage),
        Fact(_("Hạn sử dụng"), product.shelf_life),
        Fact(_("Cảnh báo"), product.warnings),
        Fact(_("Tiêu chuẩn áp dụng"), product.standards),
        Fact("GTIN", product.gtin or ""),
    ]
    return [fact for fact in known if fact.text]


def _related(product: Product, today: dt.date) -> list[Card]:
    """Others of the same producer first, then the most sold of the same set."""
    popular = _popular_of_set(product.product_set_id) if product.product_set_id else []
    mine = When(producer=product.producer_id, then=Value(0))
    rows = (
        Product.objects.public()
        .filter(Q(producer=product.producer_id) | Q(pk__in=popular))
        .exclude(pk=product.pk)
        .annotate(nearness=Case(mine, default=Value(1), output_field=IntegerField()))
        .order_by("nearness", "-on_sale", "-sold_count", "-id")
    )
    return cards_of(rows[:RELATED], on=today)


def _popular_of_set(set_code: int) -> list[int]:
    """Ids of the most sold products of a set, as of the last minutes: what is shown is read afresh."""

    def make() -> list[int]:
        rows = Product.objects.public().filter(product_set=set_code)
        rows = rows.order_by("-on_sale", "-sold_count", "-id")
        return list(rows.values_list("id", flat=True)[: RELATED + 1])

    return freshness.remembered(("popular", set_code), make, topics=lambda ids: ["popular"])
