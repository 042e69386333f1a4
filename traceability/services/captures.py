"""Taking partners' events: each is checked, and added to the chain of the one own lot that it names.

An event stands in one chain, for its id is unique: it must name exactly one lot of the token's producer;
a transformation belongs to the lot that comes out of it. Lots and places of others are kept as named.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import MarketError, NotAllowed
from core.services import audit
from traceability import epcis, uris
from traceability.errors import CaptureTooLarge, EventKnown, InvalidCapture, InvalidEvent
from traceability.models import CaptureJob, EpcisToken, Lot, TraceEvent
from traceability.selectors import named_lots
from traceability.services import events, inputs
from traceability.steps import STEPS

MOST_EVENTS = 500
B = CaptureJob.Behaviour


class _Undone(Exception):
    """One event was bad, and it was to be all or nothing."""


def capture(
    *,
    document: Any,
    token: EpcisToken,
    behaviour: CaptureJob.Behaviour = B.ROLLBACK,
    at: dt.datetime | None = None,
) -> CaptureJob:
    """Take a document's events, or say of each what is wrong with it.

    ``ROLLBACK``: one bad event and nothing is written. ``PROCEED``: the good ones are.
    Raises NotAllowed (a token that only reads), InvalidCapture (no document), CaptureTooLarge.
    """
    if not token.may_capture:
        raise NotAllowed
    found = _events_of(document)
    shapes = [epcis.problems(event) for event in found]
    things = {
        uri for event, wrong in zip(found, shapes, strict=True) if not wrong for uri in epcis.named(event)
    }
    started = at or clock.now()
    number = uuid.uuid4()
    results: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            inputs.take_turns(producer_id=token.producer_id)
            lots = named_lots.own_lots(things=things, producer_id=token.producer_id)
            # In one order, so that two documents about the same lots do not wait for each other forever.
            list(Lot.objects.select_for_update(of=("self",)).filter(pk__in=lots.pks).order_by("pk"))
            for event, wrong in zip(found, shapes, strict=True):
                results.append({"index": len(results), **_result(event, wrong, lots, number, started)})
            if behaviour == B.ROLLBACK and not all(result["ok"] for result in results):
                raise _Undone
    except _Undone:
        pass
    with transaction.atomic():
        job = CaptureJob.objects.create(
            number=number,
            token=token,
            behaviour=behaviour,
            success=all(result["ok"] for result in results),
            results=results,
            created_at=started,
            finished_at=at or clock.now(),
        )
        audit.record(action="traceability.epcis.captured", obj=job, actor=None, reason=token.name, at=at)
    return job


def _events_of(document: Any) -> list[Any]:
    if not isinstance(document, dict) or document.get("type") != "EPCISDocument":
        raise InvalidCapture(_("Nội dung phải là một EPCISDocument."), data={"path": "type"})
    if document.get("schemaVersion") != "2.0":
        raise InvalidCapture(_("Chỉ nhận EPCIS 2.0."), data={"path": "schemaVersion"})
    if "@context" not in document:
        raise InvalidCapture(_("Thiếu @context."), data={"path": "@context"})
    if epcis.moment(document.get("creationDate")) is None:
        raise InvalidCapture(_("Thiếu ngày giờ kèm múi giờ."), data={"path": "creationDate"})
    body = document.get("epcisBody")
    found = body.get("eventList") if isinstance(body, dict) else None
    if not isinstance(found, list) or not found:
        raise InvalidCapture(_("Không có sự kiện nào."), data={"path": "epcisBody.eventList"})
    if len(found) > MOST_EVENTS:
        words = _("Một tài liệu có tối đa %(most)s sự kiện. Hãy chia nhỏ.")
        raise CaptureTooLarge(words % {"most": MOST_EVENTS}, data={"most": MOST_EVENTS})
    return found


def _result(
    event: Any, problems: list[epcis.Problem], lots: named_lots.OwnLots, number: uuid.UUID, at: dt.datetime
) -> dict[str, Any]:
    """What becomes of one event; its place in the chain is undone with it where it fails. ``problems``: what
    is wrong with its shape.
    """
    event_id = event.get("eventID") if isinstance(event, dict) else None
    if not problems:
        event_id = event_id or _made_id(event)
        try:
            with transaction.atomic():
                _take(event, event_id, lots, number, at)
        except MarketError as refusal:
            problems = [epcis.Problem(str(refusal.data.get("field", "$")), str(refusal))]
    return {
        "eventID": event_id if isinstance(event_id, str) else None,
        "ok": not problems,
        "errors": [asdict(problem) for problem in problems],
    }


def _take(
    event: dict[str, Any], event_id: str, lots: named_lots.OwnLots, number: uuid.UUID, at: dt.datetime
) -> None:
    body = {key: value for key, value in event.items() if key not in epcis.SEALED} | {"eventID": event_id}
    known = TraceEvent.objects.select_related("lot").filter(event_id=epcis.key(event_id)).first()
    if "errorDeclaration" in event:
        _declare_wrong(known, event, lots, at)
        return
    lot = _lot_of(event, lots)
    if known is not None:
        if known.lot_id != lot.pk or epcis.content(json.loads(known.body)) != epcis.content(body):
            raise EventKnown(_("Mã sự kiện này đã dùng cho nội dung khác."), data={"field": "eventID"})
        return
    event_time = cast(dt.datetime, epcis.moment(event["eventTime"]))  # the shape was checked
    step = STEPS.get(event["bizStep"])
    events.check_time(lot=lot, step=step, event_time=event_time, now=at, field="eventTime")
    _check_places(event, lots)
    if event["type"] == TraceEvent.Type.TRANSFORMATION:
        _check_cycle(lot, event, lots)
    events.append(
        lot=lot,
        body=body | {"ocop:capture": str(number)},
        event_time=event_time,
        event_id=epcis.key(event_id),
        actor=None,
        at=at,
    )


def _declare_wrong(
    known: TraceEvent | None, event: Mapping[str, Any], lots: named_lots.OwnLots, at: dt.datetime
) -> None:
    """An error declaration repeats the event that was wrong, by its id. What the market noted by itself
    is not a partner's to take back."""
    if known is None or known.lot.product.producer_id != lots.producer_id:
        raise InvalidEvent(_("Không có sự kiện nào mang mã này."), data={"field": "eventID"})
    step = STEPS.get(known.step)
    if step is not None and step.is_told and "ocop:capture" not in json.loads(known.body):
        raise InvalidEvent(_("Sự kiện này do chợ ghi, không đính chính được."), data={"field": "eventID"})
    if hasattr(known, "voided_by"):
        return
    declaration = event["errorDeclaration"]
    reason = declaration.get("ocop:reason") or declaration.get("reason") or "incorrect_data"
    events.void(event=known, reason=str(reason), actor=None, at=at)


