"""A label sheet that is ready, for tests that need one."""

from traceability.models import LabelJob, Lot
from traceability.services import labels


def print_label(lot: Lot) -> LabelJob:
    job = labels.ask(lot=lot, paper="roll-50x30", count=1, with_serials=False, with_price=False, actor=None)
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    return job
