"""Many hands on one shelf. The race is first shown to happen with the guard off."""

import time
from functools import partial

import pytest
from django.db.models import Sum

from catalog.errors import OutOfStock
from catalog.models import Product, StockItem, StockMovement
from catalog.services import products, stock
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, LAST = 100, 20


def take_one(variant_id, number):
    stock.take(quantities={variant_id: 1}, reference=f"K{number}", actor=None)
    return "taken"


def test_a_hundred_threads_take_the_last_twenty(cast, make_product):
    product = make_product(cast.producer, stock=LAST)
    variant = product.variants.get()
    results = race([partial(take_one, variant.pk, number) for number in range(BUYERS)])
    assert results.count("taken") == LAST, results
    assert sum(isinstance(result, OutOfStock) for result in results) == BUYERS - LAST
    item = StockItem.objects.get(variant=variant)
    assert item.on_hand == item.movements.aggregate(Sum("quantity"))["quantity__sum"] == 0
    assert item.movements.filter(kind="sale").count() == LAST
    product.refresh_from_db()
    assert (product.in_stock, product.sold_count) == (False, LAST)


def test_without_the_condition_the_last_twenty_are_sold_again(cast, make_product):
    """The control: reading, then writing back what was read."""
    variant = make_product(cast.producer, stock=LAST).variants.get()

    def read_then_write():
        item = StockItem.objects.get(variant=variant)
        if item.on_hand < 1:
            return "sold out"
        time.sleep(0.02)
        item.on_hand -= 1
        item.save(update_fields=["on_hand"])
        return "taken"

    assert race([read_then_write] * BUYERS).count("taken") > LAST


def test_carts_in_opposite_order_do_not_wait_for_each_other(cast, make_product):
    packs = [make_product(cast.producer, stock=100).variants.get().pk for _ in range(4)]

    def take(order):
        stock.take(quantities=dict.fromkeys(order, 1), reference="x", actor=None)
        return "taken"

    jobs = [partial(take, packs if number % 2 else packs[::-1]) for number in range(30)]
    assert race(jobs) == ["taken"] * 30
    assert set(StockItem.objects.values_list("on_hand", flat=True)) == {70}


def test_taking_and_giving_back_at_once_loses_nothing(cast, make_product):
    variant = make_product(cast.producer, stock=10).variants.get()

    def change(number):
        move = stock.take if number % 2 else stock.give_back
        move(quantities={variant.pk: 1}, reference="x", actor=None)
        return "moved"

    results = race([partial(change, number) for number in range(40)])
    item = StockItem.objects.get(variant=variant)
    booked = StockMovement.objects.filter(item=item).aggregate(Sum("quantity"))["quantity__sum"]
    assert item.on_hand == booked >= 0
    assert all(result == "moved" or isinstance(result, OutOfStock) for result in results)


def test_namesakes_made_at_once_get_addresses_of_their_own(cast):
    def make():
        return products.create(producer=cast.producer, name="Trà Shan", actor=None).slug

    slugs = race([make] * 12)
    assert len(set(slugs)) == Product.objects.count() == 12
