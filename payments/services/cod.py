"""Cash on delivery: what is due at the door, collected, and on its way to the market.

What a carrier sends on is booked as it is told: the money received, its fee, and the cash it no
longer holds. Where it sends less or more than it holds, the rest stays in "cash in transit" as what
the carrier owes the market (or the market it): a claim is no loss until somebody gives it up.
Giving it up (``write_off``) is an entry of its own, against the differences account.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from core import clock
from core.services.transitions import transition
from payments.models import AccountKind, CodCollection, RemittanceRow
from payments.services import ledger
from payments.services.ledger import Item, Kind, Line
from payments.states import COD, CodStatus
from producers.models import Producer


def expect(
    *, reference: str, producer: Producer, amount: int, carrier: str, tracking_code: str
) -> CodCollection:
    """The parcel is on its way and its cash is to be collected. ``carrier`` "": by the producer."""
    return CodCollection.objects.update_or_create(
        reference=reference,
        defaults={
            "producer": producer,
            "amount": amount,
            "carrier": carrier,
            "tracking_code": tracking_code,
        },
    )[0]


def collect(*, reference: str, order_code: str, actor: Any, at: dt.datetime) -> bool:
    """Delivered and paid at the door: the carrier, or the producer, now holds the buyer's money."""
    collection = CodCollection.objects.select_related("producer").get(reference=reference)
    with transaction.atomic():
        moved = transition(
            collection,
            machine=COD,
            to=CodStatus.COLLECTED if collection.carrier else CodStatus.REMITTED,
            actor=actor,
            at=at,
            values={"collected_at": at},
        )
        if moved:
            ledger.post(
                kind=Kind.RECEIPT,
                key=f"cod:{reference}",
                lines=[
                    _holder(collection, at),
                    Line(
                        ledger.account(kind=AccountKind.DEPOSITS),
                        Item.PAYMENT,
                        -collection.amount,
                        order_code,
                    ),
                ],
                at=at,
                actor=actor,
            )
    return moved


def _holder(collection: CodCollection, at: dt.datetime) -> Line:
    if collection.carrier:
        cash = ledger.account(kind=AccountKind.COD, of=collection.carrier)
        return Line(cash, Item.PAYMENT, collection.amount, collection.reference)
    # The producer has this part of its money in hand already.
    own = ledger.account(kind=AccountKind.PRODUCER, producer=collection.producer)
    return Line(own, Item.CASH, collection.amount, collection.reference, due_on=clock.day_of(at))


def void(*, reference: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """Refused at the door, or never sent: nothing is collected."""
    collection = CodCollection.objects.filter(reference=reference).first()
    return collection is not None and transition(
        collection, machine=COD, to=CodStatus.VOID, actor=actor, at=at
    )


def remaining(*, parcel_code: str, collection: CodCollection | None) -> int:
    """Đồng of this parcel that the carrier still holds; negative where it sent too much.

    ``collection`` None: a parcel paid in advance, of which a carrier holds nothing.
    """
    rows = RemittanceRow.objects.booked().filter(parcel_code=parcel_code)
    come = rows.aggregate(sum=Sum(F("collected") + F("difference")))["sum"] or 0
    return (collection.in_hand if collection else 0) - come


def remit(*, row: RemittanceRow, actor: Any, at: dt.datetime) -> bool:
    """Book what the row says: the net amount received, the fee as its producer's, due at once, and
    ``collected`` as no longer in the carrier's hands. Once per row; ``row`` is saved by the caller.
    """
    own = ledger.account(kind=AccountKind.PRODUCER, producer=row.producer)
    cash = ledger.account(kind=AccountKind.COD, of=row.file.source)
    row.is_booked = ledger.post(
        kind=Kind.REMITTANCE,
        key=f"remittance:{row.pk}",
        lines=[
            Line(ledger.account(kind=AccountKind.BANK), Item.PAYMENT, row.net, row.parcel_code),
            Line(own, Item.CARRIER_FEE, row.fee, row.parcel_code, due_on=clock.day_of(at)),
            Line(cash, Item.PAYMENT, -row.collected, row.parcel_code),
        ],
        at=at,
        actor=actor,
        memo=row.file.name,
    )
    return row.is_booked


def write_off(*, row: RemittanceRow, amount: int, reason: str, actor: Any, at: dt.datetime) -> bool:
    """Give up waiting for so much of a parcel (negative: keep what came too much), once per row.

    ``row`` is saved by the caller.
    """
    row.is_booked, row.difference = row.is_booked or bool(amount), amount
    cash = ledger.account(kind=AccountKind.COD, of=row.file.source)
    return ledger.post(
        kind=Kind.RESOLUTION,
        key=f"remittance-difference:{row.pk}",
        lines=[
            Line(ledger.account(kind=AccountKind.DIFFERENCES), Item.DIFFERENCE, amount, row.parcel_code),
            Line(cash, Item.DIFFERENCE, -amount, row.parcel_code),
        ],
        at=at,
        actor=actor,
        memo=reason,
    )


def close(*, collection: CodCollection, actor: Any, at: dt.datetime) -> bool:
    """All of the parcel's cash has come, or was given up."""
    return transition(collection, machine=COD, to=CodStatus.REMITTED, actor=actor, at=at)
