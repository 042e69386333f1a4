"""Parcels at carriers: booking, calling off.

A carrier is called outside every transaction, between two short ones: the first writes down what is
wanted (a shipment without a number), the second keeps the answer. Whatever dies in between leaves that
row, and ``orders.services.tracking.look_after`` asks again: booking is idempotent by ``booking_code``.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from core import clock
from core.errors import ForbiddenTransition
from core.services import audit
from orders import carriers, policies
from orders.carriers.base import Booking, Carrier, CarrierRefused, TrackingStatus
from orders.carriers.manual import Manual
from orders.errors import BookingUnderWay, NoBooking, NothingToSend, NumberTaken
from orders.models import Shipment, SubOrder
from orders.selectors import parcels
from orders.services import fulfilment, paying
from orders.states import DeliveryMethod, SubOrderStatus

S = SubOrderStatus
ANSWER_WITHIN = dt.timedelta(minutes=5)  # after that a booking without an answer is asked for again
FIRST_PAUSE = dt.timedelta(minutes=30)
_MAY_CALL_OFF = frozenset({S.PREPARING, S.HANDED_OVER, S.CANCELLED})


def book(
    *,
    sub_order: SubOrder,
    carrier: str,
    actor: Any,
    weight_g: int | None = None,
    at: dt.datetime | None = None,
) -> Shipment:
    """Order the transport and hand the parcel over; asking again gives the same shipment.

    ``weight_g`` as measured; without it what was reckoned when ordered. Raises NotAllowed,
    ForbiddenTransition (only what is being prepared can be sent), NothingToSend, SenderIncomplete,
    GoodsRecalled, BookingUnderWay, UnknownCarrier, CarrierRefused (nothing was booked),
    CarrierUnreachable (it may have been: ask again), NumberTaken.
    """
    line, moment = carriers.get(carrier), at or clock.now()
    shipment = _intend(sub_order, line, actor, weight_g, moment)
    if shipment.tracking_code:
        return shipment
    request = parcels.request(sub_order=shipment.sub_order, shipment=shipment)
    try:
        booking = line.book(request)
        return keep(shipment=shipment, booking=booking, actor=actor, at=moment)
    except (CarrierRefused, NumberTaken):
        _forget(shipment)
        raise


def _intend(
    sub_order: SubOrder, line: Carrier, actor: Any, weight_g: int | None, at: dt.datetime
) -> Shipment:
    """The shipment of this parcel at this carrier: booked already, or from now on to be booked."""
    with transaction.atomic():
        stored = _locked(sub_order.pk)
        policies.require_member(actor, stored)
        if stored.delivery_method == DeliveryMethod.PICKUP:
            raise NothingToSend
        shipment = Shipment.objects.filter(sub_order=stored).first() or Shipment(sub_order=stored)
        shipment.sub_order = stored
        if shipment.carrier == line.code and shipment.tracking_code and stored.status != S.PREPARING:
            return shipment
        if stored.status != S.PREPARING:
            raise ForbiddenTransition(
                data={"from": stored.status, "to": S.HANDED_OVER, "allowed": [S.PREPARING]}
            )
        if shipment.is_under_way and shipment.carrier != line.code:
            raise BookingUnderWay
        parcels.sender(producer=stored.producer)  # complete, or nothing begins
        fulfilment.require_goods(sub_order=stored)
        shipment.carrier, shipment.carrier_name, shipment.tracking_code = line.code, line.name, ""
        shipment.weight = parcels.weight_of(sub_order=stored, measured=weight_g)
        shipment.cod_amount, shipment.booked_at = stored.to_collect, at
        shipment.track_at = None if shipment.is_manual else at + ANSWER_WITHIN
        shipment.save()
    return shipment


def keep(*, shipment: Shipment, booking: Booking, actor: Any, at: dt.datetime) -> Shipment:
    """The carrier's answer: the parcel is handed over under its number. Raises NumberTaken.

    A parcel that was cancelled in the meantime keeps the number, so that it can be called off there.
    """
    line = carriers.get(shipment.carrier)
    with transaction.atomic():
        stored = _locked(shipment.sub_order_id)
        if _is_anothers(shipment, booking.tracking_code):
            raise NumberTaken(data={"carrier": line.code})
        columns = {
            "fee": booking.fee,
            "label_url": booking.label_url,
            "weight": shipment.weight,
            "track_at": at + FIRST_PAUSE if line.can_track else None,
        }
        if stored.status == S.CANCELLED:
            columns |= {"tracking_code": booking.tracking_code, "track_at": at}
        else:
            fulfilment.hand_over(
                sub_order=stored,
                actor=actor,
                carrier=line.code,
                carrier_name=line.name,
                tracking_code=booking.tracking_code,
                at=at,
            )
        Shipment.objects.filter(sub_order=stored).update(**columns)
    return Shipment.objects.get(sub_order=stored)


def _is_anothers(shipment: Shipment, number: str) -> bool:
    """Does another parcel travel under this number already?"""
    rows = Shipment.objects.filter(carrier=shipment.carrier, tracking_code=number)
    return not shipment.is_manual and rows.exclude(pk=shipment.pk).exists()


def _forget(shipment: Shipment) -> None:
    """The carrier said no, or nonsense: there is nothing there, and another way is free."""
    under_way = Shipment.objects.filter(pk=shipment.pk, carrier=shipment.carrier, tracking_code="")
    under_way.update(carrier=Manual.code, carrier_name="", track_at=None)


def cancel_booking(
    *, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None
) -> None:
    """Call the transport off before pick-up; the parcel is back at the packing table.

    Raises NotAllowed, NoBooking, ForbiddenTransition, CarrierRefused (it has been picked up),
    CarrierUnreachable (nothing changed).
    """
    policies.require_member(actor, sub_order)
    shipment = Shipment.objects.select_related("sub_order__order").filter(sub_order=sub_order).first()
    if shipment is None or shipment.is_manual:
        raise NoBooking
    if shipment.sub_order.status not in _MAY_CALL_OFF:
        raise ForbiddenTransition(
            data={
                "from": shipment.sub_order.status,
                "to": S.PREPARING,
                "allowed": sorted(_MAY_CALL_OFF),
            }
        )
    number = _call_off(shipment)
    with transaction.atomic():
        paying.lock(order_id=shipment.sub_order.order_id)
        stored = _locked(shipment.sub_order_id)
        freed = Shipment.objects.filter(
            pk=shipment.pk, carrier=shipment.carrier, tracking_code=shipment.tracking_code
        ).update(
            carrier=Manual.code,
            carrier_name="",
            tracking_code="",
            label_url="",
            fee=None,
            reported_weight=None,
            reported_cod=None,
            track_at=None,
            attempt=shipment.attempt + 1,
        )
        if not freed:
            raise NoBooking  # somebody else was faster
        shipment.events.all().delete()  # of a number that means nothing any more; the trail has it
        if stored.status == S.HANDED_OVER:
            fulfilment.prepare(sub_order=stored, actor=actor, reason=reason, at=at)
        audit.record(
            action="orders.shipment.cancelled",
            obj=stored,
            actor=actor,
            at=at,
            reason=reason,
            changes={"carrier": [shipment.carrier, Manual.code], "tracking_code": [number, ""]},
        )


def _call_off(shipment: Shipment) -> str:
    """Tell the carrier; its number, "" when it never took the parcel."""
    line = carriers.get(shipment.carrier)
    number = shipment.tracking_code
    if not number:
        # Nobody knows whether it was booked. Booking again tells the number of what is there.
        try:
            request = parcels.request(sub_order=shipment.sub_order, shipment=shipment)
            number = line.book(request).tracking_code
        except CarrierRefused:
            return ""
        if _is_anothers(shipment, number):
            return ""  # never call off somebody else's parcel
    if not shipment.events.filter(status=TrackingStatus.CANCELLED).exists():
        line.cancel(number)
    return number


def _locked(sub_order_id: int) -> SubOrder:
    rows = SubOrder.objects.select_for_update(of=("self",))
    return rows.select_related(
        "order__commune",
        "order__province",
        "order__payment",
        "producer__commune",
        "producer__province",
        "pickup_point",
    ).get(pk=sub_order_id)
