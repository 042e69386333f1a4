"""The cart as it is worth now: prices, stock and fees are read afresh, in a constant number of queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from catalog import stars
from catalog.models import Variant
from catalog.selectors import availability
from core import clock
from orders import fees
from orders.discounts import spread
from orders.models import Cart, CartLine, PickupPoint, ShippingPolicy
from orders.selectors.destinations import NOWHERE, Destination
from orders.selectors.vouchers import Applied, judge
from producers.models import Producer


@dataclass(frozen=True)
class Line:
    """One wish and what can be had of it. Amounts in đồng."""

    variant: Variant
    quantity: int  # wished
    price_seen: int
    available: int  # units that can be had now; 0 when the variant may not be sold

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
    producer_discount: int = 0
    market_discount: int = 0

    @property
    def weight(self) -> int:
        """Grams that an order placed now would send."""
        return self.variant.shipping_weight * self.counted

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
    destination: Destination = NOWHERE
    pickup: PickupPoint | None = None

    @property
    def goods_total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def producer_discount(self) -> int:
        return sum(line.producer_discount for line in self.lines)

    @property
    def market_discount(self) -> int:
        return sum(line.market_discount for line in self.lines)

    @property
    def weight(self) -> int:
        return sum(line.weight for line in self.lines)

    @property
    def fee(self) -> int:
        """An empty parcel costs nothing, nor does one that the buyer fetches."""
        return 0 if self.pickup else self.fee_to(self.destination)

    def fee_to(self, destination: Destination) -> int:
        """By the producer's table, or the flat fee where it has none."""
        producer, policy = self.producer, self.policy
        return fees.fee(
            rates=policy.rates.all() if policy.pk else (),
            zone=destination.zone_from(commune=producer.commune_id, province=producer.province_id),
            weight_g=self.weight,
            goods_total=self.goods_total,
            parcel_fee=policy.parcel_fee,
            free_from=policy.free_from,
            extra_per_kg=policy.extra_per_kg,
            is_cold=self.is_cold,
            cold_surcharge=policy.cold_surcharge,
        )

    @property
    def is_cold(self) -> bool:
        return any(line.variant.product.needs_cold for line in self.lines if line.counted)

    @property
    def is_estimate(self) -> bool:
        """The fee depends on a place that the buyer has not named yet."""
        return self.destination.is_guess and not self.pickup and bool(self.fee) and self._has_rates

    @property
    def _has_rates(self) -> bool:
        return bool(self.policy.pk and self.policy.rates.all())

    @property
    def total(self) -> int:
        return self.goods_total + self.fee - self.producer_discount - self.market_discount

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
    vouchers: tuple[Applied, ...] = ()

    def bound_for(self, destination: Destination, pickups: Mapping[int, PickupPoint]) -> "Basket":
        """The same goods on another way. ``pickups``: producer id → where that parcel is fetched."""
        parcels = (
            replace(parcel, destination=destination, pickup=pickups.get(parcel.producer.pk))
            for parcel in self.parcels
        )
        return replace(self, parcels=tuple(parcels))

    @property
    def destination(self) -> Destination:
        """Where all of it goes, but for what is fetched."""
        return self.parcels[0].destination if self.parcels else NOWHERE

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
    def discount_total(self) -> int:
        return sum(parcel.producer_discount + parcel.market_discount for parcel in self.parcels)

    @property
    def total(self) -> int:
        return self.goods_total + self.shipping_total - self.discount_total

    @property
    def is_estimate(self) -> bool:
        """A fee in it depends on a place that the buyer has not named yet."""
        return any(parcel.is_estimate for parcel in self.parcels)

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


def basket(
    cart: Cart | None,
    *,
    destination: Destination | None = None,
    pickups: Mapping[int, PickupPoint] | None = None,
) -> Basket:
    """One query, whatever the cart holds, one more for fee tables and one for vouchers; none without
    a cart.

    ``destination`` decides fees; without it they are those of the widest zone. ``pickups``:
    producer id → where the buyer fetches that parcel.
    """
    if cart is None:
        return Basket()
    rows = list(
        CartLine.objects.filter(cart=cart)
        .select_related(
            "variant__product__commune",
            "variant__product__product_set__group",
            "variant__product__producer__commune",
            "variant__product__producer__province",
            "variant__product__producer__shipping_policy",
        )
        .annotate(
            is_buyable=Exists(Variant.objects.buyable().filter(pk=OuterRef("variant_id"))),
            units=availability.units(path="variant__stock__"),
        )
        .prefetch_related("variant__product__producer__shipping_policy__rates")
        .order_by("id")
    )
    place: dict[int, int] = {}
    for row in rows:
        place.setdefault(row.variant.product.producer_id, row.pk)
    rows.sort(key=lambda row: (place[row.variant.product.producer_id], row.pk))
    parcels = [
        _parcel([_line(row) for row in group])
        for _, group in groupby(rows, key=lambda row: row.variant.product.producer_id)
    ]
    vouchers = judge(cart.voucher_codes, goods={p.producer.pk: p.goods_total for p in parcels})
    content = Basket(tuple(_discounted(parcels, vouchers)), tuple(vouchers))
    return content.bound_for(destination or NOWHERE, pickups or {})


def parcel_of(variant: Variant, *, quantity: int, destination: Destination) -> Parcel:
    """So many of one pack on their own, as if they were there. One query, and one for a fee table."""
    line = Line(variant=variant, quantity=quantity, price_seen=variant.price, available=quantity)
    return replace(_parcel([line]), destination=destination)


def _line(row: CartLine) -> Line:
    is_buyable = bool(row.is_buyable)  # type: ignore[attr-defined]  # annotated above
    return Line(
        variant=row.variant,
        quantity=row.quantity,
        price_seen=row.price_seen,
        available=max(row.units or 0, 0) if is_buyable else 0,  # type: ignore[attr-defined]
        is_buyable=is_buyable,
    )


def _parcel(lines: list[Line]) -> Parcel:
    producer = lines[0].variant.product.producer
    policy = getattr(producer, "shipping_policy", None) or ShippingPolicy(producer=producer)
    return Parcel(producer=producer, policy=policy, lines=tuple(lines))


def _discounted(parcels: list[Parcel], vouchers: list[Applied]) -> list[Parcel]:
    """Producers' vouchers come off their own lines first, the market's off what is left of all."""
    own = {v.voucher.producer_id: v.amount for v in vouchers if v.voucher and not v.is_markets}
    parcels = [_spread(parcel, own.get(parcel.producer.pk, 0)) for parcel in parcels]
    left = [line.total - line.producer_discount for parcel in parcels for line in parcel.lines]
    shares = iter(spread(sum(v.amount for v in vouchers if v.is_markets), left))
    return [
        replace(parcel, lines=tuple(replace(line, market_discount=next(shares)) for line in parcel.lines))
        for parcel in parcels
    ]


def _spread(parcel: Parcel, discount: int) -> Parcel:
    shares = spread(discount, [line.total for line in parcel.lines])
    lines = zip(parcel.lines, shares, strict=True)
    return replace(parcel, lines=tuple(replace(line, producer_discount=share) for line, share in lines))
