"""Recalls in public, and the lots that somebody is about to recall."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Product
from producers.models import Producer
from traceability.errors import InvalidRecall
from traceability.models import Lot, Recall, RecallLot
from traceability.states import RecallStatus


def public_list() -> QuerySet[Recall]:
    """Those under way, newest first; no mock ones."""
    return _public().filter(status=RecallStatus.OPEN).order_by("-opened_at", "-pk")


def public(code: str) -> Recall | None:
    """Also one that is closed or was revoked, since letters lead to it; not a mock one."""
    return _public().filter(code=code).first()


def _public() -> QuerySet[Recall]:
    rows = Recall.objects.filter(is_mock=False)
    lots = RecallLot.objects.select_related("lot__product", "lot__code_row").order_by(
        "lot__product__name", "pk"
    )
    rows = rows.select_related("producer__commune", "producer__province")
    return rows.prefetch_related(Prefetch("recalled", lots))


def chosen(
    *,
    producer: Producer | None,
    product: Product | None,
    codes: Sequence[str],
    made_from: dt.date | None,
    made_to: dt.date | None,
) -> tuple[Producer, list[Lot]]:
    """The lots that were named: by their codes, of one product; or all made in a period, of a product
    or a producer.

    Raises InvalidRecall with the field.
    """
    owner = product.producer if product is not None else producer
    if owner is None:
        raise InvalidRecall(_("Hãy chọn sản phẩm, hoặc chủ thể."), data={"field": "product"})
    lots = Lot.objects.filter(product__producer=owner).select_related("product", "code_row").order_by("pk")
    if product is not None:
        lots = lots.filter(product=product)
    if codes:
        return owner, _named(lots, product, codes)
    if made_from is None or made_to is None:
        raise InvalidRecall(_("Hãy ghi số lô, hoặc chọn đủ hai ngày sản xuất."), data={"field": "codes"})
    if made_from > made_to:
        raise InvalidRecall(_("Ngày đầu phải trước ngày cuối."), data={"field": "made_to"})
    found = list(lots.filter(produced_on__range=(made_from, made_to)))
    if not found:
        raise InvalidRecall(_("Không có lô nào sản xuất trong khoảng này."), data={"field": "made_from"})
    return owner, found


def _named(lots: QuerySet[Lot], product: Product | None, codes: Sequence[str]) -> list[Lot]:
    if product is None:
        raise InvalidRecall(
            _("Số lô chỉ có nghĩa trong một sản phẩm: hãy chọn sản phẩm."), data={"field": "product"}
        )
    found = list(lots.filter(code__in=codes))
    missing = sorted(set(codes) - {lot.code for lot in found})
    if missing:
        words = ", ".join(missing[:20])
        raise InvalidRecall(_("Sản phẩm này không có lô: %s.") % words, data={"field": "codes"})
    return found
