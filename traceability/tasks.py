from typing import Any

from celery import shared_task

from traceability.services import labels, scans, suspicions


@shared_task(name="traceability.tasks.draw_labels")
def draw_labels(job_id: int) -> None:
    labels.draw(job_id=job_id)


@shared_task(name="traceability.tasks.resume_labels")
def resume_labels() -> None:
    labels.resume()


@shared_task(name="traceability.tasks.write_scan")
def write_scan(**message: Any) -> None:
    scans.write(**message)


@shared_task(name="traceability.tasks.look_for_copies")
def look_for_copies() -> None:
    suspicions.look()
