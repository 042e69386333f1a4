"""The buyer's way to a gateway."""

import datetime as dt

from django.db import transaction

from core import clock
from orders.errors import NothingToPay, TooLateToPay
from orders.models import Order
from orders.services import paying
from payments import gateways
from payments.gateways.base import Pay
from payments.services import payments
from payments.states import PaymentStatus

LEAST = dt.timedelta(minutes=1)  # nobody pays faster than this


def start(*, order: Order, return_url: str, ip: str, language: str, at: dt.datetime | None = None) -> str:
    """A new visit for what is still missing; the address to send the browser to.

    The payment method of an order names its gateway. Raises NothingToPay, TooLateToPay,
    payments.gateways.GatewayNotOffered.
    """
    gateway = gateways.get(order.payment_method)
    moment = at or clock.now()
    with transaction.atomic():
        payment = paying.lock(order_id=order.pk).payment
        if payment is None or payment.status != PaymentStatus.PENDING or not payment.missing:
            raise NothingToPay
        if moment + LEAST > payment.expires_at:
            raise TooLateToPay
        attempt = payments.attempt(
            payment=payment, gateway=gateway.name, expires_at=payment.expires_at, at=moment
        )
    return gateway.payment_url(
        Pay(
            txn_ref=attempt.txn_ref,
            amount=attempt.amount,
            description=f"Thanh toan don hang {order.code}",
            return_url=return_url,
            ip=ip,
            created_at=attempt.created_at,
            expires_at=attempt.expires_at,
            locale=language,
        )
    )
