from celery import shared_task

from orders.services import cases, fulfilment, gateway_queries, money_files, paying, tracking


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


@shared_task(name="orders.tasks.ask_gateways")
def ask_gateways() -> None:
    gateway_queries.ask_due()


@shared_task(name="orders.tasks.book_file")
def book_file(file_id: int) -> None:
    money_files.work(file_id=file_id)


@shared_task(name="orders.tasks.resume_files")
def resume_files() -> None:
    money_files.resume()


@shared_task(name="orders.tasks.ask_carriers")
def ask_carriers() -> None:
    tracking.ask_carriers()


@shared_task(name="orders.tasks.ask_carrier", ignore_result=True)
def ask_carrier(shipment_id: int) -> None:
    tracking.look_after(shipment_id=shipment_id)
