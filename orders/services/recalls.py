"""A recall reaches the buyers: found through what each parcel took from its lots, told once each."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Sum

from core import clock, outbox
from orders.models import RecallNotice, RecallPart, SubOrder
from traceability.models import LotMovement, Recall

SHIP, RETURN = LotMovement.Kind.SHIP, LotMovement.Kind.RETURN


def find_buyers(*, recall_id: int, at: dt.datetime | None = None) -> int:
    """Note every buyer that has units of the recalled lots; returns how many are new.

    Safe to run again. Each new one is told by a message of its own, except in a mock recall.
    """
    moment = at or clock.now()
    recall = Recall.objects.get(pk=recall_id)
    found = 0
    with transaction.atomic():
        for contact, parts in _holders(recall).items():
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


def called(*, notice: RecallNotice, actor: Any, at: dt.datetime | None = None) -> bool:
    """Somebody told the buyer by phone. False when the buyer was told already."""
    return bool(
        RecallNotice.objects.filter(pk=notice.pk, told_at=None).update(
            told_at=at or clock.now(), told_by="call"
        )
    )


def _holders(recall: Recall) -> dict[str, list[tuple[SubOrder, int, int]]]:
    """Contact → (parcel, lot id, units) that are still with the buyer."""
    moves = LotMovement.objects.filter(stock__lot__recalled_by__recall=recall, kind__in=[SHIP, RETURN])
    units: dict[tuple[str, int], int] = defaultdict(int)
    for reference, lot, kind, total in moves.values_list("reference", "stock__lot", "kind").annotate(
        total=Sum("quantity")
    ):
        units[reference, lot] += total if kind == SHIP else -total
    parcels = SubOrder.objects.select_related("order").in_bulk(
        {ref for ref, _lot in units}, field_name="code"
    )
    found: dict[str, list[tuple[SubOrder, int, int]]] = defaultdict(list)
    for (reference, lot), count in sorted(units.items()):
        if count > 0 and reference in parcels:
            order = parcels[reference].order
            contact = f"user:{order.buyer_id}" if order.buyer_id else f"phone:{order.phone}"
            found[contact].append((parcels[reference], lot, count))
    return found
