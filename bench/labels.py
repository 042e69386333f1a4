"""5,000 labels with serials in one PDF: asking, drawing, peak memory, file size.

Called by ``python -m bench`` with a filled database in DATABASE_URL, which stays as it was.
"""

import os
import resource
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_market.settings")
django.setup()

from django.db import transaction  # noqa: E402

from catalog.models import Product  # noqa: E402
from core import clock  # noqa: E402
from core.storage import private_storage  # noqa: E402
from traceability.models import LabelJob  # noqa: E402
from traceability.services import labels, lots  # noqa: E402

COUNT = 5_000


def peak() -> float:
    """The largest memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    with transaction.atomic():
        product = Product.objects.buyable().order_by("pk")[0]
        lot = lots.create(
            product=product, code="BENCH", produced_on=clock.today(), quantity=COUNT, actor=None
        )
        begun, before = time.perf_counter(), peak()
        job = labels.ask(lot=lot, paper="a4-3x8", count=COUNT, with_serials=True, with_price=True, actor=None)
        asked = time.perf_counter()
        labels.draw(job_id=job.pk)
        drawn, after = time.perf_counter(), peak()
        name = LabelJob.objects.get(pk=job.pk).file
        size = private_storage().size(name) / 1e6
        private_storage().delete(name)
        transaction.set_rollback(True)
    sys.stdout.write(
        f"\n{COUNT:,} labels with serials in one PDF (A4, 3 × 8)\n"
        f"reserving {asked - begun:.1f} s, drawing {drawn - asked:.1f} s "
        f"({(drawn - asked) * 1000 / COUNT:.1f} ms a label); "
        f"peak memory {after:.0f} MB, {after - before:.0f} MB of it for this; file {size:.1f} MB\n"
    )


main()
