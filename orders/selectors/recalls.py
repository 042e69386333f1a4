"""Recalls as buyers and desks see them: whom they reach, how far they are.

Each function makes a constant number of queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.models import StockItem
from core.models import AuditEntry, StatusChange
from orders.models import CaseLine, Order, OrderLine, PickupPoint, RecallNotice, RecallPart, SubOrder
from orders.states import CaseStatus, SubOrderStatus
from traceability.models import Lot, LotMovement, Recall, RecallLot
from traceability.states import RECALL, RecallStatus

SHIP, RETURN = LotMovement.Kind.SHIP, LotMovement.Kind.RETURN
# Sold, and still at the packing table.
UNSENT = (SubOrderStatus.PLACED, SubOrderStatus.CONFIRMED, SubOrderStatus.PREPARING)

Holding = tuple[SubOrder, int, int]  # parcel, lot id, units


def holders(lots: Iterable[Lot]) -> dict[str, list[Holding]]:
    """Contact → what of these lots that buyer has: parcel, lot id, units. Two queries."""
    moves = LotMovement.objects.filter(stock__lot__in=lots, kind__in=[SHIP, RETURN])
    units: dict[tuple[str, int], int] = defaultdict(int)
    for reference, lot, kind, total in moves.values_list("reference", "stock__lot", "kind").annotate(
        total=Sum("quantity")
    ):
        units[reference, lot] += total if kind == SHIP else -total
    parcels = SubOrder.objects.select_related("order").in_bulk(
        {ref for ref, _lot in units}, field_name="code"
    )
    found: dict[str, list[Holding]] = defaultdict(list)
    for (reference, lot), count in sorted(units.items()):
        if count > 0 and reference in parcels:
            found[contact_of(parcels[reference].order)].append((parcels[reference], lot, count))
    return found


def contact_of(order: Order) -> str:
    """Who is told once: the account, else the phone."""
    return f"user:{order.buyer_id}" if order.buyer_id else f"phone:{order.phone}"


@dataclass(frozen=True)
class Reach:
    """What a recall of lots would mean. Units are packs; lots carry ``received``, ``sent``, ``held``,
    ``gone``."""

    lots: list[Any]
    parcels: int
    buyers: int

    def _sum(self, name: str) -> int:
        return sum(getattr(lot, name) for lot in self.lots)

    @property
    def made(self) -> int:
        return self._sum("quantity")

    @property
    def here(self) -> int:
        """In stock and on sale, as far as it was not sold."""
        return self._sum("received") - self.sent - self.held - self._sum("gone")

    @property
    def sent(self) -> int:
        return self._sum("sent")

    @property
    def held(self) -> int:
        return self._sum("held")


def reach(lots: Iterable[Lot]) -> Reach:
    """Reads only."""
    found = with_units(Lot.objects.filter(pk__in=[lot.pk for lot in lots]))
    contacts = holders(found)
    parcels = {parcel.pk for parts in contacts.values() for parcel, _lot, _units in parts}
    return Reach(lots=found, parcels=len(parcels), buyers=len(contacts))


def with_units(lots: QuerySet[Lot]) -> list[Any]:
    """Lots with their stock summed over packs: received, sent, held, gone."""
    sums = {
        name: Coalesce(Sum(f"stock__{column}"), 0)
        for name, column in (
            ("received", "received"),
            ("sent", "shipped"),
            ("held", "quarantined"),
            ("gone", "gone"),
        )
    }
    rows = lots.select_related("product__producer", "code_row").annotate(**sums)
    return list(rows.order_by("product__name", "code"))


def with_counts(rows: QuerySet[Recall]) -> QuerySet[Any]:
    """Recalls with ``buyers`` and ``told``, for lists."""
    return rows.annotate(
        buyers=Count("notices", distinct=True),
        told=Count("notices", filter=Q(notices__told_at__isnull=False), distinct=True),
    )


@dataclass(frozen=True)
class Progress:
    """How far a recall is. Units are packs, ``refunded`` is in đồng."""

    recall: Recall
    reach: Reach
    buyers: int
    by_mail: int
    called: int
    returned: int
    refunded_units: int
    refunded: int
    destroyed: int
    outside: int
    last_told: dt.datetime | None

    @property
    def told(self) -> int:
        return self.by_mail + self.called

    @property
    def unreached(self) -> int:
        return self.buyers - self.told

    @property
    def sent(self) -> int:
        """Units that had left by the opening."""
        return self.outside + self.returned

    @property
    def found_after(self) -> dt.timedelta | None:
        """From the opening until every buyer was found."""
        return self.recall.found_at - self.recall.opened_at if self.recall.found_at else None

    @property
    def told_after(self) -> dt.timedelta | None:
        """From the opening until the last buyer was told; None while one is not."""
        is_done = self.recall.found_at is not None and not self.unreached and self.last_told is not None
        return self.last_told - self.recall.opened_at if is_done else None  # type: ignore[operator]


def progress(recall: Recall) -> Progress:
    lots = with_units(Lot.objects.filter(recalled_by__recall=recall))
    stages = recall.notices.aggregate(
        buyers=Count("pk"),
        by_mail=Count("pk", filter=Q(told_by="email")),
        called=Count("pk", filter=Q(told_by="call")),
        last_told=Max("told_at"),
    )
    moves = LotMovement.objects.filter(stock__lot__in=lots)
    back = _units(moves.filter(kind=RETURN, at__gte=recall.opened_at))
    destroyed = _units(moves.filter(kind=LotMovement.Kind.DESTROY, reference=recall.code))
    lines = _refunds(recall, lots)
    # Came home spoilt, and was thrown away without touching the stock.
    written_off = sum(line.quantity for line in lines if line.fate == CaseLine.Fate.WRITTEN_OFF)
    found = Reach(lots=lots, parcels=0, buyers=stages["buyers"])
    return Progress(
        recall=recall,
        reach=found,
        **stages,
        returned=back + written_off,
        refunded_units=sum(line.quantity for line in lines),
        refunded=sum(line.paid for line in lines),
        destroyed=destroyed + written_off,
        outside=max(found.sent - written_off, 0),
    )


def _units(moves: QuerySet[LotMovement]) -> int:
    return moves.aggregate(units=Sum("quantity"))["units"] or 0


def _refunds(recall: Recall, lots: Sequence[Lot]) -> list[CaseLine]:
    """What was given back, since the opening, for goods of these products in the parcels concerned."""
    parcels = RecallPart.objects.filter(notice__recall=recall).values("sub_order")
    return list(
        CaseLine.objects.filter(
            case__status=CaseStatus.CLOSED,
            case__closed_at__gte=recall.opened_at,
            case__sub_order__in=parcels,
            order_line__variant__product__in=[lot.product_id for lot in lots],
        )
    )


def calls(recall: Recall) -> QuerySet[RecallNotice]:
    """Whom to call, those not reached first, with what they bought."""
    parts = RecallPart.objects.select_related("sub_order", "lot__product").order_by("pk")
    rows = recall.notices.prefetch_related(Prefetch("parts", parts))
    return rows.order_by(F("told_at").asc(nulls_first=True), "pk")


def points_of_sale(recall: Recall) -> QuerySet[PickupPoint]:
    """Where the producer hands its goods out: told by the producer, since they have no mail of their own."""
    rows = PickupPoint.objects.filter(producer=recall.producer_id, is_active=True)
    return rows.select_related("commune", "province")


@dataclass(frozen=True)
class Recalled:
    """Units of one lot in a parcel, recalled."""

    sub_order_id: int
    variant_id: int
    units: int
    lot: Lot
    recall: Recall


def of_parcels(parcels: Collection[SubOrder]) -> list[Recalled]:
    """What in these parcels is under a real recall: a query where nothing is, else two."""
    by_code = {parcel.code: parcel.pk for parcel in parcels}
    moves = LotMovement.objects.filter(
        reference__in=by_code, kind__in=[SHIP, RETURN], stock__lot__recalled_by__is_live=True
    )
    units: dict[tuple[str, int, int], int] = defaultdict(int)
    for reference, lot, variant, kind, total in moves.values_list(
        "reference", "stock__lot", "stock__variant", "kind"
    ).annotate(total=Sum("quantity")):
        units[reference, lot, variant] += total if kind == SHIP else -total
    left = {key: count for key, count in sorted(units.items()) if count > 0}
    if not left:
        return []
    rows = RecallLot.objects.filter(lot__in={lot for _ref, lot, _variant in left}, is_live=True)
    live = {
        row.lot_id: row for row in rows.select_related("recall__producer", "lot__product", "lot__code_row")
    }
    return [
        Recalled(by_code[reference], variant, count, live[lot].lot, live[lot].recall)
        for (reference, lot, variant), count in left.items()
        if lot in live
    ]


def units_by_line(lines: Sequence[OrderLine], recalled: Iterable[Recalled]) -> dict[int, int]:
    """Order line id → recalled units of it, of one parcel."""
    units: dict[int, int] = defaultdict(int)
    for row in recalled:
        units[row.variant_id] += row.units
    return {line.pk: min(units[line.variant_id], line.quantity) for line in lines if units[line.variant_id]}


def short_lines(*, sub_order: SubOrder) -> list[OrderLine]:
    """Lines that cannot be filled: what may be sent of the goods in the house is less than they need.

    In the house: on hand, and what is sold and not yet sent. One query where nothing is quarantined.
    """
    lines = list(sub_order.lines.all())
    items = {
        item.variant_id: item
        for item in StockItem.objects.filter(
            variant_id__in=[line.variant_id for line in lines], quarantined__gt=F("on_hand")
        )
    }
    if not items:
        return []
    others = _unsent(items, besides=sub_order)
    return [
        line
        for line in lines
        if line.variant_id in items
        and items[line.variant_id].on_hand + others.get(line.variant_id, 0)
        < items[line.variant_id].quarantined
    ]


def _unsent(variants: Collection[int], *, besides: SubOrder) -> Mapping[int, int]:
    rows = OrderLine.objects.filter(variant_id__in=variants, sub_order__status__in=UNSENT)
    others = rows.exclude(sub_order=besides).order_by()
    return dict(others.values_list("variant_id").annotate(units=Sum("quantity")))


@dataclass(frozen=True)
class Told:
    """One thing that was done about a recall. ``who``: name in the trail, "" for the market itself."""

    at: dt.datetime
    label: Any
    who: str = ""
    why: str = ""


_DONE = {
    "traceability.recall.opened": _("Mở đợt thu hồi"),
    "traceability.recall.destroyed": _("Ghi tiêu hủy hàng đang giữ"),
    "orders.recall.buyers_seen": _("Mở danh sách người mua"),
}


def history(recall: Recall) -> list[Told]:
    """Oldest first: opening, what was done, how it ended."""
    entries = AuditEntry.objects.filter(
        object_type=recall._meta.label_lower, object_id=str(recall.pk), action__in=_DONE
    )
    found = [Told(row.at, _DONE[row.action], row.actor_label, row.reason) for row in entries]
    changes = StatusChange.objects.filter(machine=RECALL.name, object_id=recall.pk)
    found += [Told(row.at, RecallStatus(row.to_state).label, row.actor_label, row.reason) for row in changes]
    if recall.found_at:
        found.append(Told(recall.found_at, _("Tìm xong người mua")))
    return sorted(found, key=lambda told: told.at)
