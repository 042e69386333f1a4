"""Whatever the order of events, stock is what its movements say and never below zero."""

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidQuantity, OutOfStock
from catalog.models import StockItem
from catalog.services import stock

UNITS = st.integers(min_value=-2, max_value=30)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["take", "give_back", "receive", "count"]), UNITS, UNITS), max_size=15
)


def apply(event, first, second):
    """One event upon the service; the same upon the plain numbers it should agree with."""
    name, a, b = event

    def act(shelf):
        if name in ("take", "give_back"):
            getattr(stock, name)(quantities={first.pk: a, second.pk: b}, reference="x", actor=None)
            sign = -1 if name == "take" else 1
            return [shelf[0] + sign * a, shelf[1] + sign * b]
        if name == "receive":
            stock.receive(variant=first, quantity=a, actor=None)
            return [shelf[0] + a, shelf[1]]
        stock.count(variant=second, on_hand=b, actor=None)
        return [shelf[0], b]

    return act


def allowed(event, shelf):
    name, a, b = event
    if name == "take":
        return min(a, b) >= 1 and shelf[0] >= a and shelf[1] >= b
    if name == "give_back":
        return min(a, b) >= 1
    return a >= 1 if name == "receive" else b >= 0


@pytest.fixture
def packs(cast, make_product):
    return [make_product(cast.producer, stock=10).variants.get() for _ in range(2)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_the_stock_machine(packs, events):
    for pack in packs:
        stock.count(variant=pack, on_hand=10, actor=None)
    shelf = [10, 10]
    for event in events:
        expected = allowed(event, shelf)
        try:
            shelf = apply(event, *packs)(shelf)
        except (OutOfStock, InvalidQuantity):
            assert not expected, (event, shelf)
        else:
            assert expected, (event, shelf)
        for pack, units in zip(packs, shelf, strict=True):
            item = StockItem.objects.get(variant=pack)
            assert item.on_hand == units >= 0
            assert item.movements.aggregate(Sum("quantity"))["quantity__sum"] == units
