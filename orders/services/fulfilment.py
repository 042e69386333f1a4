"""The way of a parcel: producers' steps, and stepping back.

Each function is one step of ``orders.states.SUB_ORDER``; asking again for the present state does
nothing. Steps are the producer's members' own; ``actor`` None is the market itself. All raise
NotAllowed and core.errors.ForbiddenTransition.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalog.services import stock
from core import clock
from core.errors import NotAllowed
from core.services.transitions import transition
from core.text import clean
from orders import policies
from orders.errors import BookingUnderWay, GoodsRecalled, ReasonNeeded, StillBooked, TooLateToCancel
from orders.models import Shipment, SubOrder
from orders.selectors import recalls
from orders.services import contacts, paying, settlement, vouchers
from orders.states import BUYER_MAY_CANCEL, SUB_ORDER, SubOrderStatus
from payments.services import cod, receipts
from payments.states import Method
from traceability.services import lot_stock

MANUAL = "manual"  # a carrier that the producer found itself
NOT_CONFIRMED = "Người bán không xác nhận trong thời hạn"


def confirm(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Xác nhận: the producer will send it. True when the parcel moved. Raises CallFirst."""
    if actor is not None:
        contacts.require_call(sub_order=sub_order)
    return _step(sub_order, SubOrderStatus.CONFIRMED, actor, reason, at)


