"""Chainable filters over money."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from producers.querysets import ScopedQuerySet


class PayoutQuerySet(ScopedQuerySet):
    producer_path = "producer__"

    def decided(self) -> Self:
        """Without drafts and what was dropped: what a producer is told about."""
        return self.exclude(status__in=["planned", "dropped"])

    def owned_by(self, user: Any) -> Self:
        return super().owned_by(user).decided()


class PostingQuerySet(models.QuerySet[Any]):
    def of_producers(self) -> Self:
        return self.filter(account__kind="producer")

    def unpaid(self) -> Self:
        """Postings of producers' accounts that no payout has taken; a payout's own posting settles others."""
        return self.of_producers().filter(payout_line=None).exclude(Q(item="payout", amount__gt=0))
