"""A step noted on a phone: its photographs and its event in one go, once however often it is sent."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from traceability import policies
from traceability.errors import InvalidEvent, NoSuchPlace
from traceability.models import Location, Lot, TraceEvent
from traceability.services import events, papers
from traceability.steps import STEPS

MOST_PHOTOS = 5


def note(
    *,
    lot: Lot,
    step: str,
    event_id: uuid.UUID,
    actor: Any,
    event_time: dt.datetime | None = None,
    location_id: int | None = None,
    quantity: Decimal | None = None,
    unit: str = "",
    words: str = "",
    photos: Sequence[Any] = (),
    at: dt.datetime | None = None,
) -> tuple[TraceEvent, bool]:
    """The event, and whether it is new. Without ``event_time`` it happened now.

    Raises NotAllowed, InvalidEvent and InvalidPaper with the field, NoSuchPlace, EventKnown.
    """
    policies.require_member(actor, lot)
    standing = TraceEvent.objects.filter(event_id=event_id, lot=lot, step=step).first()
    if standing is not None:
        return standing, False  # whatever has become of the place or the clock since
    if len(photos) > MOST_PHOTOS:
        raise InvalidEvent(
            _("Mỗi công đoạn kèm tối đa %(most)s ảnh.") % {"most": MOST_PHOTOS}, data={"field": "photos"}
        )
    moment = at or clock.now()
    place = _place(lot, location_id)
    with transaction.atomic():
        kept = [
            papers.keep(lot=lot, file=photo, title=_title(step, moment), actor=actor, at=moment)
            for photo in photos
        ]
        event = events.note(
            lot=lot,
            step=step,
            event_time=event_time or moment,
            location=place,
            quantity=quantity,
            unit=unit if quantity is not None else "",
            words=words,
            papers=list({paper.pk: paper for paper in kept}.values()),
            event_id=event_id,
            actor=actor,
            at=moment,
        )
    return event, True


def _place(lot: Lot, location_id: int | None) -> Location | None:
    if location_id is None:
        return None
    place = Location.objects.filter(producer=lot.product.producer_id, pk=location_id).first()
    if place is None:
        raise NoSuchPlace(data={"field": "location"})
    return place


def _title(step: str, at: dt.datetime) -> str:
    label = STEPS[step].label if step in STEPS else ""
    return f"{label} {clock.day_of(at):%d/%m/%Y}"
