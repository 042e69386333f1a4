"""Stock: all or nothing, never below zero, every change with its reason."""

import pytest
from django.db.models import Sum

from catalog import errors
from catalog.models import StockItem, StockMovement
from catalog.services import products, stock
from core.errors import NotAllowed


def on_hand(variant):
    item = StockItem.objects.get(variant=variant)
    assert item.movements.aggregate(Sum("quantity"))["quantity__sum"] == item.on_hand
    return item.on_hand


@pytest.fixture
def pack(cast, make_product):
    return make_product(cast.producer, stock=20).variants.get()


def test_taking_and_giving_back(cast, pack):
    stock.take(quantities={pack.pk: 5}, reference="7K3M-1", actor=cast.buyer)
    assert on_hand(pack) == 15
    pack.product.refresh_from_db()
    assert pack.product.sold_count == 5
    stock.give_back(quantities={pack.pk: 5}, reference="7K3M-1", actor=cast.owner)
    assert on_hand(pack) == 20
    pack.product.refresh_from_db()
    assert pack.product.sold_count == 0


def test_a_shortage_takes_nothing_and_names_all_that_is_short(cast, make_product, pack):
    few, none = (make_product(cast.rival, stock=n).variants.get() for n in (2, 1))
    stock.count(variant=none, on_hand=0, actor=None)
    with pytest.raises(errors.OutOfStock) as refused:
        stock.take(quantities={pack.pk: 1, few.pk: 3, none.pk: 1}, reference="x", actor=None)
    assert refused.value.data == {"shortages": {few.pk: 2, none.pk: 0}}
    assert (on_hand(pack), on_hand(few)) == (20, 2)
    assert not StockMovement.objects.filter(kind="sale").exists()


def test_a_pack_that_does_not_exist_is_short(cast):
    with pytest.raises(errors.OutOfStock):
        stock.take(quantities={10**9: 1}, reference="x", actor=None)


@pytest.mark.parametrize("quantity", [0, -1, 10**9, 1.0, True, "1"])
def test_odd_quantities_are_refused(pack, quantity):
    for change in (stock.take, stock.give_back):
        with pytest.raises(errors.InvalidQuantity):
            change(quantities={pack.pk: quantity}, reference="x", actor=None)
    with pytest.raises(errors.InvalidQuantity):
        stock.receive(variant=pack, quantity=quantity, actor=None)
    with pytest.raises(errors.InvalidQuantity):
        stock.take(quantities={}, reference="x", actor=None)


def test_the_card_follows_the_last_one_sold_and_the_first_one_back(pack):
    product = pack.product
    stock.take(quantities={pack.pk: 20}, reference="x", actor=None)
    product.refresh_from_db()
    assert not product.in_stock
    stock.give_back(quantities={pack.pk: 1}, reference="x", actor=None)
    product.refresh_from_db()
    assert product.in_stock


@pytest.mark.parametrize("counted", [0, 3, 20, 31])
def test_a_stock_take_books_the_difference(cast, pack, counted):
    stock.count(variant=pack, on_hand=counted, actor=cast.owner)
    assert on_hand(pack) == counted


def test_only_the_producers_people_and_officers_touch_stock(cast, pack):
    for actor in (cast.rival_owner, cast.buyer, cast.other_officer):
        with pytest.raises(NotAllowed):
            stock.receive(variant=pack, quantity=1, actor=actor)
        with pytest.raises(NotAllowed):
            stock.count(variant=pack, on_hand=1, actor=actor)
    assert on_hand(pack) == 20


def test_negative_opening_stock_is_refused(cast, make_product):
    with pytest.raises(errors.InvalidQuantity):
        products.add_variant(product=make_product(cast.producer), name="x", price=1, stock=-1, actor=None)
