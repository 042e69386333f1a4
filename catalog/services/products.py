"""Products and their variants: made, changed, shown, hidden."""

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from biip import ParseError
from biip.gtin import Gtin
from django.db import transaction

from catalog import errors, policies, states
from catalog.models import (
    Certification,
    Product,
    ProductImage,
    ProductSet,
    StockItem,
    StockMovement,
    Variant,
)
from catalog.services import listing, pictures
from core import clock, outbox
from core.models import Commune, Province
from core.services import audit, records
from core.services.constraints import insert_with_slug, refusing
from core.services.transitions import transition
from core.text import clean, clean_lines, slugify
from producers.models import Producer, ProducerStatus

LINES = ("summary", "storage", "shelf_life", "warnings", "standards")
PARAGRAPHS = ("story", "ingredients", "usage")
_GTIN_TAKEN = {"catalog_product_gtin_key": errors.GtinTaken}
_VARIANT_BROKEN: Mapping[str, Callable[[], errors.MarketError]] = {
    "variant_name_unique": errors.VariantExists,
    "variant_price_positive": partial(errors.InvalidVariant, data={"field": "price"}),
    "variant_net_positive": partial(errors.InvalidVariant, data={"field": "net_quantity"}),
}


def create(
    *,
    producer: Producer,
    name: str,
    actor: Any,
    product_set: ProductSet | None = None,
    commune: Commune | None = None,
    province: Province | None = None,
    is_illustrative: bool = False,
    slug: str | None = None,
    **texts: Any,
) -> Product:
    """A draft with a slug of its own. ``texts``: summary, story, gtin, harvest_months, needs_cold …

    Without a place the producer's is taken. Raises NotAllowed, InvalidProduct, InvalidGtin,
    GtinTaken; TypeError for a field that products do not have.
    """
    policies.require_add_for(actor, producer)
    if commune is None and province is None:
        commune, province = producer.commune, producer.province
    values = _values(texts) | {"name": _name(name), "product_set": product_set}
    values |= _place(commune, province)
    with transaction.atomic():
        product = Product(producer=producer, is_illustrative=is_illustrative, **values)
        insert_with_slug(product, slug or slugify(product.name) or "san-pham", refused=_GTIN_TAKEN)
        audit.record(action="catalog.product.created", obj=product, actor=actor)
        listing.refresh(product_ids=[product.pk])
    return product


def update(*, product: Product, actor: Any, **values: Any) -> Product:
    """Change texts, set, place or GTIN; the slug stays, because links hold on to it.

    Raises NotAllowed, InvalidProduct, InvalidGtin, GtinTaken.
    """
    policies.require_manage(actor, product)
    own = ("name", "commune", "province", "product_set")
    changes = _values({field: value for field, value in values.items() if field not in own})
    if "name" in values:
        changes["name"] = _name(values["name"])
    if "product_set" in values:
        changes["product_set"] = values["product_set"]
    if "commune" in values or "province" in values:
        changes |= _place(values.get("commune"), values.get("province"))
    with transaction.atomic(), refusing(_GTIN_TAKEN):
        records.update(obj=product, values=changes, actor=actor)
        listing.refresh(product_ids=[product.pk])
    return product


def publish(*, product: Product, actor: Any) -> Product:
    """Show the product to everybody. Raises NotAllowed, NotPublishable, ForbiddenTransition."""
    policies.require_manage(actor, product)
    if product.producer.status == ProducerStatus.SUSPENDED:
        raise errors.NotPublishable
    with transaction.atomic():
        if transition(product, machine=states.PRODUCT, to=states.PUBLISHED, actor=actor):
            if product.published_at is None:
                product.published_at = clock.now()
                product.save(update_fields=["published_at"])
            listing.refresh(product_ids=[product.pk])
            outbox.publish("catalog.product_published", {"id": product.pk})
    return product


def hide(*, product: Product, actor: Any) -> Product:
    """Take the product out of the shop; its page answers 404. Raises NotAllowed."""
    policies.require_manage(actor, product)
    with transaction.atomic():
        if transition(product, machine=states.PRODUCT, to=states.HIDDEN, actor=actor):
            listing.refresh(product_ids=[product.pk])
    return product