def prepare(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Chuẩn bị: goods are being packed; from here the buyer cannot cancel alone.

    Also the way back from HANDED_OVER, unless a carrier still has the parcel: StillBooked.
    """
    with transaction.atomic():
        moved = _step(sub_order, SubOrderStatus.PREPARING, actor, reason, at)
        if moved and lot_stock.shipped(reference=sub_order.code):  # home again: a lot may be barred by now
            lot_stock.give_back(quantities=_units(sub_order), reference=sub_order.code, actor=None, at=at)
        if moved and any(row.is_booked for row in Shipment.objects.filter(sub_order=sub_order)):
            raise StillBooked
    return moved


def hand_over(
    *,
    sub_order: SubOrder,
    actor: Any,
    carrier: str = MANUAL,
    carrier_name: str = "",
    tracking_code: str = "",
    reason: str = "",
    at: dt.datetime | None = None,
) -> bool:
    """Giao cho đơn vị vận chuyển, or ready at the pick-up point.

    ``carrier`` is a code of orders.carriers. One that the market has a contract with brings the
    cash to the market; with any other, and at a pick-up point, the producer takes it itself.
    Raises BookingUnderWay while another carrier may have booked it (orders.services.shipments),
    GoodsRecalled where what is left to send is not enough.
    """
    with transaction.atomic():
        moved = _step(sub_order, SubOrderStatus.HANDED_OVER, actor, reason, at)
        if moved:
            require_goods(sub_order=sub_order)
            known = Shipment.objects.filter(sub_order=sub_order).first()
            if known is not None and known.is_under_way and known.carrier != carrier:
                raise BookingUnderWay
            is_cod = sub_order.order.payment_method == Method.COD
            Shipment.objects.update_or_create(
                sub_order=sub_order,
                defaults={
                    "carrier": carrier,
                    "carrier_name": clean(carrier_name)[:60],
                    "tracking_code": clean(tracking_code)[:60],
                    "cod_amount": sub_order.total if is_cod else 0,
                    "weight": sub_order.weight,
                    "booked_at": at or clock.now(),
                },
            )
            lot_stock.ship(quantities=_units(sub_order), reference=sub_order.code, actor=None, at=at)
            if is_cod:
                cod.expect(
                    reference=sub_order.code,
                    producer=sub_order.producer,
                    amount=sub_order.total,
                    carrier="" if carrier == MANUAL else carrier,
                    tracking_code=clean(tracking_code)[:60],
                )
    return moved


def require_goods(*, sub_order: SubOrder) -> None:
    """Enough units that may be sent lie in the house; under their lock, until the transaction ends.

    Raises GoodsRecalled.
    """
    stock.lock(_units(sub_order))
    short = recalls.short_lines(sub_order=sub_order)
    if short:
        names = ", ".join(sorted({line.product_name for line in short}))
        raise GoodsRecalled(GoodsRecalled.message % {"names": names}, data={"lines": [x.pk for x in short]})


def deliver(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Đã giao: the buyer has the goods and has paid; the producer has earned them."""
    moment = at or clock.now()
    with transaction.atomic():
        moved = _step(
            sub_order, SubOrderStatus.DELIVERED, actor, reason, moment, values={"delivered_at": moment}
        )
        if moved:
            order = sub_order.order
            if order.payment_method == Method.COD:
                cod.collect(reference=sub_order.code, order_code=order.code, actor=actor, at=moment)
            settlement.settle(sub_order=sub_order, actor=actor, at=moment)
            lot_stock.delivered(reference=sub_order.code, actor=None, at=moment)
    return moved


def refuse(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Không nhận hàng: refused at the door; the parcel is on its way back."""
    with transaction.atomic():
        moved = _step(sub_order, SubOrderStatus.REFUSED, actor, reason, at)
        if moved:
            cod.void(reference=sub_order.code, actor=actor, at=at)
    return moved


def take_back(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Hoàn hàng: a refused parcel is home again, unopened: its goods are on sale again, and whoever
    paid in advance is owed the money."""
    with transaction.atomic():
        paying.lock(order_id=sub_order.order_id)
        moved = _step(sub_order, SubOrderStatus.RETURNED, actor, reason, at)
        if moved:
            _undo(sub_order, actor, reason, at)
    return moved


def cancel(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Hủy: the goods are on sale again in the same transaction, once.

    The buyer (account, or policies.Holder for a guest) may until the parcel is being prepared; the
    producer's members until it is handed over, with a reason. True when it moved.
    Raises NotAllowed, TooLateToCancel, ReasonNeeded, ForbiddenTransition.
    """
    reason = clean(reason)[:300]
    with transaction.atomic():
        order = paying.lock(order_id=sub_order.order_id)
        stored = SubOrder.objects.select_for_update(of=("self",)).select_related("order").get(pk=sub_order.pk)
        _require_cancel(stored, actor, reason)
        if stored.status == SubOrderStatus.AWAITING:
            return paying.cancel_unpaid(order=order, actor=actor, reason=reason, at=at)
        moved = transition(
            sub_order, machine=SUB_ORDER, to=SubOrderStatus.CANCELLED, actor=actor, at=at, reason=reason
        )
        if moved:
            if not order.sub_orders.exclude(status=SubOrderStatus.CANCELLED).exists():
                vouchers.give_back(order=order)
            _undo(sub_order, actor, reason, at)
            cod.void(reference=sub_order.code, actor=actor, at=at)  # handed over once, and taken back
    return moved


def cancel_unconfirmed(*, at: dt.datetime | None = None) -> int:
    """Cancel parcels that nobody confirmed in time; returns how many."""
    moment = at or clock.now()
    late = SubOrder.objects.filter(status=SubOrderStatus.PLACED, confirm_by__lte=moment)
    cancelled = 0
    for sub_order in late.order_by("order_id", "pk"):
        with transaction.atomic():
            paying.lock(order_id=sub_order.order_id)
            # Asked again under its lock: it may have been confirmed at this very moment.
            if late.select_for_update(of=("self",)).filter(pk=sub_order.pk).exists():
                cancelled += cancel(sub_order=sub_order, actor=None, reason=NOT_CONFIRMED, at=moment)
    return cancelled


def _require_cancel(stored: SubOrder, actor: Any, reason: str) -> None:
    as_member = actor is None or policies.is_member(actor, stored)
    is_others_too = stored.status == SubOrderStatus.AWAITING and actor is not None
    if is_others_too and not policies.is_buyer(actor, stored.order):
        raise NotAllowed  # unpaid, an order has one sum and goes as a whole
    if as_member:
        if not reason and actor is not None:
            raise ReasonNeeded
    elif not policies.is_buyer(actor, stored.order):
        raise NotAllowed
    elif stored.status not in BUYER_MAY_CANCEL | {SubOrderStatus.CANCELLED}:
        raise TooLateToCancel(data={"status": stored.status})


def _step(
    sub_order: SubOrder,
    to: SubOrderStatus,
    actor: Any,
    reason: str,
    at: dt.datetime | None,
    values: Mapping[str, Any] | None = None,
) -> bool:
    policies.require_member(actor, sub_order)
    return transition(
        sub_order,
        machine=SUB_ORDER,
        to=to,
        actor=actor,
        at=at,
        reason=clean(reason)[:300],
        values=values,
    )


def _units(sub_order: SubOrder) -> dict[int, int]:
    """Variant id → units of the parcel."""
    return dict(sub_order.lines.values_list("variant_id", "quantity"))


def _undo(sub_order: SubOrder, actor: Any, reason: str, at: dt.datetime | None) -> None:
    """Goods back on sale; what was paid for the parcel in advance is owed back."""
    quantities = _units(sub_order)
    stock.give_back(quantities=quantities, reference=sub_order.code, actor=actor, at=at)
    lot_stock.give_back(quantities=quantities, reference=sub_order.code, actor=None, at=at)
    payment = sub_order.order.payment
    if payment is not None:
        receipts.release(
            payment=payment,
            amount=sub_order.total,
            key=sub_order.code,
            reason=reason,
            actor=actor,
            at=at or clock.now(),
        )
