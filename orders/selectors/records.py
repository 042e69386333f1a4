"""Orders for programs: everything of one, in a constant number of queries."""

from django.db.models import Prefetch

from orders.models import Order, OrderLine, SubOrder


def whole_order(code: str) -> Order | None:
    """With payment, parcels, their producers, points and lines: three queries."""
    lines = Prefetch("lines", OrderLine.objects.order_by("id"))
    parcels = SubOrder.objects.select_related("producer", "pickup_point").prefetch_related(lines)
    rows = Order.objects.select_related("payment")
    rows = rows.prefetch_related(Prefetch("sub_orders", parcels.order_by("id")))
    return rows.filter(code=code).first()
