"""Writing events: each is added to its lot's chain under the lot's lock, and never touched again."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.services.constraints import refusing
from core.text import clean_lines
from traceability import chain, policies, uris
from traceability.errors import AlreadyVoid, EventKnown, InvalidEvent
from traceability.models import Location, Lot, LotPaper, TraceEvent
from traceability.steps import STEPS, TraceStep

AHEAD = dt.timedelta(minutes=10)  # a phone's clock may be that fast
OLDEST = dt.timedelta(days=3650)  # before production: trees and bees, not centuries
MOST_NOTE = 1000
T = TraceEvent.Type


def note(
    *,
    lot: Lot,
    step: str,
    event_time: dt.datetime,
    actor: Any,
    location: Location | None = None,
    quantity: Decimal | int | None = None,
    unit: str = "",
    words: str = "",
    papers: Sequence[LotPaper] = (),
    event_id: uuid.UUID | None = None,
    at: dt.datetime | None = None,
) -> TraceEvent:
    """A person of the producer notes a step of a lot.

    ``event_id`` is made where the step was noted: sending it again gives the same event.
    ``quantity`` in ``unit`` (UN/ECE Rec 20: "KGM", "LTR"; "" counts packs).
    Raises NotAllowed, InvalidEvent with the field, EventKnown.
    """
    policies.require_member(actor, lot)
    moment = at or clock.now()
    known = STEPS.get(step)
    if known is None or (known.is_told and actor is not None):
        raise InvalidEvent(_("Không có công đoạn này."), data={"field": "step"})
    check_time(lot=lot, step=known, event_time=event_time, now=moment)
    if location is not None and location.producer_id != lot.product.producer_id:
        raise InvalidEvent(_("Địa điểm này không phải của chủ thể."), data={"field": "location"})
    if any(paper.lot_id != lot.pk for paper in papers):
        raise InvalidEvent(_("Giấy tờ này không thuộc lô."), data={"field": "papers"})
    return write(
        lot=lot,
        step=known,
        event_time=event_time,
        location=location,
        quantity=amount_of(quantity),
        unit=unit,
        words=words,
        papers=papers,
        event_id=event_id,
        actor=actor,
        at=moment,
    )


def write(
    *,
    lot: Lot,
    step: TraceStep,
    event_time: dt.datetime,
    actor: Any,
    at: dt.datetime,
    location: Location | None = None,
    quantity: int | float | None = None,
    unit: str = "",
    words: str = "",
    papers: Sequence[LotPaper] = (),
    event_id: uuid.UUID | None = None,
    more: Mapping[str, Any] | None = None,
) -> TraceEvent:
    """Add an ObjectEvent of the lot. For callers that have checked who and what."""
    units: dict[str, Any] = {"epcClass": uris.of_lot(lot)}
    if quantity is not None:
        units["quantity"] = quantity
        if unit:
            units["uom"] = unit
    body: dict[str, Any] = {
        "type": T.OBJECT.value,
        "action": step.action,
        "bizStep": step.key,
        "disposition": step.disposition,
        "quantityList": [units],
        **(more or {}),
    }
    body |= where(location or lot.location)
    if words := clean_lines(words)[:MOST_NOTE]:
        body["ocop:note"] = words
    if papers:
        body["ocop:evidence"] = [{"sha256": paper.sha256, "title": paper.title} for paper in papers]
    return append(
        lot=lot, body=body, event_time=event_time, event_id=event_id or uuid.uuid4(), actor=actor, at=at
    )


def where(location: Location | None) -> dict[str, Any]:
    """The keys of a body that name the place; none without one."""
    if location is None:
        return {}
    place = {"id": uris.of_location(location)}
    return {"readPoint": place, "bizLocation": place}


def commission(*, lot: Lot, actor: Any, at: dt.datetime) -> TraceEvent:
    """The lot's first event: so many packs were made that day."""
    ilmd = {"ocop:productionDate": lot.produced_on.isoformat()}
    if lot.expires_on:
        ilmd["ocop:expirationDate"] = lot.expires_on.isoformat()
    return write(
        lot=lot,
        step=STEPS["commissioning"],
        event_time=clock.midnight(lot.produced_on),
        quantity=lot.quantity,
        more={"ilmd": ilmd},
        actor=actor,
        at=at,
    )


def void(*, event: TraceEvent, reason: str, actor: Any, at: dt.datetime | None = None) -> TraceEvent:
    """Say that an event was wrong: the same event again with an error declaration (EPCIS 2.0, 7.4.1.4).

    Raises NotAllowed, InvalidEvent (no reason; an event that the market noted, or itself a correction),
    AlreadyVoid.
    """
    policies.require_member(actor, event.lot)
    moment = at or clock.now()
    reason = clean_lines(reason)[:MOST_NOTE]
    if not reason:
        raise InvalidEvent(_("Hãy ghi vì sao sự kiện sai."), data={"field": "reason"})
    if event.voids_id or (not may_be_voided(event) and actor is not None):
        raise InvalidEvent(_("Sự kiện này không đính chính được."), data={"field": "step"})
    return retract(event=event, reason=reason, actor=actor, at=moment)


