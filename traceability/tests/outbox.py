"""Doing the worker's part in a test: every waiting delivery runs through its real handler."""

from core.models import OutboxDelivery
from core.services import delivery


def run_worker() -> int:
    """Run deliveries until none is left; returns how many there were."""
    ran = 0
    while waiting := list(OutboxDelivery.objects.filter(done_at=None).order_by("id")):
        for row in waiting:
            delivery.run(row.pk)
            ran += 1
    return ran
