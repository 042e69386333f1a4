"""What the trace page shows. Constant number of queries whatever the product has."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

from catalog.models import Certification, Product, ProductImage, ProductStatus
from catalog.selectors.cards import sale_state
from catalog.stars import StarState
from core import clock
from producers.models import ProducerStatus
from traceability import verdicts
from traceability.models import Code, Location, Lot, LotInput, LotPaper, Recall, Serial
from traceability.selectors import journey, scans
from traceability.selectors.journey import Journey

_PRODUCT = (
    "product_set",
    "commune__province",
    "province",
    "producer__commune__province",
    "producer__province",
)


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str
    is_drawing: bool


@dataclass(frozen=True)
class TracePage:
    """Everything on one page. ``code`` is None while the worker has not made the product's."""

    verdict: verdicts.Verdict
    star: StarState
    product: Product
    lot: Lot | None
    asked_lot: str  # the lot in the address that nobody entered, else ""
    serial: Serial | None
    asked_serial: str  # the serial in the address that was never given out, else ""
    code: Code | None
    picture: Picture | None
    certifications: list[dict[str, Any]]  # row, is_live
    journey: Journey | None  # of a lot
    inputs: list[LotInput]
    papers: list[LotPaper]  # public ones
    scans: int
    first_scan: dt.date | None
    first_place: str  # a province's short name, or ""
    is_shown: bool  # has a page in the shop
    buy_variant: int | None  # may be put into the cart right now


def of_code(value: str, serial: str = "") -> TracePage | None:
    """The page of one of our codes; None for an unknown one or a product that is still a draft."""
    code = (
        Code.objects.select_related("lot__location", *(f"product__{name}" for name in _PRODUCT))
        .exclude(product__status=ProductStatus.DRAFT)
        .filter(value=value)
        .first()
    )
    return _page(code.product, code=code, lot=code.lot, serial=serial) if code else None


def of_gtin(gtin: str, lot_code: str = "", serial: str = "") -> TracePage | None:
    """The page of a GTIN (14 digits); an unknown lot walks up to the product and says so."""
    product = (
        Product.objects.select_related(*_PRODUCT)
        .exclude(status=ProductStatus.DRAFT)
        .filter(gtin=gtin)
        .first()
    )
    if product is None:
        return None
    lot = None
    if lot_code:
        lot = Lot.objects.select_related("location").filter(product=product, code=lot_code).first()
    code = Code.objects.filter(product=product, lot=lot).first()
    return _page(product, code=code, lot=lot, asked_lot="" if lot else lot_code, serial=serial)


def code_named(value: str) -> Code | None:
    """A code with what its picture's file name needs."""
    return Code.objects.select_related("product", "lot").filter(value=value).first()


def code_of_product(slug: str) -> str | None:
    """The code of a public product as a whole; None before the worker has made it."""
    rows = Code.objects.filter(product__in=Product.objects.public().filter(slug=slug), lot=None)
    return rows.values_list("value", flat=True).first()


def location(**named: str) -> Location | None:
    """A place by its ``code`` or its ``gln``, with what its page shows."""
    return Location.objects.select_related("producer", "province", "commune").filter(**named).first()


def serial_of(code: str, value: str) -> Serial | None:
    """One item of a lot, by the lot's code and the item's number."""
    return Serial.objects.filter(lot__code_row__value=code, value=value).first()


def _page(
    product: Product, *, code: Code | None, lot: Lot | None, asked_lot: str = "", serial: str = ""
) -> TracePage:
    today = clock.today()
    looks = scans.of_code(code)
    item = Serial.objects.filter(lot=lot, value=serial).first() if serial and lot else None
    verdict = verdicts.judge(
        product=product,
        lot=lot,
        lot_is_known=not asked_lot,
        serial_is_known=item is not None or not serial,
        on=today,
        recall=Recall.objects.filter(recalled__lot=lot, recalled__is_live=True).first() if lot else None,
        looks_copied=code is not None and scans.is_copied(code=code, serial=item),
    )
    # Who has just read "do not buy" is not offered the basket in the next line.
    may_buy = verdict.tone != "bad" and is_buyable(product)
    papers = list(LotPaper.objects.filter(lot=lot, is_public=True)) if lot else []
    if lot:
        lot.product = product
    return TracePage(
        verdict=verdict,
        star=verdicts.star_of(product, on=today),
        product=product,
        lot=lot,
        asked_lot=asked_lot,
        serial=item,
        asked_serial="" if item else serial,
        code=code,
        picture=_picture(product),
        certifications=[
            {"row": row, "is_live": row.valid_until is None or row.valid_until >= today}
            for row in Certification.objects.filter(product=product).order_by("scheme", "id")
        ],
        journey=journey.of_lot(lot, papers) if lot else None,
        inputs=list(lot.inputs.select_related("source_lot__code_row", "location")) if lot else [],
        papers=papers,
        scans=looks.total,
        first_scan=looks.first,
        first_place=looks.first_place,
        is_shown=is_shown(product),
        buy_variant=product.main_variant_id if may_buy else None,
    )


def _picture(product: Product) -> Picture | None:
    for image in ProductImage.objects.filter(product=product):
        if image.sizes.get("640"):
            return Picture(default_storage.url(image.sizes["640"]), image.alt, image.is_drawing)
    return None


def is_shown(product: Product) -> bool:
    """Has a page in the shop."""
    return product.status == ProductStatus.PUBLISHED and product.producer.status != ProducerStatus.SUSPENDED


def is_buyable(product: Product) -> bool:
    """May be put into the cart right now."""
    state = sale_state(
        sale_mode=product.product_set.sale_mode if product.product_set else None,
        producer_status=product.producer.status,
        has_variant=product.on_sale,
        in_stock=product.in_stock,
    )
    return product.status == ProductStatus.PUBLISHED and state == "buyable"
