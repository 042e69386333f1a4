"""A lot with what grows around it, for tests that walk over everything."""

from typing import Any

from catalog.models import Product
from core import clock
from traceability.models import Lot, ScanDay, Suspicion
from traceability.services import labels, lots, papers, reports
from traceability.tests.life import upload


def make_printed_lot(product: Product, actor: Any) -> Lot:
    """With a label sheet that is ready, a day of look-ups, an open suspicion and an open report."""
    lot = lots.create(product=product, code="L01", produced_on=clock.today(), quantity=100, actor=actor)
    job = labels.ask(lot=lot, paper="roll-50x30", count=1, with_serials=False, with_price=False, actor=actor)
    labels.draw(job_id=job.pk)
    code, province = lot.code_row, product.province
    ScanDay.objects.create(code=code, day=clock.today(), province=province, count=3)
    facts = {"count": 3, "places": [province.short_name], "quantity": 100}
    Suspicion.objects.create(code=code, rule="many_places", facts=facts, raised_at=clock.now())
    reports.report(code=code, asked="", kind="fake", province=province, words="Nhãn mờ", phone="0905123456")
    papers.keep(lot=lot, file=upload(), title="Phiếu", is_public=False, actor=actor)
    return lot
