"""Cash on delivery: what is due at the door, collected, and on its way to the market."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import clock
from core.services.transitions import transition
from payments.models import AccountKind, CodCollection
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
