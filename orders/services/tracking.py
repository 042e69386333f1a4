"""What carriers tell about parcels, and asking them.

No carrier signs its news: whoever knows one shared secret can say "delivered". So what moves money
(delivered, returning, returned) is believed only when the carrier itself says it again upon being
asked. A carrier that cannot be asked is believed by its secret.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from core import clock, outbox
from core.errors import MarketError
from orders import carriers
from orders.carriers.base import Booking, CarrierUnreachable, TrackingEvent, TrackingStatus
from orders.errors import AttemptsFull
from orders.models import ContactAttempt, Shipment, ShipmentEvent, SubOrder
from orders.services import contacts, fulfilment, paying, shipments
from orders.states import SubOrderStatus

logger = logging.getLogger(__name__)

S, T = SubOrderStatus, TrackingStatus
# What ends a parcel's way, or turns it round: money follows.
DECISIVE = (T.RETURNING, T.DELIVERED, T.RETURNED)
MOST_EVENTS = 300  # of one parcel; who knows the secret shall not fill the table
LONGEST_PAUSE = dt.timedelta(hours=12)
GIVE_UP = dt.timedelta(days=45)


def record_event(*, event: TrackingEvent, at: dt.datetime | None = None) -> bool:
    """A carrier tells something by itself. True when it was news about a parcel of ours.

    Unknown numbers are passed over in silence: a producer's account with a carrier also carries
    parcels that were not sold here, so they are ordinary, and a row for each would let anybody with the
    secret fill the trail.
    """
    moment = at or clock.now()
    shipment = _find(event, moment)
    if shipment is None:
        logger.info("%s tells of %s, which is none of ours", event.carrier, event.tracking_code)
        return False
    with transaction.atomic():
        sub_order = _lock(shipment)
        if not _keep(shipment, sub_order, [event], moment):
            return False
        if event.status in DECISIVE:
            if carriers.get(event.carrier).can_track:
                Shipment.objects.filter(pk=shipment.pk).update(track_at=moment)
                outbox.publish("orders.shipment_told", {"shipment": shipment.pk})
            else:
                told = shipment.events.filter(status__in=DECISIVE)
                _follow(sub_order, shipment, told, moment)
    return True


def record_answer(
    *, shipment: Shipment, events: Sequence[TrackingEvent], at: dt.datetime | None = None
) -> int:
    """What the carrier answered when asked, oldest first; returns how many were new."""
    moment = at or clock.now()
    with transaction.atomic():
        sub_order = _lock(shipment)
        mine = [event for event in events if _is_about(event, shipment)]
        new = _keep(shipment, sub_order, mine, moment)
        keys = [event.event_key for event in mine if event.status in DECISIVE]
        _follow(sub_order, shipment, shipment.events.filter(key__in=keys), moment)
        _plan(shipment, sub_order, moment)
    return new


def _find(event: TrackingEvent, at: dt.datetime) -> Shipment | None:
    """By the carrier's number; or by our code, where its answer to the booking never reached us."""
    known = (
        Shipment.objects.select_related("sub_order")
        .filter(carrier=event.carrier, tracking_code=event.tracking_code)
        .first()
    )
    if known is not None:
        return known if _is_about(event, known) else None
    code = "-".join(event.parcel_code.split("-")[:3])
    waiting = Shipment.objects.select_related("sub_order").filter(
        carrier=event.carrier, tracking_code="", sub_order__code=code
    )
    for shipment in waiting:
        if shipment.booking_code == event.parcel_code:
            booking = Booking(event.tracking_code)
            return shipments.keep(shipment=shipment, booking=booking, actor=None, at=at)
    return None


def _is_about(event: TrackingEvent, shipment: Shipment) -> bool:
    """The number, and our code where the carrier says it: a number given twice shall not deliver the
    wrong parcel."""
    return event.tracking_code == shipment.tracking_code and event.parcel_code in (
        "",
        shipment.booking_code,
    )


def _lock(shipment: Shipment) -> SubOrder:
    """Order, then sub-order: all that is told of one parcel is taken in turn, also beside people's steps."""
    order_id = SubOrder.objects.values_list("order_id", flat=True).get(pk=shipment.sub_order_id)
    order = paying.lock(order_id=order_id)
    rows = SubOrder.objects.select_for_update(of=("self",)).select_related("producer")
    sub_order = rows.get(pk=shipment.sub_order_id)
    sub_order.order = order
    return sub_order


def _keep(shipment: Shipment, sub_order: SubOrder, events: Sequence[TrackingEvent], at: dt.datetime) -> int:
    """Store what is new, and what each says beside the parcel's place; returns how many were new."""
    known = set(shipment.events.values_list("key", flat=True))
    fresh = {event.event_key: event for event in events if event.event_key not in known}
    fresh = dict(list(fresh.items())[: max(MOST_EVENTS - len(known), 0)])
    ShipmentEvent.objects.bulk_create(
        ShipmentEvent(
            shipment=shipment,
            key=key,
            status=event.status,
            carrier_status=event.carrier_status[:60],
            reason=(event.reason or event.carrier_words)[:200],
            occurred_at=event.occurred_at,
            received_at=at,
        )
        for key, event in fresh.items()
    )
    for event in fresh.values():
        _note_differences(shipment, event)
        if event.status == T.DELIVERY_FAILED:
            _note_attempt(shipment, sub_order, event, at)
    return len(fresh)


