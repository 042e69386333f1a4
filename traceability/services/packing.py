"""Đóng thùng: packs of a lot go into a case, known by its SSCC or by an address of ours."""

import datetime as dt
import uuid
from typing import Any

from biip import ParseError
from biip.sscc import Sscc
from django.conf import settings
from django.utils.translation import gettext as _

from core import clock
from core.text import clean
from traceability import policies, uris
from traceability.errors import InvalidEvent
from traceability.models import Lot, TraceEvent
from traceability.services import codes, events


def pack(
    *, lot: Lot, packs: int, sscc: str = "", actor: Any, event_id: uuid.UUID, at: dt.datetime | None = None
) -> TraceEvent:
    """So many packs are in one case now: an AggregationEvent. ``sscc``: 18 digits, "" for a case without.

    Raises NotAllowed, InvalidEvent with the field, EventKnown.
    """
    policies.require_member(actor, lot)
    moment = at or clock.now()
    if not 0 < packs <= lot.quantity:
        raise InvalidEvent(
            _("Một thùng chứa từ 1 đến %(most)s gói của lô.") % {"most": lot.quantity},
            data={"field": "packs"},
        )
    body: dict[str, Any] = {
        "type": TraceEvent.Type.AGGREGATION.value,
        "action": "ADD",
        "bizStep": "packing",
        "disposition": "in_progress",
        "parentID": _case(lot, sscc),
        "childQuantityList": [{"epcClass": uris.of_lot(lot), "quantity": packs}],
        **events.where(lot.location),
    }
    return events.append(lot=lot, body=body, event_time=moment, event_id=event_id, actor=actor, at=moment)


def _case(lot: Lot, sscc: str) -> str:
    """The case as a Digital Link (AI 00), or as a part of the lot's own page."""
    digits = clean(sscc).replace(" ", "").removeprefix("(00)")
    if not digits:
        return f"{uris.of_lot(lot)}#thung-" + codes.draw(length=8)
    try:
        if len(digits) == 18 and digits.isascii() and digits.isdigit():
            return f"{settings.SITE_URL}/00/{Sscc.parse(digits).value}"
    except ParseError as error:
        raise InvalidEvent(
            _("Mã SSCC sai số kiểm tra (chữ số cuối). Xin so lại với tem thùng."), data={"field": "sscc"}
        ) from error
    raise InvalidEvent(
        _("Mã SSCC phải gồm đúng 18 chữ số. Thùng không có mã thì để trống."), data={"field": "sscc"}
    )
