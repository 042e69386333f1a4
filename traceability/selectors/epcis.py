"""EPCIS queries (EPCIS 2.0, 8.2.7): the events of one producer's lots, in the order of their time."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import JSONField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from traceability import epcis
from traceability.errors import InvalidCapture
from traceability.models import CaptureJob, EpcisToken, TraceEvent

PER_PAGE, MOST_PER_PAGE = 30, 100
MOST_VALUES = 50
_SALT = "traceability.epcis.page"


@dataclass(frozen=True)
class Page:
    """``following`` is the token of the next page, "" on the last."""

    events: list[TraceEvent]
    following: str


def _any_of(*paths: str) -> Callable[[list[str]], Q]:
    """Events in whose lists at these paths one of the things stands."""

    def condition(things: list[str]) -> Q:
        found = Q()
        for path in paths:
            for thing in things:
                named = [{"epcClass": thing}] if path in epcis.CLASS_LISTS else [thing]
                found |= Q(**{f"document__{path}__contains": named})
        return found

    return condition


def _parent(things: list[str]) -> Q:
    return Q(document__parentID__in=things)


def _is(column: str) -> Callable[[list[str]], Q]:
    return lambda values: Q(**{f"{column}__in": values})


_LISTS: Mapping[str, Callable[[list[str]], Q]] = {
    "eventType": _is("type"),
    "EQ_action": _is("action"),
    "EQ_bizStep": _is("step"),
    "EQ_disposition": _is("disposition"),
    "EQ_readPoint": _is("read_point"),
    "EQ_bizLocation": _is("business_location"),
    "MATCH_epc": _any_of("epcList", "childEPCs"),
    "MATCH_parentID": _parent,
    "MATCH_epcClass": _any_of("quantityList", "childQuantityList"),
    "MATCH_anyEPC": lambda things: _any_of(*epcis.EPC_LISTS)(things) | _parent(things),
    "MATCH_anyEPCClass": _any_of(*epcis.CLASS_LISTS),
}
_TIMES = {
    "GE_eventTime": "event_time__gte",
    "LT_eventTime": "event_time__lt",
    "GE_recordTime": "record_time__gte",
    "LT_recordTime": "record_time__lt",
}
PARAMETERS = (*_LISTS, *_TIMES, "perPage", "nextPageToken")


def events(*, token: EpcisToken, query: Mapping[str, list[str]], thing: str = "") -> Page:
    """One page. ``query``: parameter → its values, each perhaps several between commas.

    ``thing``: only events that name it, in whatever list. Raises InvalidCapture with ``path``.
    """
    if unknown := next((name for name in query if name not in PARAMETERS), None):
        raise _refusal(unknown, _("Chợ không có tham số này."))
    rows = TraceEvent.objects.filter(lot__product__producer=token.producer_id)
    rows = rows.annotate(document=Cast("body", JSONField()))
    for name, condition in _LISTS.items():
        if name in query:
            rows = rows.filter(condition(_values(name, query[name])))
    for name, lookup in _TIMES.items():
        if name in query:
            rows = rows.filter(**{lookup: _moment(name, query[name])})
    if thing:
        everywhere = _any_of(*epcis.EPC_LISTS, *epcis.CLASS_LISTS)
        rows = rows.filter(everywhere([thing]) | _parent([thing]))
    return _page(rows, token, query, thing)


def event(*, token: EpcisToken, event_id: str) -> TraceEvent | None:
    rows = TraceEvent.objects.filter(lot__product__producer=token.producer_id)
    return rows.filter(event_id=epcis.key(event_id)).first()


def event_types(*, token: EpcisToken) -> list[str]:
    rows = TraceEvent.objects.filter(lot__product__producer=token.producer_id)
    return sorted(rows.order_by().values_list("type", flat=True).distinct())


def capture_job(*, token: EpcisToken, number: uuid.UUID) -> CaptureJob | None:
    """Of any token of the same producer."""
    return CaptureJob.objects.filter(number=number, token__producer=token.producer_id).first()


def _page(rows: QuerySet[Any], token: EpcisToken, query: Mapping[str, list[str]], thing: str) -> Page:
    size = _per_page(query)
    asked = sorted(
        (name, values) for name, values in query.items() if name not in ("perPage", "nextPageToken")
    )
    mark = hashlib.sha256(json.dumps([token.producer_id, asked, thing]).encode()).hexdigest()[:16]
    if "nextPageToken" in query:
        time, pk = _after(query["nextPageToken"], mark)
        rows = rows.filter(Q(event_time__gt=time) | Q(event_time=time, pk__gt=pk))
    found = list(rows.order_by("event_time", "pk")[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    last = found[size - 1]
    return Page(found[:size], signing.dumps([mark, last.event_time.isoformat(), last.pk], salt=_SALT))


def _per_page(query: Mapping[str, list[str]]) -> int:
    text = query.get("perPage", [str(PER_PAGE)])[-1]
    if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_PER_PAGE:
        return int(text[:9])
    raise _refusal("perPage", _("Phải là số từ 1 đến %(most)s.") % {"most": MOST_PER_PAGE})


def _after(values: list[str], mark: str) -> tuple[dt.datetime, int]:
    """Where the page before ended; a token holds for the query that it came with."""
    try:
        of_query, time, pk = signing.loads(values[-1], salt=_SALT)
    except signing.BadSignature:
        of_query = None
    if of_query != mark:
        raise _refusal("nextPageToken", _("Mã trang không thuộc câu hỏi này. Hãy hỏi lại từ đầu."))
    return dt.datetime.fromisoformat(time), pk


def _values(name: str, given: list[str]) -> list[str]:
    found = [value for text in given for value in text.split(",") if value]
    if not found or len(found) > MOST_VALUES or any("\x00" in value for value in found):
        raise _refusal(name, _("Cần từ 1 đến %(most)s giá trị.") % {"most": MOST_VALUES})
    return found


def _moment(name: str, given: list[str]) -> dt.datetime:
    # A plus in an address that was not encoded arrives as a blank.
    moment = epcis.moment(given[-1].replace(" ", "+"))
    if moment is None:
        raise _refusal(name, _("Phải là ngày giờ kèm múi giờ, như 2026-11-20T08:00:00+07:00."))
    return moment


def _refusal(name: str, why: str) -> InvalidCapture:
    return InvalidCapture(f"{name[:60]}: {why}", data={"path": name[:60]})
