"""What an order paid in advance owes, from its first moment to its last."""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.services.transitions import transition
from payments.models import Attempt, Payment
from payments.services import receipts
from payments.states import PAYMENT, PaymentStatus

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def open_for(
    *, reference: str, method: str, amount: int, expires_at: dt.datetime, at: dt.datetime
) -> Payment:
    """A new order is to be paid in advance."""
    return Payment.objects.create(
        reference=reference, method=method, amount=amount, expires_at=expires_at, created_at=at
    )


def attempt(*, payment: Payment, gateway: str, expires_at: dt.datetime, at: dt.datetime) -> Attempt:
    """The buyer goes to a gateway: a reference that it has never seen ("7K3M92XQ" + 6 letters).

    Gateways write moments in whole seconds, and find a payment by the one it was created at.
    """
    at = at.replace(microsecond=0)
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return Attempt.objects.create(
        payment=payment,
        gateway=gateway,
        txn_ref=payment.reference.replace("-", "") + tail,
        amount=payment.missing,
        created_at=at,
        expires_at=expires_at,
        query_at=at + dt.timedelta(minutes=settings.GATEWAY_QUERY_MINUTES),
    )


def close(*, attempt: Attempt) -> bool:
    """Nothing came of this visit. False where it is decided already; money that still comes is money."""
    visit = Attempt.objects.filter(pk=attempt.pk, outcome="open")
    return bool(visit.update(outcome="failed", query_at=None))


def complete(*, payment: Payment, actor: Any = None, at: dt.datetime) -> bool:
    """All of it is here and the order goes on."""
    receipts.close_parts(payment=payment, resolution=_("Đã đủ tiền"), at=at)
    return transition(
        payment, machine=PAYMENT, to=PaymentStatus.PAID, actor=actor, at=at, values={"paid_at": at}
    )


def lapse(*, payment: Payment, at: dt.datetime) -> bool:
    """The time is over. What came in part waits: for the rest, or for a treasurer."""
    return transition(payment, machine=PAYMENT, to=PaymentStatus.LAPSED, actor=None, at=at)


def cancel(*, payment: Payment, reason: str, actor: Any, at: dt.datetime) -> bool:
    """The buyer stepped back before paying in full; what came in part is owed back."""
    moved = transition(
        payment, machine=PAYMENT, to=PaymentStatus.CANCELLED, actor=actor, at=at, reason=reason
    )
    if moved:
        receipts.give_up(payment=payment, reason=reason, actor=actor, at=at)
    return moved
