"""The root that is published for each day: it covers every lot, so nothing can be taken out unseen."""

import datetime as dt
import json

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from core import clock
from traceability import chain
from traceability.models import DailyRoot, TraceEvent


def publish(*, day: dt.date) -> DailyRoot | None:
    """The root at the end of a day in Vietnam, and its archive; None while the day is not over.

    Asked again, or by two at once, it gives the one that stands.
    """
    standing = DailyRoot.objects.filter(day=day).first()
    if standing is not None or day >= clock.today():
        return standing
    leaves, events = _leaves(before=clock.midnight(day + dt.timedelta(days=1)))
    before = DailyRoot.objects.filter(day__lt=day).first()
    root, previous = chain.root_of(leaves), before.root if before else chain.BEGINNING
    name = f"truy-xuat/moc/{day.isoformat()}-{root[:12]}.json"
    content = {
        "format": "ocop-root/1",
        "day": day.isoformat(),
        "root": root,
        "previous": previous,
        "leaves": leaves,
    }
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(json.dumps(content, ensure_ascii=False).encode()))
    try:
        with transaction.atomic():
            return DailyRoot.objects.create(
                day=day, lots=len(leaves), events=events, root=root, previous=previous, archive=name
            )
    except IntegrityError:
        return DailyRoot.objects.get(day=day)


def publish_due() -> int:
    """Every day since the last root that has none yet; returns how many were published."""
    last = DailyRoot.objects.first()
    yesterday = clock.today() - dt.timedelta(days=1)
    first = last.day + dt.timedelta(days=1) if last else yesterday
    days = [first + dt.timedelta(days=number) for number in range((yesterday - first).days + 1)]
    return sum(publish(day=day) is not None for day in days)


def _leaves(*, before: dt.datetime) -> tuple[list[str], int]:
    """One line for each lot that has events, in the order of their addresses; and all events counted."""
    rows = (
        TraceEvent.objects.filter(record_time__lt=before)
        .order_by("lot_id", "-sequence")
        .distinct("lot_id")
        .values_list("lot__uri", "sequence", "hash")
    )
    leaves = sorted(chain.leaf(*row) for row in rows)
    return leaves, sum(int(line.split("\t")[1]) for line in leaves)
