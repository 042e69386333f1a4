"""Money on the market's own account finds its order."""

import datetime as dt

from django.db import transaction

from core import clock
from orders.models import Order
from orders.services import paying
from payments.models import MoneyFile
from payments.services import bank
from payments.services.bank import Movement
from payments.services.receipts import Received
from payments.statements import references


def receive(*, movement: Movement, file: MoneyFile | None = None, at: dt.datetime | None = None) -> Received:
    """Book a movement that the bank tells of, once, in whichever way it tells of it."""
    moment = at or clock.now()
    with transaction.atomic():
        bank.one_at_a_time(movement=movement)
        notice = bank.known(movement=movement, file=file, at=moment)
        if notice is not None:
            return Received(notice, is_new=False)
        return paying.receive(
            statement=movement.statement, order=order_in(memo=movement.memo), file=file, at=moment
        )


def order_in(*, memo: str) -> Order | None:
    """The one order that a memo names; None where it names none that we know, or several."""
    found = Order.objects.filter(code__in=references.find(memo))[:2]
    return found[0] if len(found) == 1 else None
