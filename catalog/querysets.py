"""Chainable filters over products, variants and stock."""

import datetime as dt
from typing import Any, Self

from django.db.models import Q

from accounts import selectors as accounts
from core import clock
from producers.querysets import ScopedQuerySet


class ProductQuerySet(ScopedQuerySet):
    producer_path = "producer__"

    def public(self) -> Self:
        """Shown to everybody: published, and its producer is not suspended."""
        return self.filter(status="published").exclude(producer__status="suspended")

    def buyable(self) -> Self:
        """Public, of a selling producer, with an active variant."""
        return self.filter(status="published", producer__status="active", on_sale=True)

    def with_live_star(self, on: dt.date | None = None) -> Self:
        return self.filter(stars__isnull=False, stars_valid_until__gte=on or clock.today())

    def overseen_by(self, user: Any) -> Self:
        """By the product's own place, which may differ from the producer's seat."""
        return self.filter(accounts.area(user))

    def visible_to(self, actor: Any) -> Self:
        return self.filter(self._owned(actor) | accounts.area(actor))


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


class StockQuerySet(ScopedQuerySet):
    producer_path = "variant__product__producer__"
