from celery import shared_task

from orders.services import fulfilment, gateway_queries, paying


@shared_task(name="orders.tasks.lapse_unpaid")
def lapse_unpaid() -> None:
    paying.lapse_unpaid()


@shared_task(name="orders.tasks.cancel_unconfirmed")
def cancel_unconfirmed() -> None:
    fulfilment.cancel_unconfirmed()


@shared_task(name="orders.tasks.ask_gateways")
def ask_gateways() -> None:
    gateway_queries.ask_due()
