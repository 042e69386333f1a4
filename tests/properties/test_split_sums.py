"""For any cart, vouchers and fees: parcels and discounts sum to the order, to the đồng."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Variant
from catalog.services import stock
from core import clock
from orders.discounts import spread, worth
from orders.models import OrderLine, ShippingPolicy, ShippingRate, Voucher
from orders.services import cart as carts
from orders.services import checkout
from orders.tests.buying import contact
from tests.books import all_invariants

MONEY = st.integers(min_value=0, max_value=3_000_000)
PRICES = st.lists(MONEY, min_size=1, max_size=12)


@given(
    prices=PRICES, kind=st.sampled_from(["amount", "percent"]), value=st.integers(1, 4_000_000), most=MONEY
)
def test_a_discount_is_spread_whole_and_no_line_goes_below_zero(prices, kind, value, most):
    value = value if kind == "amount" else value % 100 + 1
    off = worth(kind=kind, value=value, most=most or None, goods=sum(prices))
    assert 0 <= off <= sum(prices)
    shares = spread(off, prices)
    assert sum(shares) == off
    assert all(0 <= share <= price for share, price in zip(shares, prices, strict=True))


@pytest.fixture
def shelf(cast, make_product):
    """Two packs of each of three producers."""
    makers = [cast.producer, cast.rival, cast.far_producer]
    return [make_product(maker).variants.get() for maker in makers for _ in range(2)]


LINES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 9), st.integers(1, 2_000_000), st.integers(1, 4_000)),
    min_size=1,
    max_size=6,
    unique_by=lambda line: line[0],
)  # (pack, units, price, grams)
VOUCHERS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["amount", "percent"]), st.integers(1, 5_000_000)),
    max_size=4,
    unique_by=lambda voucher: voucher[0],
)  # (whose: 3 is the market, kind, value)
FEES = st.lists(
    st.tuples(
        st.integers(0, 100_000),
        st.none() | st.integers(1, 5_000_000),
        st.lists(st.integers(0, 90_000), max_size=4),
    ),
    min_size=3,
    max_size=3,
)  # of each producer: (flat fee, free from, fees of steps of 1 kg)


def set_up(cast, shelf, lines, given_vouchers, fees):
    """Prices, weights, fee tables and vouchers as drawn; returns the codes."""
    makers = [cast.producer, cast.rival, cast.far_producer]
    for pack, _units, price, grams in lines:
        Variant.objects.filter(pk=shelf[pack].pk).update(price=price, shipping_weight=grams)
        stock.count(variant=shelf[pack], on_hand=50, actor=None)
    ShippingPolicy.objects.all().delete()
    for maker, (flat, free_from, steps) in zip(makers, fees, strict=True):
        policy = ShippingPolicy.objects.create(producer=maker, parcel_fee=flat, free_from=free_from)
        ShippingRate.objects.bulk_create(
            ShippingRate(policy=policy, zone="country", up_to=1000 * number, fee=fee)
            for number, fee in enumerate(steps, 1)
        )
    now = clock.now()
    days = {"starts_at": now - dt.timedelta(days=1), "ends_at": now + dt.timedelta(days=1)}
    return [
        Voucher.objects.create(
            code=uuid.uuid4().hex[:20].upper(),
            producer=[*makers, None][whose],
            kind=kind,
            value=value if kind == "amount" else value % 100 + 1,
            per_buyer=1_000,
            **days,
        ).code
        for whose, kind, value in given_vouchers
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, given_vouchers=VOUCHERS, fees=FEES)
def test_any_cart_sums_to_the_dong(cast, shelf, lines, given_vouchers, fees):
    codes = set_up(cast, shelf, lines, given_vouchers, fees)
    cart = carts.ensure()
    for pack, units, _price, _grams in lines:
        carts.add(cart=cart, variant=shelf[pack], quantity=units)
    cart.voucher_codes = codes
    cart.save()
    order = checkout.place(
        cart=cart, contact=contact(cast.hoi_an), idempotency_key="k", actor=None, language="vi"
    )
    subs = list(order.sub_orders.all())
    rows = list(OrderLine.objects.filter(sub_order__order=order))
    assert order.goods_total == sum(units * price for _pack, units, price, _grams in lines)
    assert order.goods_total == sum(sub.goods_total for sub in subs) == sum(row.line_total for row in rows)
    assert order.shipping_total == sum(sub.shipping_fee for sub in subs)
    off = sum(sub.producer_discount + sub.market_discount for sub in subs)
    assert order.discount_total == off == sum(row.producer_discount + row.market_discount for row in rows)
    assert off == sum(use.amount for use in order.voucher_uses.all())
    assert order.total == sum(sub.total for sub in subs) == order.goods_total + order.shipping_total - off
    assert all(row.producer_discount + row.market_discount <= row.line_total for row in rows)
    for sub in subs:
        own = [row for row in rows if row.sub_order_id == sub.pk]
        assert sub.producer_discount == sum(row.producer_discount for row in own)
        assert sub.market_discount == sum(row.market_discount for row in own)
    assert all_invariants() == {}
