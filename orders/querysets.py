"""Chainable filters over orders."""

from typing import Any, Self

from django.db import models

from accounts import selectors as accounts
from orders.states import NOT_YET_ORDERED
from producers.querysets import ScopedQuerySet


class OrderQuerySet(models.QuerySet[Any]):
    def of_buyer(self, user: Any) -> Self:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(buyer=user)


class SubOrderQuerySet(ScopedQuerySet):
    """Producers see their own; officers see the parcels of their area's producers."""

    producer_path = "producer__"

    def placed(self) -> Self:
        """Without those that wait for the buyer's money: a producer has nothing to do there yet."""
        return self.exclude(status__in=NOT_YET_ORDERED)

    def owned_by(self, user: Any) -> Self:
        return super().owned_by(user).placed()


class OrderLineQuerySet(ScopedQuerySet):
    producer_path = "sub_order__producer__"


class ShippingPolicyQuerySet(ScopedQuerySet):
    producer_path = "producer__"


class ShipmentQuerySet(ScopedQuerySet):
    producer_path = "sub_order__producer__"


class ReturnCaseQuerySet(ScopedQuerySet):
    producer_path = "sub_order__producer__"


class VoucherQuerySet(ScopedQuerySet):
    """Officers see their area's producers'; the market's own belong to its treasurers."""

    producer_path = "producer__"

    def overseen_by(self, user: Any) -> Self:
        return self.all() if accounts.is_treasurer(user) else super().overseen_by(user)