def may_be_voided(event: TraceEvent) -> bool:
    """By a person: what the market noted by itself stands, and a correction is final."""
    step = STEPS.get(event.step)  # a partner's may be none of ours
    return event.voids_id is None and not (step and step.is_told)


def retract(*, event: TraceEvent, reason: str, actor: Any, at: dt.datetime) -> TraceEvent:
    """Add the event's error declaration. For callers that have checked who and what."""
    body = json.loads(event.body) | {
        "errorDeclaration": {
            "declarationTime": _iso(at),
            "reason": "incorrect_data",
            "ocop:reason": reason,
        }
    }
    with refusing({"traceability_traceevent_voids_id_key": AlreadyVoid}):
        return append(
            lot=event.lot,
            body=body,
            event_time=event.event_time,
            event_id=uuid.uuid4(),
            voids=event,
            actor=actor,
            at=at,
        )


def append(
    *,
    lot: Lot,
    body: Mapping[str, Any],
    event_time: dt.datetime,
    event_id: uuid.UUID,
    actor: Any,
    at: dt.datetime,
    voids: TraceEvent | None = None,
) -> TraceEvent:
    """Seal a body onto the lot's chain; the same event id again gives the event that stands.

    A lot from before there were events is commissioned first. A body that has its own ``eventID``,
    ``eventTime`` and offset keeps them as a partner wrote them.

    Raises EventKnown where the id stands for another lot's event.
    """
    with transaction.atomic():
        lot = Lot.objects.select_for_update(of=("self",)).select_related("product", "code_row").get(pk=lot.pk)
        known = TraceEvent.objects.filter(event_id=event_id).first()
        if known is not None:
            if known.lot_id != lot.pk or known.step != body.get("bizStep"):
                raise EventKnown
            return known
        last = TraceEvent.objects.filter(lot=lot).order_by("-sequence").first()
        if last is None and body.get("bizStep") != "commissioning":
            last = commission(lot=lot, actor=actor, at=at)
        sequence, previous = (last.sequence + 1, last.hash) if last else (1, chain.BEGINNING)
        if not lot.uri:
            lot.uri = uris.of_lot(lot)
            lot.save(update_fields=["uri"])
        facts = {"recordTime": _iso(at), "ocop:lot": lot.uri, "ocop:sequence": sequence}
        when = {"eventTime": _iso(event_time), "eventTimeZoneOffset": "+07:00"}
        text = chain.canonical({"eventID": f"urn:uuid:{event_id}", **when, **body, **facts})
        # Where two write one id at once, about two lots, neither lock makes the other wait.
        with refusing({"traceability_traceevent_event_id_key": EventKnown}):
            return TraceEvent.objects.create(
                lot=lot,
                sequence=sequence,
                event_id=event_id,
                type=body["type"],
                action=body.get("action", ""),
                step=body.get("bizStep", ""),
                disposition=body.get("disposition", ""),
                event_time=event_time,
                record_time=at,
                read_point=body.get("readPoint", {}).get("id", ""),
                business_location=body.get("bizLocation", {}).get("id", ""),
                voids=voids,
                actor_id=getattr(actor, "pk", None),
                body=text,
                previous=previous,
                hash=chain.seal(previous, text),
            )


def _iso(moment: dt.datetime) -> str:
    """In Vietnam's time, to the millisecond as EPCIS has it."""
    return moment.astimezone(clock.VIETNAM).isoformat(timespec="milliseconds")


def check_time(
    *, lot: Lot, step: TraceStep | None, event_time: dt.datetime, now: dt.datetime, field: str = "event_time"
) -> None:
    """Not ahead of the clock, not before the making for what follows it. ``step`` is None for one that is
    none of ours. Raises InvalidEvent with the field.
    """
    day = clock.day_of(event_time)
    if event_time > now + AHEAD:
        why = _("Thời gian của sự kiện không thể ở tương lai.")
    elif step is not None and step.is_after_making and day < lot.produced_on:
        why = _("Công đoạn này không thể trước ngày sản xuất của lô.")
    elif day < lot.produced_on - OLDEST:
        why = _("Thời gian của sự kiện quá xa ngày sản xuất của lô.")
    else:
        return
    raise InvalidEvent(why, data={"field": field})


def amount_of(quantity: Decimal | int | None) -> int | float | None:
    """As JSON writes it, at most three decimals. Raises InvalidEvent."""
    if quantity is None:
        return None
    amount = Decimal(quantity)
    if not amount.is_finite() or not 0 < amount < 10**9 or amount != amount.quantize(Decimal("0.001")):
        raise InvalidEvent(
            _("Số lượng phải lớn hơn 0, tối đa 3 chữ số thập phân."), data={"field": "quantity"}
        )
    return int(amount) if amount == amount.to_integral_value() else float(amount)
