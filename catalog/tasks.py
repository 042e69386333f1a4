from celery import shared_task

from catalog.services import stock


@shared_task(name="catalog.tasks.lapse_reservations")
def lapse_reservations() -> None:
    stock.lapse()
