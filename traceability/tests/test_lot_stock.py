"""Stock by lot: received up to what was made, sent first expired first out, held back, destroyed."""

import datetime as dt
import json

import pytest

from catalog.errors import InvalidQuantity, OutOfStock
from catalog.models import StockItem
from catalog.selectors import availability
from catalog.services import stock
from core import clock
from core.errors import NotAllowed
from tests.books import all_invariants
from traceability import chain, exports
from traceability.errors import InvalidLot
from traceability.models import LotMovement, LotStock, Recall, RecallLot
from traceability.services import lot_stock
from traceability.tests.test_events import make_lot


def days(number):
    return clock.today() + dt.timedelta(days=number)


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=0)


@pytest.fixture
def pack(product):
    return product.variants.get()


@pytest.fixture
def stocked(cast, product, pack):
    """``stocked(code, units, expires)`` → a lot with so many packs on sale."""

    def make(code, units, expires=None):
        lot = make_lot(product, code, expires_on=expires)
        lot_stock.receive(lot=lot, variant=pack, quantity=units, actor=cast.owner)
        return lot

    return make


@pytest.fixture(autouse=True)
def books_are_whole(db):
    yield
    assert all_invariants("catalog", "traceability") == {}


def counters(lot):
    return LotStock.objects.values_list("received", "shipped", "quarantined", "gone").get(lot=lot)


def sell(pack, units, reference):
    stock.take(quantities={pack.pk: units}, reference=reference, actor=None)
    found = lot_stock.ship(quantities={pack.pk: units}, reference=reference, actor=None)
    return [(allocation.lot.code, allocation.units) for allocation in found]


def recall(lot):
    row = Recall.objects.create(
        producer=lot.product.producer, code="TH-1", level="return", reason="…", instruction="…"
    )
    RecallLot.objects.create(recall=row, lot=lot)


def test_received_packs_can_be_bought(cast, pack, stocked):
    lot = stocked("L1", 60)
    assert (StockItem.objects.get(variant=pack).on_hand, counters(lot)) == (60, (60, 0, 0, 0))
    assert [event.step for event in lot.events.all()] == ["commissioning", "stocking"]
    assert chain.faults(exports.of_chain(lot)) == []


@pytest.mark.parametrize(("units", "error"), [(41, InvalidLot), (0, InvalidQuantity), (-1, InvalidQuantity)])
def test_no_more_than_was_made(cast, pack, stocked, units, error):
    lot = stocked("L1", 60)
    with pytest.raises(error):
        lot_stock.receive(lot=lot, variant=pack, quantity=units, actor=cast.owner)
    assert counters(lot) == (60, 0, 0, 0)


def test_what_may_not_be_received(cast, product, pack, make_product):
    lot = make_lot(product, "L1")
    other = make_product(cast.producer).variants.get()
    with pytest.raises(InvalidLot):
        lot_stock.receive(lot=lot, variant=other, quantity=1, actor=cast.owner)
    with pytest.raises(NotAllowed):
        lot_stock.receive(lot=lot, variant=pack, quantity=1, actor=cast.rival_owner)
    old = make_lot(product, "L2", expires_on=days(-1))
    with pytest.raises(InvalidLot):
        lot_stock.receive(lot=old, variant=pack, quantity=1, actor=cast.owner)
    recall(lot)
    with pytest.raises(InvalidLot):
        lot_stock.receive(lot=lot, variant=pack, quantity=1, actor=cast.owner)
    assert not LotStock.objects.exists()


def test_first_expired_first_out_and_the_rest_has_no_lot(cast, pack, stocked):
    late, soon, never = stocked("LATE", 5, days(90)), stocked("SOON", 5, days(9)), stocked("NEVER", 5)
    stock.receive(variant=pack, quantity=5, actor=None)
    assert sell(pack, 7, "A") == [("SOON", 5), ("LATE", 2)]
    assert sell(pack, 10, "B") == [("LATE", 3), ("NEVER", 5)]
    assert sell(pack, 3, "C") == []
    assert [counters(lot)[1] for lot in (late, soon, never)] == [5, 5, 5]


def test_a_parcel_takes_once(pack, stocked):
    lot = stocked("L1", 10)
    sell(pack, 4, "A")
    again = lot_stock.ship(quantities={pack.pk: 4}, reference="A", actor=None)
    assert [(a.lot, a.units) for a in again] == [(lot, 4)]
    assert (counters(lot), LotMovement.objects.filter(kind="ship").count()) == ((10, 4, 0, 0), 1)