def _note_differences(shipment: Shipment, event: TrackingEvent) -> None:
    """What the carrier measured and means to collect, kept to be shown beside our own."""
    said = {"reported_weight": event.weight_g, "reported_cod": event.cod_amount}
    columns = {name: value for name, value in said.items() if value is not None}
    if columns:
        Shipment.objects.filter(pk=shipment.pk).update(**columns)


def _note_attempt(shipment: Shipment, sub_order: SubOrder, event: TrackingEvent, at: dt.datetime) -> None:
    try:
        contacts.record(
            sub_order=sub_order,
            kind=ContactAttempt.Kind.DELIVERY,
            outcome=ContactAttempt.Outcome.FAILED,
            note=event.reason or event.carrier_words,
            actor_label=shipment.carrier_name,
            at=_within(shipment, event.occurred_at, at),
        )
    except AttemptsFull:
        logger.info("%s: more tries at the door than are kept", sub_order.code)


def _follow(sub_order: SubOrder, shipment: Shipment, told: Iterable[ShipmentEvent], at: dt.datetime) -> None:
    """Move the parcel to where the latest decisive news puts it, never backwards.

    The latest by the carrier's clock: news come in any order, and a parcel on its way back may still
    be delivered.
    """
    events = sorted(told, key=lambda event: (event.occurred_at, DECISIVE.index(T(event.status))))
    if not events:
        return
    last = events[-1]
    step: dict[str, Any] = {
        "sub_order": sub_order,
        "actor": None,
        "at": _within(shipment, last.occurred_at, at),
        "reason": last.reason,
    }
    if last.status == T.DELIVERED:
        if sub_order.status == S.HANDED_OVER:
            fulfilment.deliver(**step)
        return
    if sub_order.status == S.HANDED_OVER:
        fulfilment.refuse(**step)
    if last.status == T.RETURNED and sub_order.status == S.REFUSED:
        fulfilment.take_back(**step)


def _within(shipment: Shipment, told: dt.datetime, at: dt.datetime) -> dt.datetime:
    """Carriers' clocks are theirs: nothing happens before the booking, nor after now."""
    return min(max(told, shipment.booked_at), at)


def _plan(shipment: Shipment, sub_order: SubOrder, at: dt.datetime) -> None:
    """When to ask again: the longer nothing was heard, the later; never once the way has ended."""
    is_under_way = sub_order.status in (S.PREPARING, S.HANDED_OVER, S.REFUSED, S.CANCELLED)
    track_at = None
    if is_under_way and at - shipment.booked_at < GIVE_UP:
        heard = shipment.events.order_by("-received_at").values_list("received_at", flat=True).first()
        quiet = at - (heard or shipment.booked_at)
        track_at = at + min(max(quiet / 2, shipments.FIRST_PAUSE), LONGEST_PAUSE)
    Shipment.objects.filter(pk=shipment.pk).update(track_at=track_at)


def look_after(*, shipment_id: int, at: dt.datetime | None = None) -> None:
    """Ask the carrier of one shipment; finish a booking whose answer is missing, or call off one that
    nobody wants any more. Raises CarrierUnreachable, after planning to ask again."""
    moment = at or clock.now()
    shipment = Shipment.objects.select_related("sub_order__order").get(pk=shipment_id)
    sub_order = shipment.sub_order
    try:
        if shipment.is_manual:
            return
        if sub_order.status == S.CANCELLED:
            shipments.cancel_booking(sub_order=sub_order, actor=None, at=moment)
        elif shipment.is_under_way:
            shipments.book(
                sub_order=sub_order,
                carrier=shipment.carrier,
                actor=None,
                weight_g=shipment.weight,
                at=moment,
            )
        else:
            events = carriers.get(shipment.carrier).track(shipment.tracking_code)
            record_answer(shipment=shipment, events=events, at=moment)
    except CarrierUnreachable:
        _plan(shipment, sub_order, moment)
        raise
    except MarketError as refusal:
        # A person at the desk meets the same refusal with its words; here the next turn is planned.
        logger.warning("%s at %s: %s", sub_order.code, shipment.carrier, refusal)
        _plan(shipment, sub_order, moment)


def ask_carriers(*, at: dt.datetime | None = None, most: int = 100) -> int:
    """Look after the shipments whose time has come, ``most`` at a time; returns how many.

    Each is claimed first, so that two workers never ask for the same one. A carrier that does not
    answer is left alone until the next turn.
    """
    moment = at or clock.now()
    silent: set[str] = set()
    asked = 0
    for shipment_id, carrier in _claim(moment, most):
        if carrier in silent:
            continue
        try:
            look_after(shipment_id=shipment_id, at=moment)
            asked += 1
        except CarrierUnreachable:
            silent.add(carrier)
    return asked


def _claim(at: dt.datetime, most: int) -> list[tuple[int, str]]:
    with transaction.atomic():
        rows = list(
            Shipment.objects.select_for_update(skip_locked=True)
            .filter(track_at__lte=at)
            .order_by("track_at", "pk")
            .values_list("pk", "carrier")[:most]
        )
        Shipment.objects.filter(pk__in=[pk for pk, _carrier in rows]).update(
            track_at=at + shipments.FIRST_PAUSE
        )
    return rows
