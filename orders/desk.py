"""What a producer sees first: today's work, in real numbers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import Product, StockItem
from core import clock
from core.models import StatusChange
from core.sites import producer_site
from orders.models import ShippingPolicy, SubOrder
from orders.states import SUB_ORDER, SubOrderStatus
from producers.models import Producer
from traceability.models import Lot

STAR_WARNING = dt.timedelta(days=180)
SHOWN = 6  # rows of each list; the rest is one click away


@dataclass(frozen=True)
class Event:
    """One line of a parcel's story."""

    label: str
    at: dt.datetime
    who: str
    why: str


def thread(row: SubOrder, *, with_words: bool = True) -> list[Event]:
    """The parcel's steps, oldest first, beginning with the order itself.

    Without words nobody's name and no reason: a buyer may be named by either.
    """
    changes = StatusChange.objects.filter(machine=SUB_ORDER.name, object_id=row.pk).order_by("id")
    events = [Event(_("Đặt hàng"), row.order.placed_at, "", "")]
    return events + [
        Event(
            str(row.words_for(SubOrderStatus(change.to_state))),
            change.at,
            change.actor_label if with_words else "",
            change.reason if with_words else "",
        )
        for change in changes
        if change.from_state
    ]


def counts_by_status(rows: QuerySet[SubOrder]) -> dict[str, int]:
    """Status → number of parcels, in one query."""
    return dict(rows.order_by().values_list("status").annotate(n=Count("pk")))


def waiting_badge(request: HttpRequest) -> str:
    """Number of orders to confirm, for the menu; "" when there are none."""
    waiting = SubOrder.objects.owned_by(request.user).filter(status=SubOrderStatus.PLACED).count()
    return str(waiting) if waiting else ""


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Context of the producers' index page."""
    user = request.user
    today = clock.today()
    parcels = SubOrder.objects.owned_by(user)
    counts = counts_by_status(parcels)
    products = Product.objects.owned_by(user)
    stock = StockItem.objects.owned_by(user).low()
    stars = products.filter(
        stars__isnull=False, stars_valid_until__gte=today, stars_valid_until__lte=today + STAR_WARNING
    )
    month = parcels.filter(order__placed_at__gte=clock.now() - dt.timedelta(days=30)).exclude(
        status__in=[SubOrderStatus.CANCELLED, SubOrderStatus.REFUSED, SubOrderStatus.RETURNED]
    )
    context["desk"] = {
        "producers": Producer.objects.owned_by(user).order_by("name"),
        "has_products": products.exists(),
        "has_fee": ShippingPolicy.objects.owned_by(user).exists(),
        "to_confirm": parcels.filter(status=SubOrderStatus.PLACED)
        .select_related("order__commune")
        .prefetch_related("lines")
        .order_by("id")[:SHOWN],
        "counts": {
            "placed": counts.get(SubOrderStatus.PLACED, 0),
            "packing": counts.get(SubOrderStatus.CONFIRMED, 0) + counts.get(SubOrderStatus.PREPARING, 0),
            "moving": counts.get(SubOrderStatus.HANDED_OVER, 0),
            "delivered": counts.get(SubOrderStatus.DELIVERED, 0),
        },
        "month_total": month.aggregate(total=Sum("goods_total"))["total"] or 0,
        "month_count": month.count(),
        "low_stock": stock.select_related("variant__product").order_by("on_hand", "pk")[:SHOWN],
        "low_stock_count": stock.count(),
        "stars": stars.order_by("stars_valid_until")[:SHOWN],
        "lots": Lot.objects.owned_by(user).select_related("product", "code_row")[:SHOWN],
        "published": products.filter(status="published").count(),
        "drafts": products.filter(status="draft").count(),
    }
    context["site_name"] = producer_site.name
    return context
