"""Chainable filters over money."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models

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
