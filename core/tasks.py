from celery import shared_task
from django.core.management import call_command

from core.services import delivery


@shared_task(name="core.tasks.deliver")
def deliver(delivery_id: int) -> None:
    delivery.run(delivery_id)


@shared_task(name="core.tasks.prune_outbox")
def prune_outbox() -> None:
    delivery.prune()


@shared_task(name="core.tasks.clear_expired_sessions")
def clear_expired_sessions() -> None:
    call_command("clearsessions")
