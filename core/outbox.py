"""Publishing to the outbox and the table of handlers.

``publish`` writes the message and one delivery per handler in the caller's transaction;
``manage.py relay_outbox`` sends due deliveries to Celery; ``core.services.delivery`` runs one.
Handlers live in each app's ``subscribers.py``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from core.models import OutboxDelivery, OutboxMessage

Handler = Callable[[Mapping[str, Any]], None]
_handlers: dict[str, dict[str, Handler]] = {}


def subscribe(topic: str) -> Callable[[Handler], Handler]:
    """Decorator: ``@subscribe("orders.placed")``. The handler's dotted path is its name."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__name__}"
        _handlers.setdefault(topic, {})[name] = handler
        return handler

    return register


def handlers_of(topic: str) -> Mapping[str, Handler]:
    return _handlers.get(topic, {})


def publish(topic: str, payload: Mapping[str, Any], *, schema_version: int = 1) -> OutboxMessage:
    """Queue a fact for every handler of ``topic``. Must run inside a transaction.

    Raises LookupError when nobody handles the topic: an effect without a reader is a mistake.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.publish() belongs inside the transaction of the change it tells of")
    handlers = handlers_of(topic)
    if not handlers:
        raise LookupError(f"no handler for outbox topic {topic!r}")
    message = OutboxMessage.objects.create(topic=topic, payload=dict(payload), schema_version=schema_version)
    OutboxDelivery.objects.bulk_create(OutboxDelivery(message=message, handler=name) for name in handlers)
    return message
