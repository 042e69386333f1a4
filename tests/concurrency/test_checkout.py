"""Many buyers at once. Every race is first shown to happen with the guard off."""

import datetime as dt
import itertools
import time
import uuid
from functools import partial

import pytest
from django.db import transaction
from django.db.models import Sum

from catalog.models import StockItem, StockMovement
from catalog.services import stock
from core import clock
from core.errors import MarketError
from core.models import OutboxMessage
from orders.errors import CartChanged, CartEmpty
from orders.invariants import INVARIANTS
from orders.models import Order, OrderLine, SubOrder
from orders.services import cart as carts
from orders.services import checkout, fulfilment, paying
from orders.states import SubOrderStatus
from orders.tests.buying import broken, contact, filled
from payments.models import PaymentNotice, Refund
from payments.services.receipts import Statement
from payments.states import Method
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, LAST = 200, 50


def place(cart, commune, key=None, method=Method.COD):
    return checkout.place(
        cart=cart,
        contact=contact(commune),
        idempotency_key=key or uuid.uuid4().hex,
        actor=None,
        language="vi",
        method=method,
    )


def paid(order):
    return Statement(
        gateway="bank",
        notice_id=order.code,
        source=PaymentNotice.Source.STATEMENT,
        raw="…",
        amount=order.total,
        occurred_at=clock.now(),
    )


def left(product):
    return StockItem.objects.get(variant__product=product).on_hand


def both_ways(made, commune):
    """Every other buyer pays in advance."""
    methods = itertools.cycle([Method.COD, Method.TRANSFER])
    return [partial(place, cart, commune, method=method) for cart, method in zip(made, methods, strict=False)]


def test_two_hundred_buyers_of_the_last_fifty(cast, make_product):
    product = make_product(cast.producer, stock=LAST)
    results = race(both_ways([filled(product) for _ in range(BUYERS)], cast.hoi_an))
    orders = [result for result in results if isinstance(result, Order)]
    refused = [result for result in results if isinstance(result, CartChanged)]
    assert (len(orders), len(refused)) == (LAST, BUYERS - LAST), [
        r for r in results if not isinstance(r, Order | CartChanged)
    ]
    assert Order.objects.count() == SubOrder.objects.count() == OrderLine.objects.count() == LAST
    assert len({order.code for order in orders}) == LAST
    assert {change.kind for error in refused for change in error.changes} == {"sold_out"}
    assert all_invariants() == {}
    prepaid = [order for order in orders if order.payment_id]
    race([partial(paying.receive, statement=paid(order), order=order) for order in prepaid])
    assert left(product) == 0
    assert StockItem.objects.get().reserved == 0
    assert StockMovement.objects.filter(kind="sale").aggregate(units=Sum("quantity"))["units"] == -LAST
    assert OutboxMessage.objects.filter(topic="orders.placed").count() == LAST
    assert all_invariants() == {}


def test_without_the_guard_the_last_fifty_are_sold_again(cast, make_product, monkeypatch):
    """The control: reading, then writing back what was read, oversells."""
    product = make_product(cast.producer, stock=LAST)

    def careless(*, quantities, reference, until=None, actor=None, at=None):
        for variant_id, wanted in quantities.items():
            item = StockItem.objects.get(variant_id=variant_id)
            if item.on_hand < wanted:
                raise CartEmpty
            time.sleep(0.05)
            StockItem.objects.filter(pk=item.pk).update(on_hand=item.on_hand - wanted)

    monkeypatch.setattr(stock, "take", careless)
    monkeypatch.setattr(stock, "reserve", careless)
    results = race(both_ways([filled(product) for _ in range(BUYERS)], cast.hoi_an))
    assert sum(isinstance(result, Order) for result in results) > LAST


