"""Orders paid in advance: money arrives, does not arrive, arrives too late.

Every function takes the order's lock first, so that statements, timers and cancellations of one
order come one after the other; then sub-orders, stock, payment, ledger.
"""

import datetime as dt
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from catalog.errors import OutOfStock
from catalog.services import stock
from core import clock, outbox
from core.services.transitions import transition
from orders.models import Order, OrderLine, SubOrder
from orders.services import vouchers
from orders.services.deadlines import confirm_by
from orders.states import NOT_YET_ORDERED, SUB_ORDER, SubOrderStatus
from payments.models import Attempt, MoneyFile, Payment
from payments.selectors.balances import missing_for
from payments.services import payments, receipts
from payments.services.receipts import Received, Statement
from payments.states import PaymentStatus


def lock(*, order_id: int) -> Order:
    """The order under its lock, its payment read after it."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    if order.payment_id:
        order.payment = Payment.objects.get(pk=order.payment_id)
    return order


def receive(
    *,
    statement: Statement,
    order: Order | None,
    attempt: Attempt | None = None,
    file: MoneyFile | None = None,
    at: dt.datetime | None = None,
) -> Received:
    """A gateway or a bank says something about an order, or about none that we know.

    Kept, booked, and where the order is now paid in full, carried on: one transaction. Saying it
    again changes nothing.
    """
    moment = at or clock.now()
    with transaction.atomic():
        locked = lock(order_id=order.pk) if order is not None else None
        payment = locked.payment if locked is not None else None
        received = receipts.receive(
            statement=statement, payment=payment, attempt=attempt, file=file, at=moment
        )
        if locked is not None and payment is not None and received.is_new:
            carry_on(order=locked, at=moment)
    return received


def carry_on(*, order: Order, at: dt.datetime) -> None:
    """Turn a payment that is complete now into an order, if the goods can be had; the order is locked."""
    payment = Payment.objects.get(order=order)
    is_open = payment.status in (PaymentStatus.PENDING, PaymentStatus.LAPSED)
    if not is_open or missing_for(payment):
        return
    is_late = payment.status == PaymentStatus.LAPSED
    subs = list(_unpaid(order))
    try:
        if is_late and settings.LATE_PAYMENT == "refund":
            raise OutOfStock
        with transaction.atomic():
            stock.sell(quantities=_quantities(subs), reference=order.code, actor=None, at=at)
    except OutOfStock:
        _give_up(order, payment, subs, at)
        return
    for sub in subs:
        values = {"confirm_by": confirm_by(at)}
        transition(sub, machine=SUB_ORDER, to=SubOrderStatus.PLACED, actor=None, at=at, values=values)
    payments.complete(payment=payment, at=at)
    outbox.publish("orders.placed", {"order": order.pk})


def _give_up(order: Order, payment: Payment, subs: list[SubOrder], at: dt.datetime) -> None:
    """The money is here, the goods are not: all of it goes back."""
    if payment.status == PaymentStatus.PENDING:
        _lapse(order, payment, subs, at)
    receipts.give_up(payment=payment, reason="Hết hàng khi tiền đến", actor=None, at=at)
    outbox.publish("orders.paid_too_late", {"order": order.pk})


def lapse_unpaid(*, at: dt.datetime | None = None) -> int:
    """Let go of orders whose time to pay is over, each in a transaction of its own; returns how many.

    Where the buyer is still at a gateway, or may be, its answer gets a grace to arrive. The goods
    get none: their reservation is over, and money that comes now buys what is left.
    """
    moment = at or clock.now()
    grace = dt.timedelta(minutes=settings.GATEWAY_GRACE_MINUTES)
    visits = Attempt.objects.filter(payment=OuterRef("payment"), outcome="open")
    due = Order.objects.filter(
        ~Exists(visits) | Q(payment__expires_at__lte=moment - grace),
        payment__status=PaymentStatus.PENDING,
        payment__expires_at__lte=moment,
    )
    lapsed = 0
    for order_id in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            order = lock(order_id=order_id)
            payment = order.payment
            if payment is not None and payment.status == PaymentStatus.PENDING:
                _lapse(order, payment, list(_unpaid(order)), moment)
                lapsed += 1
    return lapsed


def _lapse(order: Order, payment: Payment, subs: list[SubOrder], at: dt.datetime) -> None:
    for sub in subs:
        transition(sub, machine=SUB_ORDER, to=SubOrderStatus.LAPSED, actor=None, at=at)
    vouchers.give_back(order=order)
    stock.release(reference=order.code)
    payments.lapse(payment=payment, at=at)


def cancel_unpaid(*, order: Order, actor: Any, reason: str, at: dt.datetime | None = None) -> bool:
    """The buyer steps back before paying: all parcels at once, since one sum was asked for.

    Who may is the caller's question. False when the order is no longer waiting for money.
    """
    moment = at or clock.now()
    with transaction.atomic():
        locked = lock(order_id=order.pk)
        payment = locked.payment
        if payment is None or payment.status != PaymentStatus.PENDING:
            return False
        for sub in _unpaid(locked):
            transition(
                sub,
                machine=SUB_ORDER,
                to=SubOrderStatus.CANCELLED,
                actor=actor,
                at=moment,
                reason=reason,
            )
        vouchers.give_back(order=locked)
        stock.release(reference=locked.code)
        payments.cancel(payment=payment, reason=reason, actor=actor, at=moment)
    return True


def _unpaid(order: Order) -> Any:
    return SubOrder.objects.filter(order=order, status__in=NOT_YET_ORDERED).order_by("pk")


def _quantities(subs: list[SubOrder]) -> dict[int, int]:
    units: Counter[int] = Counter()
    rows = OrderLine.objects.filter(sub_order__in=subs).values_list("variant_id", "quantity")
    for variant_id, quantity in rows:
        units[variant_id] += quantity
    return dict(units)
