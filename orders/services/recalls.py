"""A recall reaches the buyers: found through what each parcel took from its lots, told once each."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import clock, outbox
from core.services import audit
from core.text import clean
from orders.models import RecallNotice, RecallPart
from orders.selectors.recalls import holders
from traceability import policies
from traceability.models import Lot, Recall


def find_buyers(*, recall_id: int, at: dt.datetime | None = None) -> int:
    """Note every buyer that has units of the recalled lots; returns how many are new.

    Safe to run again. Each new one is told by a message of its own, except in a mock recall.
    """
    moment = at or clock.now()
    recall = Recall.objects.get(pk=recall_id)
    found = 0
    with transaction.atomic():
        for contact, parts in holders(Lot.objects.filter(recalled_by__recall=recall)).items():
            order = parts[0][0].order
            notice, is_new = RecallNotice.objects.get_or_create(
                recall=recall,
                contact=contact,
                defaults={
                    "buyer_id": order.buyer_id,
                    "name": order.recipient,
                    "phone": str(order.phone),
                    "email": order.email,
                },
            )
            RecallPart.objects.bulk_create(
                [
                    RecallPart(notice=notice, sub_order=sub, lot_id=lot, units=units)
                    for sub, lot, units in parts
                ],
                ignore_conflicts=True,
            )
            found += is_new
            if is_new and not recall.is_mock:
                outbox.publish("orders.recall_buyer_found", {"notice": notice.pk})
        Recall.objects.filter(pk=recall.pk, found_at=None).update(found_at=moment)
    return found


def called(*, notice: RecallNotice, actor: Any, note: str = "", at: dt.datetime | None = None) -> bool:
    """Somebody told the buyer by phone. False when the buyer was told already, or in a mock recall.

    Raises NotAllowed.
    """
    policies.require_recall(actor, notice.recall.producer)
    moment = at or clock.now()
    if notice.recall.is_mock:
        return False
    with transaction.atomic():
        moved = RecallNotice.objects.filter(pk=notice.pk, told_at=None).update(
            told_at=moment, told_by="call", note=clean(note)[:200]
        )
        if moved:
            audit.record(action="orders.recall.called", obj=notice, actor=actor, at=moment)
    return bool(moved)


def looked_at(*, recall: Recall, actor: Any, at: dt.datetime | None = None) -> None:
    """Names and phones of the buyers were shown to somebody: that is in the trail. Raises NotAllowed."""
    policies.require_recall(actor, recall.producer)
    audit.record(action="orders.recall.buyers_seen", obj=recall, actor=actor, at=at)