def test_what_comes_back_is_there_again(pack, stocked):
    soon, late = stocked("SOON", 5, days(9)), stocked("LATE", 5, days(90))
    sell(pack, 8, "A")
    stock.give_back(quantities={pack.pk: 4}, reference="A", actor=None)
    back = lot_stock.give_back(quantities={pack.pk: 4}, reference="A", actor=None)
    assert [(a.lot.code, a.units) for a in back] == [("LATE", 3), ("SOON", 1)]
    assert (counters(soon), counters(late)) == ((5, 4, 0, 0), (5, 0, 0, 0))
    assert [a.units for a in lot_stock.shipped(reference="A")] == [4]
    assert lot_stock.give_back(quantities={pack.pk: 9}, reference="B", actor=None) == []


def test_quarantine_stops_sales_and_release_allows_them(pack, stocked):
    bad, good = stocked("BAD", 10, days(9)), stocked("GOOD", 5, days(90))
    sell(pack, 2, "A")
    found = lot_stock.quarantine(lots=[bad], reference="TH-1", actor=None, at=clock.now())
    assert [(a.lot, a.units) for a in found] == [(bad, 8)]
    assert availability.of_variants([pack.pk]) == {pack.pk: 5}
    assert sell(pack, 5, "B") == [("GOOD", 5)]
    with pytest.raises(OutOfStock):
        stock.take(quantities={pack.pk: 1}, reference="C", actor=None)
    pack.product.refresh_from_db()
    assert pack.product.in_stock is False
    lot_stock.release(lots=[bad, good], reference="TH-1", actor=None, at=clock.now())
    assert availability.of_variants([pack.pk]) == {pack.pk: 8}
    assert sell(pack, 8, "D") == [("BAD", 8)]


def test_what_is_being_paid_is_not_sold_after_a_recall(pack, stocked):
    lot = stocked("BAD", 10)
    until = clock.now() + dt.timedelta(minutes=15)
    stock.reserve(quantities={pack.pk: 6}, reference="A", until=until)
    lot_stock.quarantine(lots=[lot], reference="TH-1", actor=None, at=clock.now())
    assert availability.of_variants([pack.pk])[pack.pk] <= 0
    with pytest.raises(OutOfStock) as refusal:
        stock.sell(quantities={pack.pk: 6}, reference="A", actor=None)
    assert refusal.value.data == {"shortages": {pack.pk: 0}}


def test_destroyed_units_are_no_more(pack, stocked):
    lot = stocked("BAD", 10)
    sell(pack, 3, "A")
    lot_stock.quarantine(lots=[lot], reference="TH-1", actor=None, at=clock.now())
    lot_stock.destroy(lots=[lot], reference="TH-1", actor=None, at=clock.now())
    item = StockItem.objects.get(variant=pack)
    assert (item.on_hand, item.quarantined, counters(lot)) == (0, 0, (10, 3, 0, 7))
    assert lot.events.last().disposition == "destroyed"


def test_units_of_a_recalled_lot_come_back_into_quarantine(pack, stocked):
    lot = stocked("BAD", 10)
    sell(pack, 10, "A")
    recall(lot)
    stock.give_back(quantities={pack.pk: 2}, reference="A", actor=None)
    lot_stock.give_back(quantities={pack.pk: 2}, reference="A", actor=None)
    assert (counters(lot), availability.of_variants([pack.pk])) == ((10, 8, 2, 0), {pack.pk: 0})


def test_lots_past_their_date_leave_the_shop(pack, stocked):
    lot, other = stocked("L1", 10, days(0)), stocked("L2", 3)
    assert lot_stock.hold_expired() == 0
    later = clock.midnight(days(1)) + dt.timedelta(minutes=5)
    assert lot_stock.hold_expired(at=later) == 1
    assert lot_stock.hold_expired(at=later) == 0
    assert availability.of_variants([pack.pk]) == {pack.pk: 3}
    assert (counters(lot)[2], counters(other)[2]) == (10, 0)


def test_the_events_of_a_parcel_name_it_alike_and_lead_to_no_order(cast, pack, stocked):
    first, second = stocked("L1", 5, days(10)), stocked("L2", 60)
    sell(pack, 7, "DH000123-1")
    lot_stock.delivered(reference="DH000123-1", actor=None, at=clock.now())
    sell(pack, 1, "DH000124-1")
    named = [
        [item["bizTransaction"] for item in json.loads(event.body)["bizTransactionList"]]
        for lot in (first, second)
        for event in lot.events.filter(step__in=["shipping", "retail_selling"])
    ]
    assert len(named) == 5
    assert len({name for names in named for name in names}) == 2
    assert "DH0001" not in str(named)
