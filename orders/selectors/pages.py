"""Placed orders as buyers see them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from core.models import StatusChange
from orders.models import Order, OrderLine, SubOrder
from orders.selectors import recalls
from orders.selectors.cases import ParcelCases, of_parcel
from orders.selectors.recalls import Recalled
from orders.states import BUYER_MAY_CANCEL, SUB_ORDER, SubOrderStatus
from traceability.models import Recall

# The way of a parcel that meets no trouble, drawn as a thread.
_ROAD = (
    SubOrderStatus.PLACED,
    SubOrderStatus.CONFIRMED,
    SubOrderStatus.PREPARING,
    SubOrderStatus.HANDED_OVER,
    SubOrderStatus.DELIVERED,
)


_TROUBLE = frozenset(
    {SubOrderStatus.LAPSED, SubOrderStatus.CANCELLED, SubOrderStatus.REFUSED, SubOrderStatus.RETURNED}
)
# Parcels that the buyer does not pay for.
_UNPAID = frozenset({SubOrderStatus.LAPSED, SubOrderStatus.CANCELLED, SubOrderStatus.RETURNED})


@dataclass(frozen=True)
class Knot:
    """One state on the thread. ``at`` is None for what is still to come."""

    status: SubOrderStatus
    label: Any
    at: dt.datetime | None = None
    who: str = ""
    reason: str = ""
    is_now: bool = False

    @property
    def look(self) -> str:
        """Class of the thread's component: done, now, bad, ahead."""
        if self.at is None:
            return "ahead"
        if self.status in _TROUBLE:
            return "bad"
        return "now" if self.is_now and self.status != SubOrderStatus.DELIVERED else "done"


@dataclass(frozen=True)
class ParcelView:
    """A sub-order with its lines and thread."""

    sub_order: SubOrder
    lines: list[OrderLine]
    thread: list[Knot]
    returns: ParcelCases

    @property
    def may_cancel(self) -> bool:
        """By the buyer alone."""
        return self.sub_order.status in BUYER_MAY_CANCEL

    @property
    def is_unpaid(self) -> bool:
        """Cancelled or sent back: nobody pays for it."""
        return self.sub_order.status in _UNPAID

    @property
    def is_open(self) -> bool:
        """Still under way."""
        return bool(SUB_ORDER.allowed(self.sub_order.status))


@dataclass(frozen=True)
class OrderPage:
    order: Order
    parcels: list[ParcelView]
    recalled: list[Recalled]

    @property
    def recalls(self) -> dict[Recall, list[Recalled]]:
        """Each recall that concerns this order, with the units that its buyer has."""
        found: dict[Recall, list[Recalled]] = defaultdict(list)
        for row in self.recalled:
            found[row.recall].append(row)
        return dict(found)

    @property
    def is_untouched(self) -> bool:
        """Just placed: no producer has answered yet."""
        return all(parcel.sub_order.status == SubOrderStatus.PLACED for parcel in self.parcels)

    @property
    def unpaid_total(self) -> int:
        """Đồng of cancelled and returned parcels, which nobody has to pay."""
        return sum(parcel.sub_order.total for parcel in self.parcels if parcel.is_unpaid)


def order_page(code: str) -> OrderPage | None:
    """The order with this code, its parcels, lines, returns, recalls and threads of events: seven
    queries, one for what carriers told and one for the recalls there are."""
    order = Order.objects.select_related("province", "commune", "payment").filter(code=code).first()
    if order is None:
        return None
    subs = list(
        SubOrder.objects.filter(order=order)
        .select_related(
            "producer__province",
            "producer__commune",
            "shipment",
            "pickup_point__commune",
            "pickup_point__province",
        )
        .prefetch_related(
            Prefetch("lines", OrderLine.objects.select_related("variant__product")),
            "cases__lines",
            "shipment__events",
        )
        .order_by("id")
    )
    events = defaultdict(list)
    for event in StatusChange.objects.filter(machine=SUB_ORDER.name, object_id__in=[s.pk for s in subs]):
        events[event.object_id].append(event)
    recalled = recalls.of_parcels(subs)
    return OrderPage(
        order=order,
        recalled=recalled,
        parcels=[
            ParcelView(
                sub_order=sub,
                lines=list(sub.lines.all()),
                thread=_thread(order, sub, events[sub.pk]),
                returns=of_parcel(
                    sub,
                    list(sub.lines.all()),
                    recalled=[row for row in recalled if row.sub_order_id == sub.pk],
                ),
            )
            for sub in subs
        ],
    )


def _thread(order: Order, sub: SubOrder, events: list[StatusChange]) -> list[Knot]:
    first = SubOrderStatus.AWAITING if order.payment_id else SubOrderStatus.PLACED
    knots = [Knot(first, first.label, at=order.placed_at, who=order.recipient, is_now=not events)]
    for event in events:
        status = SubOrderStatus(event.to_state)
        knots.append(
            Knot(
                status,
                sub.words_for(status),
                at=event.at,
                who=event.actor_label,
                reason=event.reason,
                is_now=event is events[-1],
            )
        )
    ahead: tuple[SubOrderStatus, ...] = ()
    if sub.status == SubOrderStatus.AWAITING:
        ahead = _ROAD
    elif sub.status in _ROAD:
        ahead = _ROAD[_ROAD.index(SubOrderStatus(sub.status)) + 1 :]
    return knots + [Knot(status, sub.words_for(status)) for status in ahead]


def orders_of(user: Any) -> QuerySet[Order]:
    """A buyer's orders, newest first, with parcels and lines prefetched."""
    lines = Prefetch("lines", OrderLine.objects.order_by("id"))
    parcels = SubOrder.objects.select_related("producer").prefetch_related(lines).order_by("id")
    return Order.objects.of_buyer(user).prefetch_related(Prefetch("sub_orders", parcels))
