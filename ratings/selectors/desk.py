"""What an officer sees first: recognitions of the area, and when they run out."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from catalog.models import Product
from core import clock
from producers.models import Producer, ProducerStatus
from ratings.models import Certificate, ImportBatch, RatingDecision

SHOWN = 6  # rows of each list; the rest is one click away
WINDOWS = (30, 90, 180)  # days before a recognition runs out


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
