"""Chainable filters over products, variants and stock."""

import datetime as dt
from typing import Any, Self

from django.db.models import Q, QuerySet

from core import clock
from producers.models import Producer, ProducerStatus
from producers.querysets import ScopedQuerySet


def producers_suspended() -> QuerySet[Any]:
    return Producer.objects.filter(status=ProducerStatus.SUSPENDED).values("pk")


class ProductQuerySet(ScopedQuerySet):
    producer_path = "producer__"
    area_path = ""  # the product's own place may differ from the producer's seat

    def public(self) -> Self:
        """Shown to everybody: published, and its producer is not suspended.

        Suspended producers are few and stand in an index of their own, so they are left out by
        a list of ids: the pages of the shop need no join for it.
        """
        return self.filter(status="published").exclude(producer__in=producers_suspended())

    def buyable(self) -> Self:
        """Public, of a selling producer, with an active variant."""
        return self.filter(status="published", producer__status="active", on_sale=True)

    def with_live_star(self, on: dt.date | None = None) -> Self:
        """Certainly live on the day. Products of 1 or 2 stars carry no star: no certificate exists."""
        return self.filter(stars__gte=3, stars_valid_until__gte=on or clock.today())


class VariantQuerySet(ScopedQuerySet):
    producer_path = "product__producer__"

    def buyable(self) -> Self:
        """Variants that may go into an order now (stock aside)."""
        return self.filter(
            Q(is_active=True)
            & Q(product__status="published")
            & Q(product__producer__status="active")
            & (Q(product__product_set=None) | Q(product__product_set__sale_mode="cart"))
        )


LOW_STOCK = 5  # units; what a producer looks at before the shop says "hết hàng"


class StockQuerySet(ScopedQuerySet):
    producer_path = "variant__product__producer__"

    def low(self) -> Self:
        """Nearly or quite sold out, among packs that are on sale."""
        return self.filter(
            on_hand__lte=LOW_STOCK, variant__is_active=True, variant__product__status="published"
        )
