"""Chainable filters: who may see which rows of a producer."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts import selectors as accounts


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a producer. Subclasses name the lookup path to it.

    ``producer_path`` is "" for producers themselves, else like "product__producer__". ``area_path`` leads to
    the row whose province and commune decide which officers see it: None for the producer itself.
    """

    producer_path = ""
    area_path: str | None = None

    def _area(self, user: Any) -> Q:
        return accounts.area(user, path=self.producer_path if self.area_path is None else self.area_path)

    def _owned(self, user: Any) -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return Q(pk__in=[])
        return Q(**{f"{self.producer_path}pk__in": user.memberships.values("producer_id")})

    def owned_by(self, user: Any) -> Self:
        """Rows of the producers that the user works for."""
        return self.filter(self._owned(user))

    def overseen_by(self, user: Any) -> Self:
        """Rows in the officer's area; everything for a system administrator."""
        return self.filter(self._area(user))

    def visible_to(self, actor: Any) -> Self:
        """What the actor may see in any office; nothing for guests and plain buyers."""
        return self.filter(self._owned(actor) | self._area(actor))


class ProducerQuerySet(ScopedQuerySet):
    def selling(self) -> Self:
        """Producers whose shop is open. A suspended one disappears at reading."""
        return self.filter(status="active")

    def public(self) -> Self:
        """Everyone the public may see: sellers, and those known from recognitions."""
        return self.exclude(status="suspended")


class PayoutAccountQuerySet(ScopedQuerySet):
    producer_path = "producer__"