def test_late_money_and_new_buyers_race_for_the_same_units(cast, make_product):
    """Ten lapsed orders are paid while forty buyers come: nobody is sold what is not there."""
    product = make_product(cast.producer, stock=10)
    old = [place(filled(product), cast.hoi_an, method=Method.TRANSFER) for _ in range(10)]
    paying.lapse_unpaid(at=old[0].payment.expires_at + dt.timedelta(minutes=5))
    late = [partial(paying.receive, statement=paid(order), order=order) for order in old]
    new = [partial(place, cart, cast.hoi_an) for cart in [filled(product) for _ in range(40)]]
    results = race(late + new)
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, CartChanged)], results
    assert SubOrder.objects.filter(status=SubOrderStatus.PLACED).count() == 10
    assert left(product) == 0
    assert Refund.objects.count() == SubOrder.objects.filter(status=SubOrderStatus.LAPSED).count()
    assert all_invariants() == {}


def test_a_double_submit_is_one_order(cast, make_product):
    product = make_product(cast.producer, stock=20)
    cart, key = filled(product, quantity=2), uuid.uuid4().hex
    results = race([partial(place, cart, cast.hoi_an, key)] * 10)
    assert {result.code for result in results} == {Order.objects.get().code}
    assert left(product) == 18
    assert StockMovement.objects.filter(kind="sale").aggregate(units=Sum("quantity"))["units"] == -2
    assert OutboxMessage.objects.filter(topic="orders.placed").count() == 1


def test_one_cart_in_two_tabs_is_one_order(cast, make_product):
    """Each tab has a key of its own: the cart's lock decides, and the later tab finds it empty."""
    product = make_product(cast.producer, stock=20)
    cart = filled(product)
    results = race([partial(place, cart, cast.hoi_an) for _ in range(2)])
    assert sorted(type(result).__name__ for result in results) == ["CartEmpty", "Order"]
    assert left(product) == 19


def test_carts_in_opposite_order_do_not_deadlock(cast, make_product):
    one, two = make_product(cast.producer, stock=500), make_product(cast.rival, stock=500)
    made = [filled(*pair) for pair in itertools.islice(itertools.cycle([(one, two), (two, one)]), 40)]
    results = race([partial(place, cart, cast.hoi_an) for cart in made])
    assert all(isinstance(result, Order) for result in results), results
    assert (left(one), left(two)) == (460, 460)


def test_cancelling_races_with_packing_and_with_itself(cast, make_product):
    """Goods come back once, and never while the parcel goes on."""
    product = make_product(cast.producer, stock=20)
    for _ in range(5):
        order = place(filled(product, quantity=3), cast.hoi_an)
        sub = order.sub_orders.get()
        fulfilment.confirm(sub_order=sub, actor=None)
        before = left(product)
        steps = [fulfilment.cancel, fulfilment.prepare] * 3
        results = race(
            [partial(step, sub_order=SubOrder.objects.get(pk=sub.pk), actor=None) for step in steps]
        )
        sub.refresh_from_db()
        assert sub.status in (SubOrderStatus.CANCELLED, SubOrderStatus.PREPARING)
        is_cancelled = sub.status == SubOrderStatus.CANCELLED
        assert left(product) == before + (3 if is_cancelled else 0)
        assert all(isinstance(result, bool | MarketError) for result in results)
    assert broken(INVARIANTS) == {}


def test_adding_twice_at_once_adds_twice(cast, make_product):
    product = make_product(cast.producer, stock=50)
    cart, variant = filled(product), product.variants.get()
    race([partial(carts.add, cart=cart, variant=variant, quantity=1)] * 10)
    assert cart.lines.get().quantity == 11


def test_without_the_cart_lock_additions_get_lost(cast, make_product, monkeypatch):
    """The control of the test above."""
    product = make_product(cast.producer, stock=50)
    cart, variant = filled(product), product.variants.get()
    monkeypatch.setattr(carts, "_lock", lambda cart: time.sleep(0.01))
    put = carts._put

    def slowly(*args):
        time.sleep(0.05)
        return put(*args)

    monkeypatch.setattr(carts, "_put", slowly)
    with transaction.atomic():
        assert cart.lines.get().quantity == 1
    race([partial(carts.add, cart=cart, variant=variant, quantity=1)] * 10)
    assert cart.lines.get().quantity < 11
