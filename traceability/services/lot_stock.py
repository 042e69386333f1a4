"""Which lot the units on hand come from: received by lot, sent first expired first out (FEFO).

Units that no lot was noted for are sold as well, after those of lots. Locks: stock items first (by
variant), then the lots' stock by pk, then the lots whose events are written.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from catalog.errors import InvalidQuantity
from catalog.models import Variant
from catalog.services import stock
from core import clock
from traceability import policies
from traceability.errors import InvalidLot
from traceability.models import Lot, LotMovement, LotStock
from traceability.services import events
from traceability.steps import STEPS

K = LotMovement.Kind


@dataclass(frozen=True)
class Allocation:
    """So many units of a pack came from this lot."""

    lot: Lot
    variant_id: int
    units: int


def receive(
    *, lot: Lot, variant: Variant, quantity: int, actor: Any, at: dt.datetime | None = None
) -> LotStock:
    """Packs of a lot come into stock and can be bought.

    Raises NotAllowed, InvalidQuantity, InvalidLot (a pack of another product, more than the lot has,
    a lot past its date or recalled).
    """
    policies.require_member(actor, lot)
    moment = at or clock.now()
    if variant.product_id != lot.product_id:
        raise InvalidLot(_("Quy cách này không thuộc sản phẩm của lô."), data={"field": "variant"})
    if not isinstance(quantity, int) or quantity < 1:
        raise InvalidQuantity
    with transaction.atomic():
        stock.lock([variant.pk])
        lot = Lot.objects.select_for_update(of=("self",)).select_related("product", "code_row").get(pk=lot.pk)
        if not lot.may_be_sold(on=clock.day_of(moment)):
            raise InvalidLot(_("Lô này không bán được: quá hạn hoặc đang thu hồi."), data={"field": "lot"})
        left = left_of(lot)
        if quantity > left:
            raise InvalidLot(
                _("Lô chỉ còn %(left)s gói chưa nhập kho.") % {"left": left}, data={"field": "quantity"}
            )
        stock.receive(variant=variant, quantity=quantity, actor=actor, reference=lot.code, at=moment)
        row, _created = LotStock.objects.get_or_create(lot=lot, variant=variant)
        _change([(row, quantity)], K.RECEIVE, actor, moment, received=1)
        _tell(lot, "stocking", quantity, actor, moment)
    row.refresh_from_db()
    return row


def left_of(lot: Lot) -> int:
    """Packs of the lot that never came into stock."""
    return lot.quantity - (lot.stock.aggregate(units=Sum("received"))["units"] or 0)


def ship(
    *, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None
) -> list[Allocation]:
    """Say which lots the units of a parcel (variant id → units) come from: first expired, first out.

    What lots cannot fill is left out. Asked again for the same parcel it gives what stands.
    """
    moment = at or clock.now()
    with transaction.atomic():
        stock.lock(quantities)
        standing = shipped(reference=reference)
        if standing:
            return standing
        rows = LotStock.objects.filter(variant_id__in=quantities).order_by("pk")
        rows = rows.select_related("lot__product", "lot__code_row").select_for_update(of=("self",))
        usable: dict[int, list[LotStock]] = defaultdict(list)
        for row in rows:
            if row.here and row.lot.may_be_sold(on=clock.day_of(moment)):
                usable[row.variant_id].append(row)
        taken: list[tuple[LotStock, int]] = []
        for variant_id, wanted in sorted(quantities.items()):
            for row in sorted(usable[variant_id], key=_first_expired):
                units = min(row.here, wanted)
                wanted -= units
                if units:
                    taken.append((row, units))
        _change(taken, K.SHIP, actor, moment, reference, shipped=1)
        _tell_each(taken, "shipping", actor, moment, reference)
    return [Allocation(row.lot, row.variant_id, units) for row, units in taken]


def shipped(*, reference: str) -> list[Allocation]:
    """What a parcel took from lots and has not brought back."""
    units: dict[int, int] = defaultdict(int)
    rows: dict[int, LotStock] = {}
    moves = LotMovement.objects.filter(reference=reference, kind__in=[K.SHIP, K.RETURN])
    for move in moves.select_related("stock__lot__product", "stock__lot__code_row").order_by("pk"):
        rows[move.stock_id] = move.stock
        units[move.stock_id] += move.quantity if move.kind == K.SHIP else -move.quantity
    return [Allocation(rows[pk].lot, rows[pk].variant_id, n) for pk, n in units.items() if n > 0]


def delivered(*, reference: str, actor: Any, at: dt.datetime) -> None:
    """The buyer has the parcel: its lots say so."""
    for lot, units in _by_lot(shipped(reference=reference)):
        _tell(lot, "retail_selling", units, actor, at, reference)


def give_back(
    *, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None
) -> list[Allocation]:
    """Units of a parcel are home again, those of the lot that lasts longest first.

    Of a lot that may not be sold they stay in quarantine. Returns what came back by lot.
    """
    moment = at or clock.now()
    with transaction.atomic():
        stock.lock(quantities)
        sent = shipped(reference=reference)
        pairs = {(a.lot.pk, a.variant_id): a.units for a in sent}
        rows = LotStock.objects.filter(lot__in=[a.lot for a in sent]).order_by("pk")
        found = list(
            rows.select_related("lot__product", "lot__code_row", "variant").select_for_update(of=("self",))
        )
        back: list[tuple[LotStock, int]] = []
        for variant_id, wanted in sorted(quantities.items()):
            own = [row for row in found if (row.lot_id, variant_id) in pairs and row.variant_id == variant_id]
            for row in sorted(own, key=_first_expired, reverse=True):
                units = min(pairs[row.lot_id, variant_id], wanted)
                wanted -= units
                if units:
                    back.append((row, units))
        _change(back, K.RETURN, actor, moment, reference, shipped=-1)
        _tell_each(back, "receiving", actor, moment, reference)
        barred = [(row, n) for row, n in back if not row.lot.may_be_sold(on=clock.day_of(moment))]
        _quarantine(barred, reference, actor, moment)
    return [Allocation(row.lot, row.variant_id, units) for row, units in back]


def quarantine(*, lots: Sequence[Lot], reference: str, actor: Any, at: dt.datetime) -> list[Allocation]:
    """Everything of these lots that is still here may not be sold any more; one transaction."""
    with transaction.atomic():
        lock(lots)
        rows = LotStock.objects.filter(lot__in=lots).order_by("pk").select_for_update(of=("self",))
        here = [(row, row.here) for row in rows.select_related("lot") if row.here]
        _quarantine(here, reference, actor, at)
    return [Allocation(row.lot, row.variant_id, units) for row, units in here]


def release(*, lots: Sequence[Lot], reference: str, actor: Any, at: dt.datetime) -> None:
    """What was quarantined of these lots may be sold again, where their date allows it."""
    with transaction.atomic():
        lock(lots)
        rows = LotStock.objects.filter(lot__in=lots, quarantined__gt=0).order_by("pk")
        held = [
            (row, row.quarantined)
            for row in rows.select_related("lot").select_for_update(of=("self",))
            if row.lot.may_be_sold(on=clock.day_of(at))
        ]
        _change(held, K.RELEASE, actor, at, reference, quarantined=-1)
        if units := _by_variant(held):
            stock.set_free(quantities=units)


def destroy(*, lots: Sequence[Lot], reference: str, actor: Any, at: dt.datetime) -> list[Allocation]:
    """What is quarantined of these lots was destroyed. Raises catalog.errors.StillReserved."""
    with transaction.atomic():
        lock(lots)
        rows = LotStock.objects.filter(lot__in=lots, quarantined__gt=0).order_by("pk")
        rows = rows.select_related("lot__product", "lot__code_row").select_for_update(of=("self",))
        held = [(row, row.quarantined) for row in rows]
        _change(held, K.DESTROY, actor, at, reference, quarantined=-1, gone=1)
        if units := _by_variant(held):
            stock.destroy(quantities=units, reference=reference, actor=actor, at=at)
        _tell_each(held, "destroying", actor, at)
    return [Allocation(row.lot, row.variant_id, units) for row, units in held]


def hold_expired(*, at: dt.datetime | None = None) -> int:
    """Lots past their date leave the shop; returns how many had units left."""
    moment = at or clock.now()
    here = F("shipped") + F("quarantined") + F("gone")
    due = LotStock.objects.filter(lot__expires_on__lt=clock.day_of(moment), received__gt=here)
    lots = list(Lot.objects.filter(pk__in=due.values("lot")).order_by("pk"))
    for lot in lots:
        quarantine(lots=[lot], reference="", actor=None, at=moment)
    return len(lots)


def lock(lots: Sequence[Lot]) -> None:
    """Lock the stock items that hold units of these lots; before anything else is locked."""
    stock.lock(LotStock.objects.filter(lot__in=lots).values_list("variant_id", flat=True))


def _first_expired(row: LotStock) -> tuple[dt.date, dt.date, int]:
    return row.lot.expires_on or dt.date.max, row.lot.produced_on, row.pk


def _change(
    rows: Sequence[tuple[LotStock, int]],
    kind: str,
    actor: Any,
    at: dt.datetime,
    reference: str = "",
    **signs: int,
) -> None:
    """Move the named counters of locked rows by their units, and book why."""
    for row, units in rows:
        columns = {name: F(name) + sign * units for name, sign in signs.items()}
        LotStock.objects.filter(pk=row.pk).update(**columns)
    LotMovement.objects.bulk_create(
        LotMovement(
            stock=row,
            kind=kind,
            quantity=units,
            reference=reference[:60],
            actor_id=getattr(actor, "pk", None),
            at=at,
        )
        for row, units in rows
    )


def _quarantine(rows: Sequence[tuple[LotStock, int]], reference: str, actor: Any, at: dt.datetime) -> None:
    _change(rows, K.QUARANTINE, actor, at, reference, quarantined=1)
    if units := _by_variant(rows):
        stock.quarantine(quantities=units)


def _by_variant(rows: Sequence[tuple[LotStock, int]]) -> dict[int, int]:
    units: dict[int, int] = defaultdict(int)
    for row, count in rows:
        units[row.variant_id] += count
    return dict(units)


def _by_lot(found: Sequence[Allocation]) -> list[tuple[Lot, int]]:
    units: dict[int, int] = defaultdict(int)
    for allocation in found:
        units[allocation.lot.pk] += allocation.units
    lots = {allocation.lot.pk: allocation.lot for allocation in found}
    return [(lots[pk], units[pk]) for pk in sorted(units)]


def _tell_each(
    rows: Sequence[tuple[LotStock, int]], step: str, actor: Any, at: dt.datetime, parcel: str = ""
) -> None:
    for lot, units in _by_lot([Allocation(row.lot, row.variant_id, n) for row, n in rows]):
        _tell(lot, step, units, actor, at, parcel)


def _tell(lot: Lot, step: str, units: int, actor: Any, at: dt.datetime, parcel: str = "") -> None:
    more = (
        {"bizTransactionList": [{"type": "desadv", "bizTransaction": _of_parcel(parcel)}]} if parcel else {}
    )
    events.write(lot=lot, step=STEPS[step], event_time=at, quantity=units, actor=actor, at=at, more=more)


def _of_parcel(reference: str) -> str:
    """One name for a parcel in the events of all its lots. It leads nobody back to the order: with an
    order's code and a telephone number people look an order up."""
    digest = salted_hmac("traceability.parcel", reference, algorithm="sha256").digest()
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=5)}"
