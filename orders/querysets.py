"""Chainable filters over orders."""

from typing import Any, Self

from django.db import models

from producers.querysets import ScopedQuerySet


class OrderQuerySet(models.QuerySet[Any]):
    def of_buyer(self, user: Any) -> Self:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(buyer=user)


class SubOrderQuerySet(ScopedQuerySet):
    """Producers see their own; officers see the parcels of their area's producers."""

    producer_path = "producer__"


class OrderLineQuerySet(ScopedQuerySet):
    producer_path = "sub_order__producer__"


class ShippingPolicyQuerySet(ScopedQuerySet):
    producer_path = "producer__"
