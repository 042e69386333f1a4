"""The cart as it is worth now: prices, stock and fees are read afresh, in a constant number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from catalog import stars
from catalog.models import Variant
from core import clock
from orders.models import Cart, CartLine, ShippingPolicy
from producers.models import Producer


@dataclass(frozen=True)
class Line:
    """One wish and what can be had of it. Amounts in đồng."""

    variant: Variant
    quantity: int  # wished
    price_seen: int
    available: int  # units on hand; 0 when the variant may not be sold

    @property
    def price(self) -> int:
        return self.variant.price

    @property
    def counted(self) -> int:
        """Units that an order placed now would hold."""
        return min(self.quantity, self.available)

    @property
    def total(self) -> int:
        return self.price * self.counted

    @property
    def most(self) -> int:
        """The largest quantity that may be asked for."""
        return min(self.available, settings.CART_MAX_QUANTITY)

    @property
    def problem(self) -> str:
        """ "", "gone" (may not be sold), "sold_out", "short" or "price"; the gravest only."""
        if not self.is_buyable:
            return "gone"
        if self.available < self.quantity:
            return "short" if self.available else "sold_out"
        return "price" if self.price != self.price_seen else ""

    is_buyable: bool = True

    @property
    def cover(self) -> str:
        name = self.variant.product.cover
        return default_storage.url(name) if name else ""

    @property
    def stars(self) -> int | None:
        """The star if it is live today."""
        product = self.variant.product
        state = stars.state(
            stars=product.stars,
            valid_until=product.stars_valid_until,
            lapsed_after=product.stars_lapsed_after,
            certificate_number=product.certificate_number,
            on=clock.today(),
        )
        return product.stars if state == "live" else None


@dataclass(frozen=True)
class Parcel:
    """What one producer will send, with its fee in đồng."""

    producer: Producer
    policy: ShippingPolicy
    lines: tuple[Line, ...]

    @property
    def goods_total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def fee(self) -> int:
        return self.policy.fee_for(self.goods_total)

    @property
    def total(self) -> int:
        return self.goods_total + self.fee

    @property
    def free_from(self) -> int | None:
        return self.policy.free_from

    @property
    def to_free(self) -> int:
        """Đồng still missing for free delivery; 0 when reached or not offered."""
        return max((self.free_from or 0) - self.goods_total, 0)


@dataclass(frozen=True)
class Basket:
    """The whole cart, a parcel per producer in the order in which they came in."""

    parcels: tuple[Parcel, ...] = ()

    @property
    def lines(self) -> Iterator[Line]:
        return (line for parcel in self.parcels for line in parcel.lines)

    @property
    def goods_total(self) -> int:
        return sum(parcel.goods_total for parcel in self.parcels)

    @property
    def shipping_total(self) -> int:
        return sum(parcel.fee for parcel in self.parcels)

    @property
    def total(self) -> int:
        return self.goods_total + self.shipping_total

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def parcels_to_send(self) -> int:
        """Number of parcels that hold anything that can be had."""
        return sum(parcel.goods_total > 0 for parcel in self.parcels)

    @property
    def is_empty(self) -> bool:
        return not self.parcels

    @property
    def can_order(self) -> bool:
        return any(line.counted for line in self.lines)

    @property
    def has_problems(self) -> bool:
        return any(line.problem for line in self.lines)


def basket(cart: Cart | None) -> Basket:
    """One query, whatever the cart holds; none without a cart."""
    if cart is None:
        return Basket()
    rows = list(
        CartLine.objects.filter(cart=cart)
        .select_related(
            "variant__stock",
            "variant__product__commune",
            "variant__product__producer__commune",
            "variant__product__producer__province",
            "variant__product__producer__shipping_policy",
        )
        .annotate(is_buyable=Exists(Variant.objects.buyable().filter(pk=OuterRef("variant_id"))))
        .order_by("id")
    )
    place: dict[int, int] = {}
    for row in rows:
        place.setdefault(row.variant.product.producer_id, row.pk)
    rows.sort(key=lambda row: (place[row.variant.product.producer_id], row.pk))
    return Basket(
        tuple(
            _parcel([_line(row) for row in group])
            for _, group in groupby(rows, key=lambda row: row.variant.product.producer_id)
        )
    )


def _line(row: CartLine) -> Line:
    is_buyable = bool(row.is_buyable)  # type: ignore[attr-defined]  # annotated above
    stock = getattr(row.variant, "stock", None)
    return Line(
        variant=row.variant,
        quantity=row.quantity,
        price_seen=row.price_seen,
        available=stock.on_hand if stock is not None and is_buyable else 0,
        is_buyable=is_buyable,
    )


def _parcel(lines: list[Line]) -> Parcel:
    producer = lines[0].variant.product.producer
    policy = getattr(producer, "shipping_policy", None) or ShippingPolicy(producer=producer)
    return Parcel(producer=producer, policy=policy, lines=tuple(lines))
