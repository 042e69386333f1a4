"""What a browser session knows: its cart, the count in the header, and the orders it may open."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest

from orders import policies
from orders.models import Cart, Order
from orders.selectors.destinations import Destination, guess
from orders.services import cart as carts

_CART, _COUNT, _ORDERS, _UNDO, _DRAFT = "cart_key", "cart_count", "orders", "cart_undo", "checkout_draft"
_PLACE = "place"
_MOST_ORDERS = 50


def cart_of(request: HttpRequest) -> Cart | None:
    """The visitor's cart, if there is one; a guest without a cookie stays without one."""
    return carts.find(user=request.user, key=request.session.get(_CART, ""))


def open_cart(request: HttpRequest) -> Cart:
    """The visitor's cart, made now if need be."""
    cart = carts.ensure(user=request.user, key=request.session.get(_CART, ""))
    if cart.user_id is None and request.session.get(_CART) != str(cart.key):
        request.session[_CART] = str(cart.key)
    return cart


def count(session: Any, cart: Cart | None) -> None:
    """Keep the number that the header shows; the session is touched only when it changes."""
    units = carts.units(cart=cart) if cart else 0
    if session.get(_COUNT, 0) != units:
        session[_COUNT] = units


def carry_over(session: Any, user: Any) -> None:
    """At sign-in: the guest's cart goes into the account's."""
    guest_cart = carts.find(key=session.pop(_CART, ""))
    cart = carts.merge(guest_cart=guest_cart, user=user) if guest_cart else carts.find(user=user)
    count(session, cart)


def grant(request: HttpRequest, order: Order) -> None:
    """This browser placed the order, or named its phone and code: it may open it from now on."""
    known = request.session.get(_ORDERS, [])
    if order.pk not in known:
        request.session[_ORDERS] = [*known, order.pk][-_MOST_ORDERS:]


def buyer_of(request: HttpRequest, order: Order) -> Any:
    """The visitor as this order's buyer: the account, or a holder; None for anybody else."""
    if policies.is_buyer(request.user, order):
        return request.user
    return policies.Holder(order.pk) if order.pk in request.session.get(_ORDERS, []) else None


def keep_undo(request: HttpRequest, *, variant_id: int, quantity: int, name: str) -> None:
    request.session[_UNDO] = {"variant": variant_id, "quantity": quantity, "name": name}


def take_undo(request: HttpRequest) -> dict[str, Any] | None:
    return request.session.pop(_UNDO, None) if _UNDO in request.session else None


def keep_draft(request: HttpRequest, data: dict[str, str]) -> None:
    """What was typed into a checkout that did not go through, until one does."""
    request.session[_DRAFT] = data


def draft(request: HttpRequest) -> dict[str, str]:
    return request.session.get(_DRAFT, {})


def drop_draft(request: HttpRequest) -> None:
    request.session.pop(_DRAFT, None)


def destination(request: HttpRequest) -> Destination:
    """Where this visitor's goods will probably go."""
    return guess(request.user, request.session.get(_PLACE, {}))


def keep_destination(request: HttpRequest, named: Destination) -> None:
    """The place that the visitor named: the next estimate begins with it."""
    place = asdict(named) | {"is_guess": True}
    if request.session.get(_PLACE) != place:
        request.session[_PLACE] = place
