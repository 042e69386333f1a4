"""Products in number, for pages that must cost the same whatever the volume."""

import datetime as dt

from catalog.models import Product, StockItem, Variant
from catalog.services import recognition
from core import clock
from core.services import freshness


def star(product, stars=4, days=30, **changes):
    """A star whose last day is ``days`` from today."""
    day = clock.today() + dt.timedelta(days=days)
    recognition.set_star(
        product=product, stars=stars, valid_until=day, certificate_number=f"48-{product.pk}", **changes
    )
    freshness.bump()
    return product


def fill(pattern, count):
    """``count`` copies of a product on sale, written as rows: services would take minutes."""
    copies = []
    for number in range(count):
        copy = Product.objects.get(pk=pattern.pk)
        copy.pk, copy.slug, copy.name = None, f"{pattern.slug}-ban-{number}", f"{pattern.name} {number}"
        copy.certificate_number = f"48-{pattern.pk}-{number}" if copy.stars else ""
        copies.append(copy)
    for copy in Product.objects.bulk_create(copies):
        copy.main_variant_id = None
    variants = Variant.objects.bulk_create(
        Variant(product_id=copy.pk, name="chai 500 ml", price=85_000) for copy in copies
    )
    StockItem.objects.bulk_create(StockItem(variant=variant, on_hand=9) for variant in variants)
    by_product = {variant.product_id: variant.pk for variant in variants}
    for copy in copies:
        copy.main_variant_id = by_product[copy.pk]
    Product.objects.bulk_update(copies, ["main_variant_id"])
    freshness.bump()
