"""Placed orders as buyers see them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from core.models import StatusChange
from orders.models import Order, OrderLine, SubOrder
from orders.states import BUYER_MAY_CANCEL, SUB_ORDER, SubOrderStatus

# The way of a parcel that meets no trouble, drawn as a thread.
_ROAD = (
    SubOrderStatus.PLACED,
    SubOrderStatus.CONFIRMED,
    SubOrderStatus.PREPARING,
    SubOrderStatus.HANDED_OVER,
    SubOrderStatus.DELIVERED,
)


@dataclass(frozen=True)
class Knot:
    """One state on the thread: passed (with time and who), present, or still to come."""

    status: SubOrderStatus
    event: StatusChange | None
    at: Any
    who: str
    is_now: bool

    @property
    def label(self) -> Any:
        return self.status.label

    @property
    def is_passed(self) -> bool:
        return self.at is not None


@dataclass(frozen=True)
class ParcelView:
    """A sub-order with its lines and thread."""

    sub_order: SubOrder
    lines: list[OrderLine]
    thread: list[Knot]

    @property
    def may_cancel(self) -> bool:
        return self.sub_order.status in BUYER_MAY_CANCEL


@dataclass(frozen=True)
class OrderPage:
    order: Order
    parcels: list[ParcelView]

    @property
    def is_open(self) -> bool:
        """Something is still under way."""
        return any(SUB_ORDER.allowed(parcel.sub_order.status) for parcel in self.parcels)


def order_page(code: str) -> OrderPage | None:
    """The order with this code, its parcels, lines and threads of events: four queries."""
    order = Order.objects.select_related("province", "commune").filter(code=code).first()
    if order is None:
        return None
    subs = list(
        SubOrder.objects.filter(order=order)
        .select_related("producer__province", "producer__commune")
        .prefetch_related(Prefetch("lines", OrderLine.objects.select_related("variant__product")))
        .order_by("id")
    )
    events = defaultdict(list)
    for event in StatusChange.objects.filter(machine=SUB_ORDER.name, object_id__in=[s.pk for s in subs]):
        events[event.object_id].append(event)
    return OrderPage(
        order=order,
        parcels=[
            ParcelView(sub_order=sub, lines=list(sub.lines.all()), thread=_thread(order, sub, events[sub.pk]))
            for sub in subs
        ],
    )


def _thread(order: Order, sub: SubOrder, events: list[StatusChange]) -> list[Knot]:
    knots = [
        Knot(
            status=SubOrderStatus.PLACED,
            event=None,
            at=order.placed_at,
            who=order.recipient,
            is_now=sub.status == SubOrderStatus.PLACED,
        )
    ]
    for event in events:
        knots.append(
            Knot(
                status=SubOrderStatus(event.to_state),
                event=event,
                at=event.at,
                who=event.actor_label,
                is_now=event.to_state == sub.status,
            )
        )
    if sub.status in _ROAD:
        for status in _ROAD[_ROAD.index(SubOrderStatus(sub.status)) + 1 :]:
            knots.append(Knot(status=status, event=None, at=None, who="", is_now=False))
    return knots


def orders_of(user: Any) -> QuerySet[Order]:
    """A buyer's orders, newest first, with parcels and lines prefetched."""
    lines = Prefetch("lines", OrderLine.objects.order_by("id"))
    parcels = SubOrder.objects.select_related("producer").prefetch_related(lines).order_by("id")
    return Order.objects.of_buyer(user).prefetch_related(Prefetch("sub_orders", parcels))
