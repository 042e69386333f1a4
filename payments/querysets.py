"""Chainable filters over money."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.states import REMITTANCE_NEEDS_A_PERSON, CodStatus
from producers.querysets import ScopedQuerySet


class CodCollectionQuerySet(ScopedQuerySet):
    """Producers see the cash of their own parcels."""

    producer_path = "producer__"

    def by_carriers(self) -> Self:
        """Without what producers take themselves: nobody has to send that on."""
        return self.exclude(carrier="")

    def overdue(self, at: dt.datetime) -> Self:
        """Collected, and in the carrier's hands for longer than it may keep it."""
        limit = at - dt.timedelta(days=settings.COD_REMIT_DAYS)
        return self.by_carriers().filter(status=CodStatus.COLLECTED, collected_at__lt=limit)


class RemittanceRowQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        """Rows that need a person."""
        return self.filter(outcome__in=REMITTANCE_NEEDS_A_PERSON, resolved_at=None)

    def booked(self) -> Self:
        return self.filter(is_booked=True)


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
