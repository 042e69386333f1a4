from typing import Any

from celery import shared_task

from traceability.services import labels, lot_stock, roots, scans, suspicions


@shared_task(name="traceability.tasks.draw_labels")
def draw_labels(job_id: int) -> None:
    labels.draw(job_id=job_id)


@shared_task(name="traceability.tasks.resume_labels")
def resume_labels() -> None:
    labels.resume()


@shared_task(name="traceability.tasks.hold_expired")
def hold_expired() -> None:
    lot_stock.hold_expired()


@shared_task(name="traceability.tasks.publish_roots")
def publish_roots() -> None:
    roots.publish_due()


@shared_task(name="traceability.tasks.write_scan")
def write_scan(**message: Any) -> None:
    scans.write(**message)


@shared_task(name="traceability.tasks.look_for_copies")
def look_for_copies() -> None:
    suspicions.look()
