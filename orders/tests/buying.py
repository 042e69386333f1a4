"""Buying in tests: through the services, and as a browser."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.test import Client

from core.models import Commune, OutboxDelivery
from core.services import delivery
from orders.models import Cart, Order, SubOrder
from orders.services import cart as carts
from orders.services import checkout, fulfilment, paying
from orders.states import NOT_YET_ORDERED, SubOrderStatus
from payments.states import Method


def contact(commune: Commune, **changes: Any) -> checkout.Contact:
    fields = {
        "recipient": "Nguyễn Thị Mua",
        "phone": "0905 000 111",
        "commune": commune,
        "address_line": "Thôn 2",
        "email": "mua@khach.example",
        "note": "",
    }
    return checkout.Contact(**fields | changes)


def filled(*products: Any, quantity: int = 1, user: Any = None) -> Cart:
    """A cart with the one pack of each product."""
    cart = carts.ensure(user=user)
    for product in products:
        carts.add(cart=cart, variant=product.variants.get(), quantity=quantity)
    return cart


def buy(
    *products: Any,
    commune: Commune,
    user: Any = None,
    quantity: int = 1,
    method: str = Method.COD,
    at: dt.datetime | None = None,
    **changes: Any,
) -> Order:
    cart = filled(*products, quantity=quantity, user=user)
    return checkout.place(
        cart=cart,
        contact=contact(commune, **changes),
        idempotency_key=uuid.uuid4().hex,
        actor=user,
        language="vi",
        method=method,
        at=at,
    )


WAYS = {
    SubOrderStatus.PLACED: [],
    SubOrderStatus.CONFIRMED: ["confirm"],
    SubOrderStatus.PREPARING: ["confirm", "prepare"],
    SubOrderStatus.HANDED_OVER: ["confirm", "prepare", "hand_over"],
    SubOrderStatus.DELIVERED: ["confirm", "prepare", "hand_over", "deliver"],
    SubOrderStatus.REFUSED: ["confirm", "prepare", "hand_over", "refuse"],
    SubOrderStatus.RETURNED: ["confirm", "prepare", "hand_over", "refuse", "take_back"],
    SubOrderStatus.CANCELLED: ["cancel"],
}


def parcel(*products: Any, status: str, commune: Commune, **more: Any) -> SubOrder:
    """The first parcel of a new order, brought to a status by the market itself."""
    if status in NOT_YET_ORDERED:
        order = buy(*products, commune=commune, method=Method.TRANSFER, **more)
        if status == SubOrderStatus.LAPSED:
            paying.lapse_unpaid(at=order.payment.expires_at)
    else:
        order = buy(*products, commune=commune, **more)
        walk(order.sub_orders.first(), status)
    return order.sub_orders.first()


def walk(sub_order: SubOrder, status: str) -> None:
    for step in WAYS[SubOrderStatus(status)]:
        getattr(fulfilment, step)(sub_order=sub_order, actor=None)


def typed(commune: Commune, **changes: Any) -> dict[str, Any]:
    """The checkout form as a browser posts it."""
    fields = {
        "recipient": "Nguyễn Thị Mua",
        "phone": "0905 000 111",
        "tinh": commune.province_id,
        "xa": commune.pk,
        "thon": "Thôn 2",
        "email": "",
        "note": "",
        "payment_method": "cod",
        "idempotency_key": uuid.uuid4().hex,
    }
    return fields | changes


def put_in_cart(client: Client, *products: Any, quantity: Any = 1, **more: Any) -> Any:
    """Post each product's form; returns the last answer."""
    answer = None
    for product in products:
        variant = product.variants.get().pk
        answer = client.post("/gio-hang/them/", {"variant": variant, "quantity": quantity} | more)
    return answer


def run_outbox() -> None:
    """Do what relay and worker do, until nothing is due; nobody else is at work in a test."""
    while ids := list(
        OutboxDelivery.objects.filter(done_at=None).order_by("id").values_list("pk", flat=True)
    ):
        for delivery_id in ids:
            delivery.run(delivery_id)


def broken(invariants: Mapping[str, str]) -> dict[str, list[Any]]:
    """Name → rows of every invariant that does not hold."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in invariants.items():
            cursor.execute(sql)
            if rows := cursor.fetchall():
                found[name] = rows
    return found
