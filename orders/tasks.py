from celery import shared_task

from orders.services import fulfilment, paying, tracking


@shared_task(name="orders.tasks.lapse_unpaid")
def lapse_unpaid() -> None:
    paying.lapse_unpaid()


@shared_task(name="orders.tasks.cancel_unconfirmed")
def cancel_unconfirmed() -> None:
    fulfilment.cancel_unconfirmed()


@shared_task(name="orders.tasks.ask_carriers")
def ask_carriers() -> None:
    tracking.ask_carriers()


@shared_task(name="orders.tasks.ask_carrier", ignore_result=True)
def ask_carrier(shipment_id: int) -> None:
    tracking.look_after(shipment_id=shipment_id)
