"""What is shown of a code's look-ups, and of what came to light by them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, Subquery, Sum, Value
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import ProductStatus
from core.templatetags.market import day, number
from traceability import reading
from traceability.models import Code, Scan, ScanReport, Serial, Suspicion
from traceability.services.codes import SHAPE

SHOWN_DAYS = 30


@dataclass(frozen=True)
class Looks:
    """How often a code was looked up; ``first_place`` is the province's short name, "" where nobody said."""

    total: int = 0
    first: dt.date | None = None
    first_place: str = ""


def of_code(code: Code | None) -> Looks:
    """One query. Days may be counted from before single look-ups were kept: then no place is known."""
    if code is None:
        return Looks()
    first = Scan.objects.filter(code=OuterRef("pk")).order_by("at")
    found = (
        Code.objects.filter(pk=code.pk)
        .annotate(
            total=Sum("scan_days__count"),
            first=Min("scan_days__day"),
            first_on=Subquery(first.values("at__date")[:1]),
            first_place=Subquery(first.values("province__short_name")[:1]),
        )
        .values("total", "first", "first_on", "first_place")
        .get()
    )
    is_the_first = found["first_on"] == found["first"]
    return Looks(found["total"] or 0, found["first"], (is_the_first and found["first_place"]) or "")


def reported(text: str) -> Code | None:
    """The code that a report is about, with what its form shows; None for any other text and for a draft."""
    value = reading.compact(text)
    if not SHAPE.fullmatch(value):
        return None
    rows = Code.objects.exclude(product__status=ProductStatus.DRAFT).filter(value=value)
    return rows.select_related("product", "lot").first()


def is_copied(*, code: Code, serial: Serial | None = None) -> bool:
    """Somebody found that the code is printed on other goods: all of it, or this serial."""
    return code.suspicions.filter(Q(serial=None) | Q(serial=serial), is_copy=True).exists()


def by_day_and_place(suspicion: Suspicion) -> Sequence[Mapping[str, Any]]:
    """Look-ups of the suspected label since 30 days before the suspicion: day, place, count."""
    since = suspicion.raised_at - dt.timedelta(days=SHOWN_DAYS)
    scans = Scan.objects.filter(code=suspicion.code_id, serial=suspicion.serial_id, at__gte=since)
    return list(
        scans.values("at__date", "province__short_name")
        .annotate(count=Count("pk"))
        .order_by("-at__date", "-count", "province__short_name")[:200]
    )


def in_words(suspicion: Suspicion) -> str:
    """What the rule saw, as a sentence."""
    facts = suspicion.facts
    places = facts.get("places") or []
    parts = [
        ngettext("%(n)s lượt quét", "%(n)s lượt quét", facts["count"]) % {"n": number(facts["count"])},
        _("tại %s") % ", ".join(places) if places else "",
        _("lô có %s sản phẩm") % number(facts["quantity"]) if facts.get("quantity") else "",
        _("hạn dùng %s") % day(dt.date.fromisoformat(facts["expires_on"])) if facts.get("expires_on") else "",
        _("hàng đi hết ngày %s") % day(dt.date.fromisoformat(facts["sold_out_on"]))
        if facts.get("sold_out_on")
        else "",
    ]
    return "; ".join(filter(None, parts))


def own_suspicions_badge(request: HttpRequest) -> str:
    """Number of open suspicions about the producer's labels, for the menu; "" when there are none."""
    return _waiting(request, "owned_by").get("suspicions", "")


def area_suspicions_badge(request: HttpRequest) -> str:
    return _waiting(request, "overseen_by").get("suspicions", "")


def own_reports_badge(request: HttpRequest) -> str:
    """Number of open reports that the producer has not answered."""
    return _waiting(request, "owned_by").get("reports", "")


def area_reports_badge(request: HttpRequest) -> str:
    return _waiting(request, "overseen_by").get("reports", "")


def _waiting(request: HttpRequest, scope: str) -> dict[str, str]:
    """Both numbers of a menu by one query, asked once for a page."""
    known: dict[str, dict[str, str]] = request.__dict__.setdefault("_labels_waiting", {})
    if scope not in known:
        suspicions = getattr(Suspicion.objects, scope)(request.user)
        reports = getattr(ScanReport.objects, scope)(request.user)
        if scope == "owned_by":
            reports = reports.filter(answer="")
        counts = [
            rows.filter(closed_at=None).order_by().values(of=Value(name)).annotate(n=Count("pk"))
            for name, rows in (("suspicions", suspicions), ("reports", reports))
        ]
        known[scope] = {row["of"]: str(row["n"] or "") for row in counts[0].union(counts[1], all=True)}
    return known[scope]
