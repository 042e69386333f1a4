"""Chainable filters over lots and codes."""

from typing import Any, Self

from django.db.models import Q

from accounts import selectors as accounts
from catalog.models import ProductStatus
from producers.querysets import ScopedQuerySet


class _ByProduct(ScopedQuerySet):
    producer_path = "product__producer__"
    area_path = "product__"


class LotQuerySet(_ByProduct):
    pass


class _ByLot(ScopedQuerySet):
    producer_path = "lot__product__producer__"
    area_path = "lot__product__"


class LabelJobQuerySet(_ByLot):
    pass


class LotPaperQuerySet(_ByLot):
    def readable_by(self, user: Any) -> Self:
        """Public papers of products that are no draft; to the producer and its officers, all."""
        is_public = Q(is_public=True) & ~Q(lot__product__status=ProductStatus.DRAFT)
        return self.filter(is_public | Q(pk__in=type(self)(self.model).visible_to(user).values("pk")))


class CodeQuerySet(_ByProduct):
    pass


class LocationQuerySet(ScopedQuerySet):
    producer_path = "producer__"


class RecallQuerySet(ScopedQuerySet):
    producer_path = "producer__"


class LotStockQuerySet(ScopedQuerySet):
    producer_path = "variant__product__producer__"


class EpcisTokenQuerySet(ScopedQuerySet):
    producer_path = "producer__"


class CodeFactQuerySet(ScopedQuerySet):
    """What is known about codes: look-ups, suspicions."""

    producer_path = "code__product__producer__"
    area_path = "code__product__"


class ScanReportQuerySet(CodeFactQuerySet):
    """A label that is not ours is a matter of the province in which it was bought."""

    def _area(self, user: Any) -> Q:
        provinces = [office.province_id for office in accounts.held(user) if not office.commune_id]
        return super()._area(user) | Q(code=None, province__in=provinces)
