"""How many units can be had now: the one arithmetic of listing, product page, cart and checkout.

available = on hand − quarantined − reserved + reserved by reservations that have lapsed
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Expression, F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models import Reservation, StockItem
from core import clock


def units(*, path: str = "", at: dt.datetime | None = None) -> Expression:
    """An expression for ``annotate``; ``path`` leads to the stock item, like "variant__stock__".

    NULL where there is no stock item.
    """
    lapsed = (
        Reservation.objects.filter(
            item=OuterRef(f"{path}pk"), status=Reservation.Status.HELD, expires_at__lte=at or clock.now()
        )
        .order_by()
        .values("item")
        .annotate(units=Sum("quantity"))
        .values("units")
    )
    return (
        F(f"{path}on_hand")
        - F(f"{path}quarantined")
        - F(f"{path}reserved")
        + Coalesce(Subquery(lapsed, output_field=IntegerField()), 0)
    )


def of_variants(variant_ids: Iterable[int], *, at: dt.datetime | None = None) -> dict[int, int]:
    """Variant id → units that can be had, in one query; variants without stock are left out."""
    rows = StockItem.objects.filter(variant_id__in=list(variant_ids)).annotate(units=units(at=at))
    return dict(rows.values_list("variant_id", "units"))