def _lot_of(event: dict[str, Any], lots: named_lots.OwnLots) -> Lot:
    is_made = event["type"] == TraceEvent.Type.TRANSFORMATION
    lists = named_lots.OUTPUTS if is_made else epcis.EPC_LISTS + epcis.CLASS_LISTS
    own = {lot.pk: lot for lot in lots.among(epcis.named(event, lists))}
    if len(own) == 1:
        return own.popitem()[1]
    if own:
        words = _("Sự kiện nêu %(count)s lô của chủ thể; mỗi sự kiện thuộc đúng một lô, hãy tách ra.")
        raise InvalidEvent(words % {"count": len(own)}, data={"field": "$"})
    raise InvalidEvent(_("Sự kiện không nêu lô nào của chủ thể."), data={"field": "$"})


def _check_places(event: Mapping[str, Any], lots: named_lots.OwnLots) -> None:
    """A place of this market must be the producer's; one of others is kept as it is named."""
    for key in ("readPoint", "bizLocation"):
        uri = event.get(key, {}).get("id", "")
        if uris.is_own(uri) and uri not in lots.places:
            raise InvalidEvent(_("Địa điểm này không phải của chủ thể."), data={"field": f"{key}.id"})


def _check_cycle(lot: Lot, event: dict[str, Any], lots: named_lots.OwnLots) -> None:
    """Nothing is made of itself, by however many steps."""
    used = [one.pk for one in lots.among(epcis.named(event, named_lots.INPUTS))]
    if lot.pk in named_lots.made_of(used, lots.producer_id):
        raise InvalidEvent(_("Lô này không thể làm từ chính nó."), data={"field": "inputQuantityList"})


def _made_id(event: Mapping[str, Any]) -> str:
    """For an event without an id: the same for the same content, so that sending twice is once."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(epcis.content(event), sort_keys=True))}"
