from celery import shared_task

from orders.services import cases, fulfilment, paying


@shared_task(name="orders.tasks.lapse_unpaid")
def lapse_unpaid() -> None:
    paying.lapse_unpaid()


@shared_task(name="orders.tasks.cancel_unconfirmed")
def cancel_unconfirmed() -> None:
    fulfilment.cancel_unconfirmed()


@shared_task(name="orders.tasks.watch_cases")
def watch_cases() -> None:
    cases.tell_of_silence()
    cases.lapse_declined()
