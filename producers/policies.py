"""May this actor act for, or upon, a producer."""

from typing import Any

from core.errors import NotAllowed
from producers.models import Membership, Producer


def may_manage(actor: Any, producer: Producer) -> bool:
    """The system (None), the producer's people, officers of its place. Agrees with visible_to."""
    return actor is None or Producer.objects.visible_to(actor).filter(pk=producer.pk).exists()


def may_oversee(actor: Any, producer: Producer) -> bool:
    """The system and officers of its place: nobody suspends or reopens their own shop."""
    return actor is None or Producer.objects.overseen_by(actor).filter(pk=producer.pk).exists()


def may_appoint(actor: Any, producer: Producer) -> bool:
    """Officers of its place, and the producer's owners."""
    return may_oversee(actor, producer) or owns(actor, producer)


def owns(actor: Any, producer: Producer) -> bool:
    """Its owners alone, no staff and no officer: where its money goes is nobody else's to say."""
    return (
        Producer.objects.owned_by(actor)
        .filter(pk=producer.pk, memberships__user=actor, memberships__role=Membership.Role.OWNER)
        .exists()
    )


def require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed
