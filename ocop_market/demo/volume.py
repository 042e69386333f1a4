"""Volume for benchmarks: the built products copied with all that belongs to them, in bulk.

The services take some twenty statements a product, which is a quarter of an hour for 20,000.
Copies are rows of what the services made, with names and numbers of their own; the derived
columns come from the service. Copies have no lots and no codes, so that the worker does not draw
20,000 pictures.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

from catalog.models import Certification, Product, ProductImage, StockItem, StockMovement, Variant
from catalog.services import listing
from ratings.models import Certificate

BATCH = 2000


def multiply(*, total: int) -> None:
    """Copy the illustrative products round after round until there are ``total``."""
    source = list(Product.objects.filter(is_illustrative=True).select_related("producer").order_by("pk"))
    made: list[Product] = []
    turn = 1
    while len(source) + len(made) < total:
        part = source[: total - len(source) - len(made)]
        made += _copy_round(part, turn)
        turn += 1
    listing.refresh(product_ids=[product.pk for product in made])


def _copy_round(part: list[Product], turn: int) -> list[Product]:
    owners = {product.producer_id: product.producer for product in part}
    producers = _copies(
        owners.values(),
        lambda row: {"name": f"{row.name} {turn}", "slug": f"{row.slug}-v{turn}", "tax_code": None},
    )
    products = _copies(
        part,
        lambda row: {
            "producer_id": producers[row.producer_id].pk,
            "name": f"{row.name} {turn}",
            "slug": f"{row.slug}-v{turn}",
            "gtin": None,
            "main_variant_id": None,
            "sold_count": row.sold_count * (turn % 7) // 3,
            "certificate_number": f"{row.certificate_number}-{turn}" if row.certificate_number else "",
        },
    )
    ids = list(products)
    variants = _belongings(Variant, ids, products)
    stock = _copies(
        StockItem.objects.filter(variant__in=list(variants)),
        lambda row: {"variant_id": variants[row.variant_id].pk},
    )
    StockMovement.objects.bulk_create(
        (
            StockMovement(item=item, kind=StockMovement.Kind.RECEIVE, quantity=item.on_hand)
            for item in stock.values()
            if item.on_hand
        ),
        batch_size=BATCH,
    )
    _belongings(ProductImage, ids, products)
    _belongings(Certification, ids, products)
    _copies(
        Certificate.objects.filter(product__in=ids),
        # One dossier leads to one certificate: the copies have none.
        lambda row: {
            "product_id": products[row.product_id].pk,
            "number": f"{row.number}-{turn}",
            "dossier_id": None,
        },
    )
    return list(products.values())


def _belongings(model: Any, ids: list[int], products: dict[int, Product]) -> dict[int, Any]:
    rows = model.objects.filter(product__in=ids).order_by("pk")
    return _copies(rows, lambda row: {"product_id": products[row.product_id].pk})


def _copies(rows: Iterable[Any], changed: Callable[[Any], dict[str, Any]]) -> dict[int, Any]:
    """Insert a copy of each row with the changed columns; original id → copy."""
    originals = list(rows)
    copies = []
    for row in originals:
        columns = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not field.primary_key and not isinstance(field, models.GeneratedField)
        }
        copies.append(type(row)(**columns | changed(row)))
    if copies:
        type(copies[0])._base_manager.bulk_create(copies, batch_size=BATCH)
    return {row.pk: copy for row, copy in zip(originals, copies, strict=True)}
