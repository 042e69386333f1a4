"""A lot's way as people read it: what was noted in order of time, what the market noted summed up."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min
from django.urls import reverse

from traceability import bodies, uris
from traceability.models import Location, Lot, LotPaper, TraceEvent
from traceability.steps import named

MOST = 100  # stops on a page; the open data have all
# One event for each parcel: a page says how many there were.
REPEATED = ("shipping", "retail_selling", "receiving", "stocking")


@dataclass(frozen=True)
class Stop:
    """One step of the way. ``wrong``: why it was corrected, "" while it stands.

    ``times`` is 0 for a single event; else how often it happened between ``at`` and ``until``.
    ``place_code`` is a GLN, our own code, or the address that a partner gave.
    """

    label: Any
    at: dt.datetime
    place: str = ""
    place_code: str = ""
    place_url: str = ""
    note: str = ""
    quantity: str = ""
    papers: list[LotPaper] = field(default_factory=list)
    wrong: str = ""
    times: int = 0
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Journey:
    stops: list[Stop]
    events: int  # in the chain, corrections too
    is_cut: bool


def of_lot(lot: Lot, papers: list[LotPaper]) -> Journey:
    """Three queries, whatever the lot went through."""
    rows = TraceEvent.objects.filter(lot=lot)
    single = list(rows.exclude(step__in=REPEATED).order_by("event_time", "sequence")[: MOST * 2 + 1])
    reasons = {row.voids_id: bodies.why_wrong(row.body) for row in single if row.voids_id}
    places = {
        uris.of_location(place): place for place in Location.objects.filter(producer=lot.product.producer)
    }
    by_hash = {paper.sha256: paper for paper in papers}
    noted = [row for row in single if not row.voids_id]
    stops = [_stop(row, places, by_hash, reasons.get(row.pk, "")) for row in noted[:MOST]]
    summed = list(
        rows.filter(step__in=REPEATED)
        .values("step")
        .annotate(times=Count("id"), first=Min("event_time"), last=Max("event_time"))
    )
    stops += [
        Stop(named(row["step"]).label, row["first"], times=row["times"], until=row["last"]) for row in summed
    ]
    count = len(single) + sum(row["times"] for row in summed)
    return Journey(sorted(stops, key=lambda stop: stop.at), count, len(noted) > MOST)


def _stop(
    row: TraceEvent, places: Mapping[str, Location], papers: Mapping[str, LotPaper], wrong: str
) -> Stop:
    body = json.loads(row.body)
    place = places.get(row.read_point)
    shown = [papers[item["sha256"]] for item in body.get("ocop:evidence", []) if item["sha256"] in papers]
    return Stop(
        label=named(row.step).label,
        at=row.event_time,
        place=place.name if place else "",
        place_code=(place.gln or place.code) if place else row.read_point,
        place_url=reverse("traceability:location", args=[place.code]) if place else "",
        note=body.get("ocop:note", ""),
        quantity=bodies.amount(body),
        papers=shown,
        wrong=wrong,
    )
