"""What producers see of their lots' journals. Constant number of queries."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, QuerySet

from traceability import bodies, uris
from traceability.models import Location, Lot, LotInput, LotPaper, LotStock, TraceEvent
from traceability.services.events import may_be_voided
from traceability.steps import TraceStep, named, offered, template

SHOWN = 40  # lots to choose from; events on a page


@dataclass(frozen=True)
class Entry:
    """One event as its producer reads it. ``reason`` is "" while it stands."""

    event: TraceEvent
    step: TraceStep
    place: str
    amount: str
    words: str
    papers: list[dict[str, str]]  # sha256, title
    reason: str
    may_void: bool


@dataclass(frozen=True)
class JournalPage:
    lot: Lot
    usual: list[TraceStep]
    others: list[TraceStep]
    places: Sequence[Location]
    entries: list[Entry] = field(default_factory=list)
    older: int = 0  # sequence before which there are more, 0 at the beginning


def lots_of(user: Any) -> QuerySet[Any]:
    """The lots of the person's producers, the latest made first."""
    rows = Lot.objects.owned_by(user).select_related("product__producer")
    by_people = Q(events__step__in=[step.key for step in offered()])
    return rows.annotate(noted_at=Max("events__event_time", filter=by_people))[:SHOWN]


def of_lot(lot: Lot, *, before: int = 0) -> JournalPage:
    """``lot`` with its product's set; ``before``: only events of a lower sequence (0: the latest)."""
    group = lot.product.product_set
    sector = group.group.sector_id if group else None
    usual = template(set_code=group.pk if group else None, sector_code=sector)
    places = Location.objects.filter(producer=lot.product.producer_id).select_related("province", "commune")
    rows = TraceEvent.objects.filter(lot=lot, voids=None).select_related("voided_by").order_by("-sequence")
    if before:
        rows = rows.filter(sequence__lt=before)
    found = list(rows[: SHOWN + 1])
    names = {uris.of_location(place): place.name for place in places}
    return JournalPage(
        lot=lot,
        usual=usual,
        others=[step for step in offered() if step not in usual],
        places=[place for place in places if place.is_active or place.pk == lot.location_id],
        entries=[_entry(event, names) for event in found[:SHOWN]],
        older=found[SHOWN - 1].sequence if len(found) > SHOWN else 0,
    )


def entry_of(event: TraceEvent) -> Entry:
    """One event of a lot that is at hand."""
    return _entry(event, _names(event.lot))


def _names(lot: Lot) -> dict[str, str]:
    """Address → name of the producer's places."""
    places = Location.objects.filter(producer=lot.product.producer_id)
    return {uris.of_location(place): place.name for place in places}


def _entry(event: TraceEvent, names: dict[str, str]) -> Entry:
    body = json.loads(event.body)
    correction = getattr(event, "voided_by", None)
    return Entry(
        event=event,
        step=named(event.step),
        place=names.get(event.read_point, ""),
        amount=bodies.amount(body),
        words=body.get("ocop:note", ""),
        papers=body.get("ocop:evidence", []),
        reason=bodies.why_wrong(correction.body) if correction else "",
        may_void=correction is None and may_be_voided(event),
    )


@dataclass(frozen=True)
class Material:
    row: LotInput
    amount: str


@dataclass(frozen=True)
class LifeOfLot:
    """What the page of a lot shows of its life beside its fields."""

    entries: list[Entry]
    inputs: list[Material]
    papers: list[LotPaper]
    stock: list[LotStock]
    left: int  # packs that never came into stock


def life_of(lot: Lot) -> LifeOfLot:
    names = _names(lot)
    events = TraceEvent.objects.filter(lot=lot, voids=None).select_related("voided_by").order_by("-sequence")
    stock = list(LotStock.objects.filter(lot=lot).select_related("variant"))
    return LifeOfLot(
        entries=[_entry(event, names) for event in events[:5]],
        inputs=[
            Material(row, bodies.shown(row.quantity, row.unit))
            for row in lot.inputs.select_related("source_lot__product", "location")
        ],
        papers=list(lot.papers.all()),
        stock=stock,
        left=lot.quantity - sum(row.received for row in stock),
    )


def recorded(event: TraceEvent) -> dict[str, Any]:
    """An event for the phone that sent it."""
    when: dt.datetime = event.event_time
    return {
        "event_id": str(event.event_id),
        "step": event.step,
        "label": str(named(event.step).label),
        "event_time": when.isoformat(),
        "sequence": event.sequence,
    }