def add_variant(
    *,
    product: Product,
    name: str,
    price: int,
    actor: Any,
    net_quantity: int = 1,
    net_unit: str = Variant.NetUnit.PIECE,
    stock: int = 0,
    shipping_weight: int | None = None,
    sku: str = "",
) -> Variant:
    """A pack that can be bought, with its stock. Price in đồng, weight in grams.

    Without a shipping weight it is the net quantity plus a tenth for the wrapping (500 g for
    pieces). Raises NotAllowed, InvalidVariant, VariantExists, InvalidQuantity.
    """
    policies.require_manage(actor, product)
    _whole_numbers(price=price, net_quantity=net_quantity)
    if shipping_weight is None:
        shipping_weight = 500 if net_unit == Variant.NetUnit.PIECE else max(1, net_quantity * 11 // 10)
    _whole_numbers(shipping_weight=shipping_weight)
    variant = Variant(
        product=product,
        name=_variant_name(name),
        price=price,
        net_quantity=net_quantity,
        net_unit=net_unit,
        shipping_weight=shipping_weight,
        sku=clean(sku)[:40],
        position=Variant.objects.filter(product=product).count(),
    )
    if not isinstance(stock, int) or stock < 0:
        raise errors.InvalidQuantity
    with transaction.atomic():
        with refusing(_VARIANT_BROKEN):
            variant.save()
        item = StockItem.objects.create(variant=variant, on_hand=stock)
        if stock:
            StockMovement.objects.create(
                item=item,
                kind=StockMovement.Kind.RECEIVE,
                quantity=stock,
                actor_id=getattr(actor, "pk", None),
                at=clock.now(),
            )
        audit.record(action="catalog.variant.created", obj=variant, actor=actor)
        listing.refresh(product_ids=[product.pk])
    return variant


def update_variant(*, variant: Variant, actor: Any, **values: Any) -> Variant:
    """Change name, price, weight … or take the pack off sale (``is_active=False``).

    Raises NotAllowed, InvalidVariant, VariantExists.
    """
    policies.require_manage(actor, variant.product)
    if "name" in values:
        values["name"] = _variant_name(values["name"])
    numbers = ("price", "net_quantity", "shipping_weight")
    _whole_numbers(**{field: values[field] for field in numbers if field in values})
    with transaction.atomic(), refusing(_VARIANT_BROKEN):
        records.update(obj=variant, values=values, actor=actor)
        listing.refresh(product_ids=[variant.product_id])
    return variant


def add_certification(
    *,
    product: Product,
    scheme: str,
    number: str,
    actor: Any,
    issuer: str = "",
    valid_until: Any = None,
) -> Certification:
    """Record a quality certificate. Raises NotAllowed, CertificationExists."""
    policies.require_manage(actor, product)
    row = Certification(
        product=product,
        scheme=scheme,
        number=clean(number)[:60],
        issuer=clean(issuer)[:160],
        valid_until=valid_until,
    )
    with transaction.atomic(), refusing({"certification_unique": errors.CertificationExists}):
        records.create(obj=row, actor=actor)
        listing.refresh(product_ids=[product.pk])
    return row


def add_image(*, product: Product, file: Any, alt: str, actor: Any, is_drawing: bool = False) -> ProductImage:
    """Keep a picture; a task makes the sizes that the shop serves.

    The kept file carries no EXIF or other metadata (a phone writes where the photo was taken).
    Raises NotAllowed, PictureRefused.
    """
    policies.require_manage(actor, product)
    content = pictures.accept(file)
    with transaction.atomic():
        image = ProductImage(
            product=product,
            alt=clean(alt)[:150] or product.name[:150],
            is_drawing=is_drawing,
            position=ProductImage.objects.filter(product=product).count(),
        )
        image.original.save(f"{uuid.uuid4().hex}.webp", content, save=False)
        image.save()
        audit.record(action="catalog.image.added", obj=image, actor=actor)
        outbox.publish("catalog.image_added", {"id": image.pk})
    return image


def _name(name: str) -> str:
    name = clean(name)
    if not name or len(name) > 200:
        raise errors.InvalidProduct(data={"field": "name"})
    return name


def _variant_name(name: str) -> str:
    name = clean(name)
    if not name or len(name) > 60:
        raise errors.InvalidVariant(data={"field": "name"})
    return name


def _whole_numbers(**numbers: Any) -> None:
    """Prices, weights and quantities are whole and fit their columns. Raises InvalidVariant."""
    for field, value in numbers.items():
        limit = 10**12 if field == "price" else 10**9
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= limit:
            raise errors.InvalidVariant(data={"field": field})


def _place(commune: Commune | None, province: Province | None) -> dict[str, Any]:
    if commune is not None and province is not None and commune.province_id != province.pk:
        raise errors.InvalidProduct(data={"field": "commune"})
    return {"commune": commune, "province": commune.province if commune is not None else province}


def _values(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned field values; a text that is too long, or no field of a product, is refused."""
    values: dict[str, Any] = {}
    for field, value in texts.items():
        if field in LINES:
            values[field] = clean(value)
            limit = Product._meta.get_field(field).max_length  # type: ignore[union-attr]
            if limit and len(values[field]) > limit:
                raise errors.InvalidProduct(data={"field": field, "limit": limit})
        elif field in PARAGRAPHS:
            values[field] = clean_lines(value)
        elif field == "harvest_months":
            values[field] = sorted({month for month in value if 1 <= month <= 12})
        elif field == "needs_cold":
            values[field] = bool(value)
        elif field == "gtin":
            values[field] = gtin14(value)
        else:
            raise TypeError(f"products have no text {field!r}")
    return values


def gtin14(value: str | None) -> str | None:
    """A GTIN-8, -12, -13 or -14 with a right check digit as 14 digits; None for an empty one.

    Raises InvalidGtin. Source: GS1 General Specifications, section 7.9 (check digit).
    """
    digits = clean(value or "").replace(" ", "").replace("-", "")
    if not digits:
        return None
    if not digits.isascii():
        raise errors.InvalidGtin
    try:
        return Gtin.parse(digits).as_gtin_14()
    except (ParseError, ValueError) as error:
        raise errors.InvalidGtin from error
