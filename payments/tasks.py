from celery import shared_task

from payments.services import gateway_refunds


@shared_task(name="payments.tasks.send_refunds")
def send_refunds() -> None:
    gateway_refunds.send_due()
