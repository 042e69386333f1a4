"""A lot's events for others: as a chain that anybody can recompute, and as an EPCIS 2.0 document."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from core import clock
from traceability import chain, uris
from traceability.models import DailyRoot, Lot, TraceEvent

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def of_chain(lot: Lot) -> dict[str, Any]:
    """The lot's events with their hashes, and the proof that leads to the last published root."""
    rows = TraceEvent.objects.filter(lot=lot).order_by("sequence")
    events = list(rows.values("sequence", "previous", "hash", "body"))
    address = uris.of_lot(lot)
    export: dict[str, Any] = {
        "format": chain.FORMAT,
        "lot": address,
        "count": len(events),
        "head": events[-1]["hash"] if events else chain.BEGINNING,
        "events": events,
    }
    proof = _proof(address)
    return export | {"proof": proof} if proof else export


def _proof(address: str) -> dict[str, Any] | None:
    """From the archive of the last day that knew the lot's events."""
    root = DailyRoot.objects.first()
    if root is None:
        return None
    with default_storage.open(root.archive, "rb") as file:
        leaves: list[str] = json.loads(file.read())["leaves"]
    for index, line in enumerate(leaves):
        if line.startswith(f"{address}\t"):
            count = int(line.split("\t")[1])
            way = chain.prove(leaves, index)
            return {"day": root.day.isoformat(), "root": root.root, "count": count, "way": way}
    return None


def context() -> list[Any]:
    """The JSON-LD context: the standard's, and the prefix of the market's own words."""
    return [CONTEXT, {"ocop": f"{settings.SITE_URL}/truy-xuat/tu-vung#"}]


def as_epcis(events: Iterable[TraceEvent], *, at: dt.datetime | None = None) -> dict[str, Any]:
    """An EPCISDocument (JSON-LD) of these events, as they were written."""
    return _head("EPCISDocument", at) | {"epcisBody": {"eventList": [json.loads(e.body) for e in events]}}


def as_query_document(events: Iterable[TraceEvent], *, at: dt.datetime | None = None) -> dict[str, Any]:
    """The answer to a query: an EPCISQueryDocument."""
    results = {
        "queryName": "SimpleEventQuery",
        "resultsBody": {"eventList": [json.loads(event.body) for event in events]},
    }
    return _head("EPCISQueryDocument", at) | {"epcisBody": {"queryResults": results}}


def epcis_lines(events: Iterable[TraceEvent], *, at: dt.datetime | None = None) -> Iterator[str]:
    """An EPCISDocument piece by piece, for documents that are too long for the memory."""
    head = json.dumps(_head("EPCISDocument", at), ensure_ascii=False)
    yield head[:-1] + ', "epcisBody": {"eventList": ['
    separator = "\n"
    for event in events:
        yield separator + event.body
        separator = ",\n"
    yield "\n]}}\n"


def _head(kind: str, at: dt.datetime | None) -> dict[str, Any]:
    made = (at or clock.now()).astimezone(clock.VIETNAM).isoformat(timespec="milliseconds")
    return {"@context": context(), "type": kind, "schemaVersion": "2.0", "creationDate": made}
