"""Two recall the same lot; a lot is recalled while it is being bought, and while it is being sent.

Every race is first shown to happen with the guard off.
"""

import time
from functools import partial

import pytest
from django.db import IntegrityError

from catalog.errors import OutOfStock
from catalog.models import StockItem
from catalog.selectors import availability
from catalog.services import stock
from orders.errors import CartChanged, GoodsRecalled
from orders.models import SubOrder
from orders.selectors.recalls import holders
from orders.services import checkout, fulfilment
from orders.states import SubOrderStatus
from orders.tests.buying import buy, contact, filled, walk
from tests.books import all_invariants
from tests.concurrency.racing import race
from traceability.errors import AlreadyRecalled
from traceability.models import LotMovement, LotStock, Recall
from traceability.services import lot_stock, recalls
from traceability.tests.test_events import make_lot

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = 8
WORDS = {"level": "return", "reason": "Có tạp chất.", "instruction": "Ngừng dùng."}


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=0)


@pytest.fixture
def lot(cast, product):
    """All that is in the house."""
    made = make_lot(product, "BAD")
    lot_stock.receive(lot=made, variant=product.variants.get(), quantity=UNITS, actor=cast.owner)
    return made


def recall(cast, *lots):
    return recalls.open_(producer=cast.producer, lots=lots, actor=cast.owner, **WORDS)


def packed(cast, product, number):
    order = buy(product, commune=cast.hoi_an, phone=f"09000001{number:02}")
    walk(order.sub_orders.get(), SubOrderStatus.PREPARING)
    return order.sub_orders.get()


def send(pk):
    return fulfilment.hand_over(
        sub_order=SubOrder.objects.select_related("order", "producer").get(pk=pk), actor=None
    )


def sent():
    return SubOrder.objects.filter(status=SubOrderStatus.HANDED_OVER).count()


# --- Two recalls ---


def test_two_at_once_are_one(cast, product, lot):
    others = [make_lot(product, f"L{number}") for number in range(5)]
    results = race([partial(recall, cast, lot, other) for other in others])
    refused = [result for result in results if isinstance(result, AlreadyRecalled)]
    assert len(refused) == 4, results
    assert {tuple(refusal.data["lots"]) for refusal in refused} == {("BAD",)}
    assert Recall.objects.get().recalled.count() == 2
    assert LotStock.objects.get(lot=lot).quarantined == UNITS
    assert all_invariants() == {}


def test_without_the_question_the_constraint_breaks(cast, product, lot, monkeypatch):
    """The control."""
    monkeypatch.setattr(recalls, "_require_not_recalled", lambda lots: None)
    results = race([partial(recall, cast, lot) for _ in range(3)])
    assert sum(isinstance(result, IntegrityError) for result in results) == 2, results


def test_numbers_follow_each_other(cast, product):
    lots = [make_lot(product, f"L{number}") for number in range(6)]
    results = race([partial(recall, cast, lot) for lot in lots])
    assert sorted(row.code[-4:] for row in results) == [f"{n:04}" for n in range(1, 7)]


# --- A recall and buyers ---


def buying(cast, product, number):
    """Ready to press "Đặt hàng"."""
    return partial(
        checkout.place,
        cart=filled(product),
        contact=contact(cast.hoi_an, phone=f"09000001{number:02}"),
        idempotency_key=f"key-{number}",
        actor=None,
        language="vi",
    )


def test_nothing_is_sold_after_it(cast, product, lot):
    jobs = [buying(cast, product, number) for number in range(UNITS)]
    late = buying(cast, product, UNITS)
    results = race([*jobs, partial(recall, cast, lot)])
    sold = UNITS - StockItem.objects.get().on_hand
    refused = [result for result in results if isinstance(result, (OutOfStock, CartChanged))]
    assert len(refused) == UNITS - sold, results
    assert availability.of_variants([product.variants.get().pk]) == {product.variants.get().pk: -sold}
    with pytest.raises((OutOfStock, CartChanged)):
        late()
    for sub in SubOrder.objects.all():  # what was bought before it does not leave the house
        walk(sub, SubOrderStatus.PREPARING)
        with pytest.raises(GoodsRecalled):
            send(sub.pk)
    assert all_invariants() == {}


def test_without_the_quarantine_sales_go_on(cast, product, lot, monkeypatch):
    """The control."""
    monkeypatch.setattr(lot_stock, "quarantine", lambda **facts: [])
    recall(cast, lot)
    assert buying(cast, product, 1)()


# --- A recall and parcels on their way out ---


def test_nothing_leaves_after_it(cast, product, lot):
    parcels = [packed(cast, product, number).pk for number in range(UNITS)]
    results = race([*(partial(send, pk) for pk in parcels), partial(recall, cast, lot)])
    [row] = LotStock.objects.all()
    assert row.shipped == sent(), results
    assert (row.shipped + row.quarantined, row.here) == (UNITS, 0)
    assert sum(isinstance(result, GoodsRecalled) for result in results) == UNITS - row.shipped, results
    held = LotMovement.objects.filter(kind="quarantine").values_list("pk", flat=True)
    assert not LotMovement.objects.filter(kind="ship", pk__gt=min(held, default=10**9)).exists()
    assert len(holders([lot])) == row.shipped  # and whoever has one is found
    assert all_invariants() == {}


def slowly(do):
    def later(**facts):
        time.sleep(0.3)
        return do(**facts)

    return later


def soon(do):
    time.sleep(0.1)
    return do()


def test_it_waits_for_a_parcel_that_is_being_handed_over(cast, product, lot, monkeypatch):
    sub = packed(cast, product, 1)
    monkeypatch.setattr(lot_stock, "ship", slowly(lot_stock.ship))
    race([partial(send, sub.pk), partial(soon, partial(recall, cast, lot))])
    assert (sent(), [a.lot for a in lot_stock.shipped(reference=sub.code)]) == (1, [lot])
    assert list(holders([lot])) == [f"phone:{sub.order.phone}"]


def test_without_the_lock_it_leaves_unseen(cast, product, lot, monkeypatch):
    """The control: found sendable before the recall, gone after it, and of no lot that anybody knows."""
    sub = packed(cast, product, 1)
    monkeypatch.setattr(lot_stock, "ship", slowly(lot_stock.ship))
    monkeypatch.setattr(stock, "lock", lambda variant_ids: {})
    race([partial(send, sub.pk), partial(soon, partial(recall, cast, lot))])
    assert (sent(), lot_stock.shipped(reference=sub.code), holders([lot])) == (1, [], {})
