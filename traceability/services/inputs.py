"""Nguyên liệu of a lot: the whole list at once, and one event of the lot that says which lots went in."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.services import audit
from core.text import clean
from producers.models import Producer
from traceability import policies, uris
from traceability.errors import InvalidEvent, InvalidInput
from traceability.models import Location, Lot, LotInput, TraceEvent
from traceability.selectors import named_lots
from traceability.services import events
from traceability.steps import STEPS

MOST_INPUTS = 40
STEP = STEPS["ocop:combining"]


@dataclass(frozen=True)
class Material:
    """One raw material: from an own lot, a growing area, or a supplier (one of the three, or none).

    ``unit``: UN/ECE Rec 20 ("KGM"), "" counts packs.
    """

    name: str
    quantity: Decimal | None = None
    unit: str = ""
    source_lot: Lot | None = None
    location: Location | None = None
    supplier: str = ""


def set_all(
    *, lot: Lot, materials: Sequence[Material], actor: Any, at: dt.datetime | None = None
) -> list[LotInput]:
    """What the lot is made of, instead of what was said before.

    Where lots went in, a TransformationEvent says so; the one before it is voided. The same list again
    changes nothing. Raises NotAllowed, InvalidInput with field and row.
    """
    policies.require_member(actor, lot)
    moment = at or clock.now()
    if len(materials) > MOST_INPUTS:
        raise InvalidInput(_("Mỗi lô ghi tối đa %(most)s nguyên liệu.") % {"most": MOST_INPUTS})
    with transaction.atomic():
        take_turns(producer_id=lot.product.producer_id)
        for row, material in enumerate(materials):
            _check(lot, material, row)
        standing = list(lot.inputs.select_related("source_lot", "location"))
        if _facts(materials) == _facts(standing):
            return standing
        before = [row.name for row in standing]
        lot.inputs.all().delete()
        rows = LotInput.objects.bulk_create(_row(lot, material) for material in materials)
        changes = {"inputs": [before, [row.name for row in rows]]}
        audit.record(action="traceability.inputs.set", obj=lot, actor=actor, at=at, changes=changes)
        _tell(lot, rows, actor, moment)
    return rows


def take_turns(*, producer_id: int) -> None:
    """The lots of a producer change one after the other: two that name each other at the same moment are
    a circle as well."""
    Producer.objects.select_for_update(no_key=True).get(pk=producer_id)


def _row(lot: Lot, material: Material) -> LotInput:
    return LotInput(
        lot=lot,
        name=clean(material.name)[:120],
        quantity=material.quantity,
        unit=material.unit if material.quantity is not None else "",
        source_lot=material.source_lot,
        location=material.location,
        supplier=clean(material.supplier)[:200],
    )


def _facts(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [
        (
            clean(row.name)[:120],
            row.quantity,
            row.unit if row.quantity is not None else "",
            getattr(row.source_lot, "pk", None),
            getattr(row.location, "pk", None),
            clean(row.supplier)[:200],
        )
        for row in rows
    ]


def _check(lot: Lot, material: Material, row: int) -> None:
    source, home = material.source_lot, lot.product.producer_id
    if not clean(material.name):
        raise _refused(_("Hãy ghi tên nguyên liệu."), "name", row)
    try:
        events.amount_of(material.quantity)
    except InvalidEvent as refusal:
        raise _refused(str(refusal), "quantity", row) from refusal
    if sum(map(bool, (source, material.location, clean(material.supplier)))) > 1:
        raise _refused(
            _("Mỗi nguyên liệu chỉ đến từ một nơi: lô khác, vùng trồng, hoặc người cung cấp."),
            "source_lot",
            row,
        )
    if material.location is not None and material.location.producer_id != home:
        raise _refused(_("Địa điểm này không phải của chủ thể."), "location", row)
    if source is None:
        return
    if source.product.producer_id != home:
        raise _refused(
            _("Lô này không phải của chủ thể. Hàng mua ngoài thì ghi tên người cung cấp."), "source_lot", row
        )
    if source.produced_on > lot.produced_on:
        raise _refused(
            _("Lô %(code)s sản xuất sau lô này nên không thể là nguyên liệu.") % {"code": source.code},
            "source_lot",
            row,
        )
    if lot.pk in named_lots.made_of([source.pk], home):
        raise _refused(
            _("Lô %(code)s lại làm từ chính lô này: nguyên liệu không thể đi vòng.") % {"code": source.code},
            "source_lot",
            row,
        )


def _refused(why: str, field: str, row: int) -> InvalidInput:
    return InvalidInput(why, data={"field": field, "row": row})


def _tell(lot: Lot, rows: Sequence[LotInput], actor: Any, at: dt.datetime) -> None:
    """A TransformationEvent of the lots that went in, and the end of the one that said otherwise."""
    said = TraceEvent.objects.filter(lot=lot, step=STEP.key, voids=None, voided_by=None).last()
    if said is not None:
        events.retract(event=said, reason=_("Nguyên liệu của lô được ghi lại."), actor=actor, at=at)
    used = [_amount(row, row.source_lot) for row in rows if row.source_lot is not None]
    if not used:
        return
    body: dict[str, Any] = {
        "type": TraceEvent.Type.TRANSFORMATION.value,
        "bizStep": STEP.key,
        "disposition": STEP.disposition,
        "transformationID": f"urn:uuid:{uuid.uuid4()}",
        "inputQuantityList": used,
        "outputQuantityList": [{"epcClass": uris.of_lot(lot), "quantity": lot.quantity}],
        **events.where(lot.location),
    }
    made = clock.midnight(lot.produced_on)
    events.append(lot=lot, body=body, event_time=made, event_id=uuid.uuid4(), actor=actor, at=at)


def _amount(row: LotInput, source: Lot) -> dict[str, Any]:
    amount: dict[str, Any] = {"epcClass": uris.of_lot(source)}
    if row.quantity is not None:
        amount["quantity"] = events.amount_of(row.quantity)
        if row.unit:
            amount["uom"] = row.unit
    return amount
