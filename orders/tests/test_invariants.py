"""The invariants hold after ordinary business, and each is shown to catch what it is for."""

import pytest

from catalog.models import StockMovement
from orders.invariants import INVARIANTS
from orders.models import Order, OrderLine, SubOrder
from orders.services import fulfilment
from orders.tests.buying import broken, buy


@pytest.fixture
def order(cast, make_product):
    order = buy(make_product(cast.producer), make_product(cast.rival), commune=cast.hoi_an, quantity=2)
    fulfilment.cancel(sub_order=order.sub_orders.get(producer=cast.rival), actor=None)
    fulfilment.confirm(sub_order=order.sub_orders.get(producer=cast.producer), actor=None)
    return order


def test_ordinary_business_breaks_none(order):
    assert broken(INVARIANTS) == {}


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        (
            "orders.suborders_sum_to_order",
            lambda order: Order.objects.filter(pk=order.pk).update(goods_total=1, shipping_total=0, total=1),
        ),
        (
            "orders.lines_sum_to_suborder",
            lambda order: OrderLine.objects.filter(sub_order__order=order).update(unit_price=1, line_total=2),
        ),
        (
            "orders.lines_belong_to_producer",
            lambda order: OrderLine.objects.update(sub_order=order.sub_orders.first()),
        ),
        ("orders.sales_match_lines", lambda order: StockMovement.objects.filter(kind="sale").delete()),
        ("orders.returns_match_lines", lambda order: StockMovement.objects.filter(kind="cancel").delete()),
        ("orders.status_is_last_step", lambda order: SubOrder.objects.update(status="preparing")),
    ],
)
def test_each_catches_its_own(order, name, spoil):
    spoil(order)
    assert name in broken(INVARIANTS)
