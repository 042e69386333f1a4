"""What an officer sees first: dossiers on the desks, recognitions, and when they run out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import selectors as accounts
from catalog.models import Product
from core import clock
from core.models import StatusChange
from producers.models import Producer, ProducerStatus
from ratings.models import Certificate, Dossier, ImportBatch, RatingDecision
from ratings.states import CLOSED, COMMUNE_DESK, DOSSIER, DossierStatus

S = DossierStatus
SHOWN = 6  # rows of each list; the rest is one click away
WINDOWS = (30, 90, 180)  # days before a recognition runs out
SOON = 3  # days before a deadline that count as near
# Where dossiers lie, as the desks speak of it.
PLACES: tuple[tuple[Any, frozenset[str]], ...] = (
    (gettext_lazy("Chờ xã"), frozenset({S.SUBMITTED})),
    (gettext_lazy("Xã đang kiểm tra"), frozenset({S.COMMUNE_CHECK})),
    (gettext_lazy("Thẩm định"), frozenset({S.ADVISORY})),
    (gettext_lazy("Hội đồng"), frozenset({S.COUNCIL})),
    (gettext_lazy("Chờ quyết định"), frozenset({S.SCORED, S.IN_DECISION})),
    (gettext_lazy("Trung ương"), frozenset({S.CENTRAL})),
    (gettext_lazy("Trả lại"), frozenset({S.RETURNED})),
    (gettext_lazy("Đã xong"), CLOSED),
)


@dataclass(frozen=True)
class Place:
    """One tab or tile: how many dossiers lie there. ``query`` selects them in the list; "" for all."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class Event:
    """One step of a dossier's way."""

    label: str
    at: dt.datetime
    who: str
    why: str


def places(rows: QuerySet[Dossier]) -> list[Place]:
    """All dossiers and where they lie, in one query."""
    counts = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
    found = [Place(_("Tất cả"), sum(counts.values()), "")]
    for label, statuses in PLACES:
        count = sum(counts.get(status, 0) for status in statuses)
        found.append(Place(str(label), count, ",".join(sorted(statuses))))
    return found


def pace(dossier: Dossier, *, on: dt.date | None = None) -> tuple[str, str]:
    """How the deadline stands: ("late" | "soon" | "calm" | "", words)."""
    if dossier.due_on is None or dossier.status in CLOSED:
        return "", "–"
    left = (dossier.due_on - (on or clock.today())).days
    if left < 0:
        words = ngettext("quá hạn %s ngày", "quá hạn %s ngày", -left) % -left
        return "late", _("chủ thể %s") % words if dossier.status == S.RETURNED else words
    words = _("hôm nay là hạn") if left == 0 else ngettext("còn %s ngày", "còn %s ngày", left) % left
    return "soon" if left <= SOON else "calm", words


def thread(dossier: Dossier, *, is_whole: bool) -> Sequence[Event]:
    """The dossier's way, oldest first. The commune does not read the province's reasons."""
    steps = StatusChange.objects.filter(machine=DOSSIER.name, object_id=dossier.pk)
    return [
        Event(
            str(S(step.to_state).label),
            step.at,
            step.actor_label,
            step.reason if is_whole or step.from_state in COMMUNE_DESK else "",
        )
        for step in steps
    ]


def waiting_badge(request: HttpRequest) -> str:
    """Number of dossiers on the officer's own desk, for the menu; "" when there are none."""
    waiting = Dossier.objects.waiting_for(request.user).count()
    return str(waiting) if waiting else ""


def dossier_work(user: Any) -> dict[str, Any]:
    """Where the area's dossiers lie, what is overdue, and the most urgent of the officer's own desk."""
    rows = Dossier.objects.overseen_by(user)
    urgent = rows.waiting_for(user).select_related("product__producer", "commune").by_urgency()[:SHOWN]
    return {
        "places": [place for place in places(rows)[1:] if place.count],
        "overdue": rows.overdue().count(),
        "waiting": rows.waiting_for(user).count(),
        "urgent": [(dossier, *pace(dossier)) for dossier in urgent],
    }


def area_name(user: Any) -> str:
    """ "Xã Duy Xuyên", "Thành phố Đà Nẵng", or the whole country for the administrator."""
    names = [
        str(office.commune or office.province)
        for office in accounts.offices(user).select_related("province", "commune")
    ]
    return ", ".join(dict.fromkeys(names)) or _("Toàn quốc")


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Context of the province site's index page; every figure is of the officer's own area."""
    user = request.user
    certificates = Certificate.objects.overseen_by(user)
    products = Product.objects.overseen_by(user)
    producers = Producer.objects.overseen_by(user)
    by_star = dict(products.with_live_star().order_by().values_list("stars").annotate(n=Count("pk")))
    by_status = dict(producers.order_by().values_list("status").annotate(n=Count("pk")))
    most = max(by_star.values(), default=0)
    context["desk"] = {
        "area": area_name(user),
        "dossiers": dossier_work(user),
        "today": clock.today(),
        "certificates": certificates.count(),
        "live": certificates.live().count(),
        "expired": certificates.expired().count(),
        "windows": [(days, certificates.expiring(days=days).count()) for days in WINDOWS],
        "soon": certificates.expiring(days=WINDOWS[-1])
        .select_related("product__commune")
        .order_by("expiry_earliest")[:SHOWN],
        "stars": [(star, by_star.get(star, 0), most) for star in (5, 4, 3)],
        "products": products.count(),
        "on_sale": products.filter(on_sale=True, status="published").count(),
        "producers": sum(by_status.values()),
        "active": by_status.get(ProducerStatus.ACTIVE, 0),
        "suspended": by_status.get(ProducerStatus.SUSPENDED, 0),
        "batches": ImportBatch.objects.overseen_by(user)[:SHOWN],
        "decisions": RatingDecision.objects.overseen_by(user)
        .select_related("province")
        .annotate(entries=Count("certificates"))
        .order_by("-decided_latest", "-pk")[:SHOWN],
    }
    return context
