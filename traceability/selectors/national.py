"""The lots of an office as national forms."""

from collections.abc import Iterator

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet

from catalog.models import Product
from traceability import national
from traceability.models import Lot, TraceEvent

MOST_LOTS = 5000
_AT_ONCE = 200


def forms(*, lots: QuerySet[Lot]) -> Iterator[national.Form]:
    """The newest ``MOST_LOTS``, two hundred in memory at a time."""
    rows = lots.select_related(
        "code_row", "product__producer__commune", "product__producer__province"
    ).prefetch_related(
        Prefetch("events", queryset=TraceEvent.objects.defer("body")),
        "product__images",
        "product__certifications",
    )
    for lot in rows.order_by("-produced_on", "-pk")[:MOST_LOTS].iterator(chunk_size=_AT_ONCE):
        yield national.of_lot(lot, picture=_picture(lot.product))


def _picture(product: Product) -> str:
    """Its address for others; "" until the sizes are made."""
    for image in product.images.all():
        if name := image.sizes.get("1200") or image.sizes.get("640"):
            address: str = default_storage.url(name)
            return address if address.startswith("http") else settings.SITE_URL + address
    return ""
