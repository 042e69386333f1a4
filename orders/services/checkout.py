"""Placing an order: one transaction from the cart to a sub-order per producer."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import phones
from accounts.models import User
from catalog.errors import OutOfStock
from catalog.models import Product, SaleMode
from catalog.services import stock
from core import clock, outbox
from core.models import Commune
from core.services import audit
from core.text import clean
from orders import codes
from orders.errors import CartChanged, CartEmpty, Change, NoPickupThere, TotalChanged
from orders.models import Cart, CartLine, CommissionRule, Order, OrderLine, PickupPoint, SubOrder
from orders.selectors.basket import Basket, Line, Parcel, basket
from orders.selectors.commission import rate, rules_on
from orders.selectors.destinations import chosen
from orders.services import cart as carts
from orders.services import vouchers
from orders.services.deadlines import confirm_by
from orders.states import DeliveryMethod, SubOrderStatus
from payments.services import payments
from payments.states import PREPAID, Method
from payments.tax import Category

# What the label says of the goods, kept with the order.
LABEL_FACTS = ("ingredients", "usage", "storage", "shelf_life", "warnings", "standards", "gtin")


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
    method: str = Method.COD,
    pickups: Mapping[int, int] | None = None,
    agreed_total: int | None = None,
    at: dt.datetime | None = None,
) -> Order:
    """Order everything in the cart. ``actor`` is the buyer, None for a guest.

    ``method`` is how it will be paid: in advance the goods are only reserved, until the payment's
    time is over. ``pickups``: producer id → id of the point where the buyer fetches that parcel.
    Prices and stock are read again under the cart's lock. If they differ from what the buyer saw,
    nothing is placed, the cart is trimmed, and CartChanged says line by line what and why; the
    same with TotalChanged where the sum is more than ``agreed_total``. Less is ordered at once.
    The same key from the same cart gives the same order, however often and however fast it comes.
    Raises CartEmpty, CartChanged, TotalChanged, VoucherGone, NoPickupThere,
    accounts.phones.InvalidPhone.
    """
    phone = phones.normalise(contact.phone)
    key = scoped_key(cart=cart, idempotency_key=idempotency_key)
    with transaction.atomic():
        # The lock comes before the look-up, so of ten clicks one places and nine find its order.
        Cart.objects.select_for_update().get(pk=cart.pk)
        known = Order.objects.filter(idempotency_key=key).first()
        if known is not None:
            return known
        content = basket(cart, destination=chosen(contact.commune), pickups=_points(pickups or {}))
        if content.is_empty:
            raise CartEmpty
        if content.has_problems:
            changes = carts.reconcile(cart=cart)
        elif agreed_total is not None and content.total > agreed_total:
            raise TotalChanged(data={"total": content.total})
        else:
            method = method if content.total else Method.COD  # nothing to pay in advance
            writer = _Writer(contact, phone, key, actor, language, method, at or clock.now())
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


def _points(pickups: Mapping[int, int]) -> dict[int, PickupPoint]:
    """Producer id → its point. Raises NoPickupThere for a closed one, or another producer's."""
    known = {p.pk: p for p in PickupPoint.objects.filter(pk__in=pickups.values(), is_active=True)}
    for producer_id, point_id in pickups.items():
        if point_id not in known or known[point_id].producer_id != producer_id:
            raise NoPickupThere
    return {producer_id: known[point_id] for producer_id, point_id in pickups.items()}


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
    method: str
    at: dt.datetime

    def write(self, cart: Cart, content: Basket) -> Order:
        order = self._order(content)
        vouchers.use(order=order, applied=content.vouchers, at=self.at)
        self._sub_orders(order, content)
        self._keep_goods(order, content)
        CartLine.objects.filter(cart=cart).delete()
        Cart.objects.filter(pk=cart.pk).update(voucher_codes=[])
        audit.record(action="orders.order.placed", obj=order, actor=self._user, at=self.at)
        if self._is_prepaid:
            outbox.publish("orders.awaiting_payment", {"order": order.pk})
        else:
            outbox.publish("orders.placed", {"order": order.pk})
        return order

    @property
    def _user(self) -> User | None:
        return self.actor if isinstance(self.actor, User) else None

    @property
    def _is_prepaid(self) -> bool:
        return self.method in PREPAID

    @property
    def _pay_by(self) -> dt.datetime:
        return self.at + dt.timedelta(minutes=settings.RESERVATION_MINUTES)

    def _keep_goods(self, order: Order, content: Basket) -> None:
        wanted = {line.variant.pk: line.quantity for line in content.lines}
        if self._is_prepaid:
            stock.reserve(quantities=wanted, reference=order.code, until=self._pay_by, at=self.at)
        else:
            stock.take(quantities=wanted, reference=order.code, actor=self._user, at=self.at)

    def _order(self, content: Basket) -> Order:
        commune, code = self.contact.commune, self._free_code()
        payment = None
        if self._is_prepaid:
            payment = payments.open_for(
                reference=code,
                method=self.method,
                amount=content.total,
                expires_at=self._pay_by,
                at=self.at,
            )
        return Order.objects.create(
            code=code,
            buyer=self._user,
            idempotency_key=self.key,
            recipient=clean(self.contact.recipient),
            phone=self.phone,
            email=clean(self.contact.email),
            province_id=commune.province_id,
            commune=commune,
            address_line=clean(self.contact.address_line),
            note=clean(self.contact.note),
            payment_method=self.method,
            payment=payment,
            language=self.language,
            goods_total=content.goods_total,
            shipping_total=content.shipping_total,
            discount_total=content.discount_total,
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
        rules = rules_on(clock.day_of(self.at))
        subs = SubOrder.objects.bulk_create(
            self._sub_order(order, number, parcel) for number, parcel in enumerate(content.parcels, 1)
        )
        OrderLine.objects.bulk_create(
            self._line(sub, line, rules)
            for sub, parcel in zip(subs, content.parcels, strict=True)
            for line in parcel.lines
        )

    def _sub_order(self, order: Order, number: int, parcel: Parcel) -> SubOrder:
        return SubOrder(
            order=order,
            producer=parcel.producer,
            code=f"{order.code}-{number}",
            status=SubOrderStatus.AWAITING if self._is_prepaid else SubOrderStatus.PLACED,
            delivery_method=DeliveryMethod.PICKUP if parcel.pickup else DeliveryMethod.DELIVER,
            pickup_point=parcel.pickup,
            goods_total=parcel.goods_total,
            shipping_fee=parcel.fee,
            producer_discount=parcel.producer_discount,
            market_discount=parcel.market_discount,
            total=parcel.total,
            weight=parcel.weight,
            confirm_by=None if self._is_prepaid else confirm_by(self.at),
        )

    def _line(self, sub: SubOrder, line: Line, rules: Sequence[CommissionRule]) -> OrderLine:
        """A snapshot: what the buyer agreed to, whatever becomes of the product later."""
        product, stars = line.variant.product, line.stars
        label = {name: getattr(product, name) for name in LABEL_FACTS}
        return OrderLine(
            sub_order=sub,
            variant=line.variant,
            product_name=product.name,
            variant_name=line.variant.name,
            unit_price=line.price,
            quantity=line.quantity,
            line_total=line.price * line.quantity,
            producer_discount=line.producer_discount,
            market_discount=line.market_discount,
            stars=stars,
            certificate_number=product.certificate_number if stars else "",
            label={name: text for name, text in label.items() if text},
            commission_bp=rate(
                rules, product_set=product.product_set_id, stars=stars, producer=product.producer_id
            ),
            tax_category=_tax_category(product),
        )


def _tax_category(product: Product) -> str:
    """Tourism is a service, everything else in the market is goods."""
    product_set = product.product_set
    is_service = product_set is not None and product_set.sale_mode == SaleMode.REQUEST
    return Category.SERVICES if is_service else Category.GOODS
