from celery import shared_task

from ratings.services import reminders


@shared_task(name="ratings.tasks.remind_of_expiry")
def remind_of_expiry() -> None:
    reminders.send_due()
