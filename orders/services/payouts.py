"""Payout batches, holding back what a case is open about. All raise what payments.services.payouts does."""

import datetime as dt
from typing import Any

from orders.selectors.payouts import held_parcels
from payments.models import PayoutBatch
from payments.services import payouts


def prepare(*, up_to: dt.date, actor: Any, at: dt.datetime | None = None) -> PayoutBatch:
    return payouts.prepare(up_to=up_to, held_references=held_parcels(), actor=actor, at=at)


def approve(*, batch: PayoutBatch, actor: Any, at: dt.datetime | None = None) -> bool:
    """Cases opened since it was prepared count too."""
    return payouts.approve(batch=batch, held_references=held_parcels(), actor=actor, at=at)
