"""Filling and mending a cart. A cart holds wishes: nothing here touches stock."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from catalog.models import Variant
from catalog.selectors import availability
from core import clock
from orders.errors import BadQuantity, CartFull, Change, NotForSale, SoldOut
from orders.models import Cart, CartLine
from orders.selectors.basket import Line, basket


@dataclass(frozen=True)
class Put:
    """A line after a change. ``quantity`` may be less than ``asked`` when stock is short; the line
    is gone when it is 0."""

    variant: Variant
    asked: int
    quantity: int

    @property
    def is_short(self) -> bool:
        return self.quantity < self.asked


def find(*, user: Any = None, key: str = "") -> Cart | None:
    """The user's cart, for guests the one with this key; None when there is none yet."""
    if getattr(user, "is_authenticated", False):
        return Cart.objects.filter(user=user).first()
    try:
        return Cart.objects.filter(key=uuid.UUID(key), user=None).first() if key else None
    except ValueError:
        return None


def ensure(*, user: Any = None, key: str = "") -> Cart:
    """Like ``find``, but makes the cart."""
    if getattr(user, "is_authenticated", False):
        return Cart.objects.get_or_create(user=user)[0]
    return find(key=key) or Cart.objects.create()


def units(*, cart: Cart) -> int:
    """All units wished for: the number in the header."""
    return cart.lines.aggregate(units=Sum("quantity"))["units"] or 0


def quantity_from(*, text: Any) -> int:
    """Whole number of 1 to 999 as people type it ("3", " 12 "). Raises BadQuantity."""
    written = str(text).strip()
    if not (written.isdecimal() and len(written) <= 9):
        raise BadQuantity
    return _checked(int(written))


def add(*, cart: Cart, variant: Variant, quantity: int) -> Put:
    """Add units of a variant to those already wished, up to what is on hand.

    Raises BadQuantity, NotForSale, SoldOut, CartFull.
    """
    _checked(quantity)
    with transaction.atomic():
        _lock(cart)
        line = CartLine.objects.filter(cart=cart, variant=variant).first()
        if line is None and cart.lines.count() >= settings.CART_MAX_LINES:
            raise CartFull(data={"limit": settings.CART_MAX_LINES})
        asked = (line.quantity if line else 0) + quantity
        return _put(cart, variant, asked)


def set_quantity(*, cart: Cart, variant: Variant, quantity: int) -> Put:
    """Wish for so many units of a variant that lies in the cart, up to what is on hand.

    A line removed elsewhere comes back. Raises BadQuantity, NotForSale, SoldOut.
    """
    _checked(quantity)
    with transaction.atomic():
        _lock(cart)
        return _put(cart, variant, quantity)


def remove(*, cart: Cart, variant: Variant) -> int:
    """Take the line out; returns the units it held, 0 when it was gone already."""
    with transaction.atomic():
        _lock(cart)
        line = CartLine.objects.filter(cart=cart, variant=variant).first()
        if line is None:
            return 0
        line.delete()
    return line.quantity


def merge(*, guest_cart: Cart, user: User) -> Cart:
    """Bring what a guest wished into the account's cart at sign-in; of the same pack the larger wish."""
    cart = ensure(user=user)
    if guest_cart.pk == cart.pk or guest_cart.user_id is not None:
        return cart
    with transaction.atomic():
        # Both in pk order: two sign-ins at once must not wait for each other.
        list(Cart.objects.select_for_update().filter(pk__in=[cart.pk, guest_cart.pk]).order_by("pk"))
        own = {line.variant_id: line for line in cart.lines.all()}
        for line in guest_cart.lines.all():
            if line.variant_id in own:
                mine = own[line.variant_id]
                mine.quantity = max(mine.quantity, line.quantity)
                mine.save(update_fields=["quantity"])
            else:
                line.cart = cart
                line.save(update_fields=["cart"])
        Cart.objects.filter(pk=guest_cart.pk).delete()
        _touch(cart)
    return cart


def reconcile(*, cart: Cart, at_most: Mapping[int, int] | None = None) -> list[Change]:
    """Trim the cart to what can be had now and take over present prices; says what changed.

    ``at_most`` (variant id → units) overrides the stock read here, for a shortage that only
    showed when the stock was taken.
    """
    limits = at_most or {}
    with transaction.atomic():
        _lock(cart)
        changes: list[Change] = []
        for line in basket(cart).lines:
            available = min(line.available, limits.get(line.variant.pk, line.available))
            changes += _mend(cart, line, available)
        if changes:
            _touch(cart)
    return changes


def _mend(cart: Cart, line: Line, available: int) -> list[Change]:
    row = CartLine.objects.filter(cart=cart, variant=line.variant)
    change = partial(
        Change,
        variant_id=line.variant.pk,
        product_name=line.variant.product.name,
        pack=line.variant.name,
    )
    if available <= 0:
        row.delete()
        kind = "sold_out" if line.is_buyable else "gone"
        return [change(kind=kind, before=line.quantity, after=0)]
    changes = []
    if available < line.quantity:
        changes.append(change(kind="short", before=line.quantity, after=available))
    if line.price != line.price_seen:
        changes.append(change(kind="price", before=line.price_seen, after=line.price))
    if changes:
        row.update(quantity=min(available, line.quantity), price_seen=line.price)
    return changes


def _put(cart: Cart, variant: Variant, asked: int) -> Put:
    """Write the line, capped by stock and by the largest quantity of one line."""
    offers = Variant.objects.buyable().annotate(units=availability.units(path="stock__"))
    offered = offers.filter(pk=variant.pk).values_list("price", "units").first()
    if offered is None:
        raise NotForSale(data={"variant": variant.pk})
    price, available = offered
    if not available or available < 0:
        raise SoldOut(data={"variant": variant.pk, "available": 0})
    quantity = min(asked, available, settings.CART_MAX_QUANTITY)
    CartLine.objects.update_or_create(
        cart=cart, variant=variant, defaults={"quantity": quantity, "price_seen": price}
    )
    _touch(cart)
    return Put(variant=variant, asked=asked, quantity=quantity)


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= settings.CART_MAX_QUANTITY:
        raise BadQuantity
    return quantity


def _lock(cart: Cart) -> None:
    """One change of a cart at a time: a double click adds once after the other."""
    Cart.objects.select_for_update().get(pk=cart.pk)


def _touch(cart: Cart) -> None:
    Cart.objects.filter(pk=cart.pk).update(changed_at=clock.now())
