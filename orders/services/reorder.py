"""Ordering again what came to nothing."""

from core.errors import MarketError
from orders.models import Cart, Order, OrderLine
from orders.services import cart as carts


def put_back(*, order: Order, cart: Cart) -> list[str]:
    """Wish for the order's goods again, at today's prices; returns the names of what cannot be had so.

    Of what lies in the cart already the larger wish counts, so pressing twice changes nothing.
    """
    wished = dict(cart.lines.values_list("variant_id", "quantity"))
    missing = []
    lines = OrderLine.objects.filter(sub_order__order=order).select_related("variant__product")
    for line in lines:
        more = line.quantity - wished.get(line.variant_id, 0)
        if more <= 0:
            continue
        try:
            is_missing = carts.add(cart=cart, variant=line.variant, quantity=more).is_short
        except MarketError:
            is_missing = True
        if is_missing:
            missing.append(f"{line.product_name} ({line.variant_name})")
    return missing
