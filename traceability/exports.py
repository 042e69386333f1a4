"""A lot's events for others: as a chain that anybody can recompute, and as an EPCIS 2.0 document."""

import datetime as dt
import json
from collections.abc import Iterable
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


def as_epcis(events: Iterable[TraceEvent], *, at: dt.datetime | None = None) -> dict[str, Any]:
    """An EPCISDocument (JSON-LD) of these events, as they were written."""
    return {
        "@context": [CONTEXT, {"ocop": f"{settings.SITE_URL}/truy-xuat/tu-vung#"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": (at or clock.now()).astimezone(clock.VIETNAM).isoformat(timespec="milliseconds"),
        "epcisBody": {"eventList": [json.loads(event.body) for event in events]},
    }
