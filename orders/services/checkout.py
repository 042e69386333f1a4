"""Placing an order: one transaction from the cart to a sub-order per producer."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import phones
from accounts.models import User
from catalog.errors import OutOfStock
from catalog.services import stock
from core import clock, outbox
from core.models import Commune
from core.services import audit
from core.text import clean
from orders import codes
from orders.errors import CartChanged, CartEmpty, Change
from orders.models import Cart, CartLine, Order, OrderLine, SubOrder
from orders.selectors.basket import Basket, Line, Parcel, basket
from orders.services import cart as carts


@dataclass(frozen=True)
class Contact:
    """To whom and where. ``phone`` in any spelling."""

    recipient: str
    phone: str
    commune: Commune
    address_line: str
    email: str = ""
    note: str = ""


def place(
    *,
    cart: Cart,
    contact: Contact,
    idempotency_key: str,
    actor: Any,
    language: str,
    at: dt.datetime | None = None,
) -> Order:
    """Order everything in the cart, pay on delivery. ``actor`` is the buyer, None for a guest.

    Prices and stock are read again under the cart's lock. If they differ from what the buyer saw,
    nothing is placed, the cart is trimmed, and CartChanged says line by line what and why.
    The same key from the same cart gives the same order, however often and however fast it comes.
    Raises CartEmpty, CartChanged, accounts.phones.InvalidPhone.
    """
    phone = phones.normalise(contact.phone)
    key = scoped_key(cart=cart, idempotency_key=idempotency_key)
    with transaction.atomic():
        # The lock comes before the look-up, so of ten clicks one places and nine find its order.
        Cart.objects.select_for_update().get(pk=cart.pk)
        known = Order.objects.filter(idempotency_key=key).first()
        if known is not None:
            return known
        content = basket(cart)
        if content.is_empty:
            raise CartEmpty
        if content.has_problems:
            changes = carts.reconcile(cart=cart)
        else:
            writer = _Writer(contact, phone, key, actor, language, at or clock.now())
            try:
                with transaction.atomic():
                    return writer.write(cart, content)
            except OutOfStock as shortage:
                # Somebody was faster between our reading and our taking.
                changes = _trim(cart, shortage)
    raise CartChanged(changes)


def scoped_key(*, cart: Cart, idempotency_key: str) -> str:
    """The stored form: bound to the cart, so that nobody can ask for another's order by its key."""
    return hashlib.sha256(f"{cart.key}:{idempotency_key}".encode()).hexdigest()


def _trim(cart: Cart, shortage: OutOfStock) -> list[Change]:
    limits = {int(variant): int(left) for variant, left in shortage.data["shortages"].items()}
    return carts.reconcile(cart=cart, at_most=limits)


@dataclass(frozen=True)
class _Writer:
    """Writes the rows of one order."""

    contact: Contact
    phone: str
    key: str
    actor: Any
    language: str
    at: dt.datetime

    def write(self, cart: Cart, content: Basket) -> Order:
        order = self._order(content)
        self._sub_orders(order, content)
        wanted = {line.variant.pk: line.quantity for line in content.lines}
        stock.take(quantities=wanted, reference=order.code, actor=self._user, at=self.at)
        CartLine.objects.filter(cart=cart).delete()
        audit.record(action="orders.order.placed", obj=order, actor=self._user, at=self.at)
        outbox.publish("orders.placed", {"order": order.pk})
        return order

    @property
    def _user(self) -> User | None:
        return self.actor if isinstance(self.actor, User) else None

    def _order(self, content: Basket) -> Order:
        commune = self.contact.commune
        return Order.objects.create(
            code=self._free_code(),
            buyer=self._user,
            idempotency_key=self.key,
            recipient=clean(self.contact.recipient),
            phone=self.phone,
            email=clean(self.contact.email),
            province_id=commune.province_id,
            commune=commune,
            address_line=clean(self.contact.address_line),
            note=clean(self.contact.note),
            language=self.language,
            goods_total=content.goods_total,
            shipping_total=content.shipping_total,
            total=content.total,
            is_illustrative=all(line.variant.product.is_illustrative for line in content.lines),
            placed_at=self.at,
        )

    def _free_code(self) -> str:
        while True:
            code = codes.new()
            if not Order.objects.filter(code=code).exists():
                return code

    def _sub_orders(self, order: Order, content: Basket) -> None:
        subs = SubOrder.objects.bulk_create(
            self._sub_order(order, number, parcel) for number, parcel in enumerate(content.parcels, 1)
        )
        OrderLine.objects.bulk_create(
            self._line(sub, line)
            for sub, parcel in zip(subs, content.parcels, strict=True)
            for line in parcel.lines
        )

    def _sub_order(self, order: Order, number: int, parcel: Parcel) -> SubOrder:
        return SubOrder(
            order=order,
            producer=parcel.producer,
            code=f"{order.code}-{number}",
            goods_total=parcel.goods_total,
            shipping_fee=parcel.fee,
            total=parcel.total,
        )

    def _line(self, sub: SubOrder, line: Line) -> OrderLine:
        """A snapshot: what the buyer agreed to, whatever becomes of the product later."""
        stars = line.stars
        return OrderLine(
            sub_order=sub,
            variant=line.variant,
            product_name=line.variant.product.name,
            variant_name=line.variant.name,
            unit_price=line.price,
            quantity=line.quantity,
            line_total=line.price * line.quantity,
            stars=stars,
            certificate_number=line.variant.product.certificate_number if stars else "",
        )
