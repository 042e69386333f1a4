"""May this actor write about a lot. Agrees with ``owned_by`` of the querysets."""

from typing import Any

from core.errors import NotAllowed
from producers.models import Producer
from traceability.models import Lot


def is_member(actor: Any, lot: Lot) -> bool:
    """The system (None) and people of the lot's producer; officers read, they do not write."""
    return actor is None or Lot.objects.owned_by(actor).filter(pk=lot.pk).exists()


def require_member(actor: Any, lot: Lot) -> None:
    if not is_member(actor, lot):
        raise NotAllowed


def may_recall(actor: Any, producer: Producer) -> bool:
    """The system, people of the producer, and officers in whose area its seat lies."""
    return actor is None or Producer.objects.visible_to(actor).filter(pk=producer.pk).exists()


def require_recall(actor: Any, producer: Producer) -> None:
    if not may_recall(actor, producer):
        raise NotAllowed


def require_people(actor: Any, producer: Producer) -> None:
    """The system and people of the producer."""
    if actor is not None and not Producer.objects.owned_by(actor).filter(pk=producer.pk).exists():
        raise NotAllowed
