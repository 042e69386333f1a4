"""A lot with a label sheet that is ready, for tests that walk over everything."""

from typing import Any

from catalog.models import Product
from core import clock
from traceability.models import Lot
from traceability.services import labels, lots


def make_printed_lot(product: Product, actor: Any) -> Lot:
    lot = lots.create(product=product, code="L01", produced_on=clock.today(), quantity=100, actor=actor)
    job = labels.ask(lot=lot, paper="roll-50x30", count=1, with_serials=False, with_price=False, actor=actor)
    labels.draw(job_id=job.pk)
    return lot
