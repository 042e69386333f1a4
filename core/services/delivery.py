"""Relaying the outbox: claim what is due, hand it to the broker, run one handler."""

import datetime as dt
import logging

from django.db import connection, transaction
from django.db.models import F

from core import clock, outbox
from core.models import OutboxDelivery, OutboxMessage

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 15
FIRST_PAUSE = dt.timedelta(seconds=20)
LONGEST_PAUSE = dt.timedelta(hours=1)


def claim(*, limit: int = 100) -> list[int]:
    """Ids of due deliveries, each pushed into the future so that no other relay takes it.

    If the task that follows is lost, the delivery comes due again after the pause.
    """
    now = clock.now()
    with transaction.atomic():
        rows = list(
            OutboxDelivery.objects.select_for_update(skip_locked=True)
            .filter(done_at=None, failed_at=None, due_at__lte=now)
            .order_by("due_at", "id")[:limit]
        )
        for row in rows:
            row.attempts += 1
            row.due_at = now + min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 12), LONGEST_PAUSE)
        OutboxDelivery.objects.bulk_update(rows, ["attempts", "due_at"])
    return [row.pk for row in rows]


def run(delivery_id: int) -> bool:
    """Run one delivery's handler in one transaction with its "done" mark; False if done before.

    A handler's error is stored on the row and raised again for the worker's log.
    """
    try:
        with transaction.atomic():
            delivery = (
                OutboxDelivery.objects.select_for_update(of=("self",))
                .select_related("message")
                .get(pk=delivery_id)
            )
            if delivery.done_at:
                return False
            handler = outbox.handlers_of(delivery.message.topic)[delivery.handler]
            handler(delivery.message.payload)
            delivery.done_at = clock.now()
            delivery.last_error = ""
            delivery.save(update_fields=["done_at", "last_error"])
    except Exception as error:
        OutboxDelivery.objects.filter(pk=delivery_id).update(last_error=repr(error)[:2000])
        OutboxDelivery.objects.filter(pk=delivery_id, attempts__gte=MAX_ATTEMPTS).update(
            failed_at=clock.now()
        )
        raise
    return True


def send_again(*, delivery_ids: list[int]) -> int:
    """Put given-up deliveries back on the road; returns how many."""
    return OutboxDelivery.objects.filter(pk__in=delivery_ids, done_at=None).update(
        failed_at=None, due_at=clock.now(), attempts=F("attempts") * 0
    )


def prune(*, older_than: dt.timedelta = dt.timedelta(days=30)) -> int:
    """Delete messages all of whose deliveries are done; returns how many."""
    cutoff = clock.now() - older_than
    done = OutboxMessage.objects.filter(created_at__lt=cutoff).exclude(deliveries__done_at=None)
    return done.delete()[0]


def relay_once() -> int:
    """Claim a batch and hand each delivery to Celery; returns how many went out."""
    from core.tasks import deliver

    ids = claim()
    for delivery_id in ids:
        deliver.delay(delivery_id)
    return len(ids)


def reconnect() -> None:
    """Drop a broken database connection so that the next query opens a new one."""
    connection.close_if_unusable_or_obsolete()
