"""May this actor change the catalogue. Agrees with ``visible_to`` of the querysets."""

from typing import Any

from catalog.models import Product
from core.errors import NotAllowed
from producers.models import Producer


def may_manage(actor: Any, product: Product) -> bool:
    """The system (None), people of the producer, officers of the product's place."""
    return actor is None or Product.objects.visible_to(actor).filter(pk=product.pk).exists()


def may_add_for(actor: Any, producer: Producer) -> bool:
    """The system, people of the producer, officers of the producer's seat."""
    return actor is None or Producer.objects.visible_to(actor).filter(pk=producer.pk).exists()


def require_manage(actor: Any, product: Product) -> None:
    if not may_manage(actor, product):
        raise NotAllowed


def require_add_for(actor: Any, producer: Producer) -> None:
    if not may_add_for(actor, producer):
        raise NotAllowed
