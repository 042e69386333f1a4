"""Reactions of the catalogue to outbox messages. Each is safe to run again."""

from collections.abc import Mapping
from typing import Any

from catalog.models import Product
from catalog.services import listing, pictures
from core.outbox import subscribe


@subscribe("catalog.image_added")
def make_sizes(payload: Mapping[str, Any]) -> None:
    pictures.make_sizes(image_id=payload["id"])


@subscribe("producers.changed")
def follow_producer(payload: Mapping[str, Any]) -> None:
    """A producer's name is searched with its products, and only selling ones are on sale."""
    listing.refresh(
        product_ids=Product.objects.filter(producer_id=payload["id"]).values_list("pk", flat=True)
    )
