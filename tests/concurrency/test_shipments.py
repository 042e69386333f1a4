"""Carriers repeat themselves at once, people click twice, and both move the same parcel.

Every race is first shown to happen with the guard off.
"""

import datetime as dt
import time
from functools import partial

import pytest
from django.db import IntegrityError

from core import clock
from core.errors import ForbiddenTransition
from core.models import StatusChange
from orders.carriers.base import TrackingEvent, TrackingStatus
from orders.carriers.standin import Server, StandIn
from orders.models import ContactAttempt, Settlement, Shipment, ShipmentEvent, SubOrder
from orders.services import fulfilment, shipments, tracking
from orders.states import SubOrderStatus
from orders.tests.sending import SECRET, booked, connect, control, packed, sent
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 20


@pytest.fixture
def stand(settings):
    with Server(StandIn(hooks={}, secret=SECRET, hang=30)) as server:
        connect(settings, server.url)
        yield server


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=100)


def told(sub, status, minutes=1, reason=""):
    return TrackingEvent(
        carrier=sub.shipment.carrier,
        tracking_code=sub.shipment.tracking_code,
        status=status,
        carrier_status=status,
        occurred_at=sub.shipment.booked_at + dt.timedelta(minutes=minutes),
        reason=reason,
    )


def tell(event):
    return tracking.record_event(event=event, at=clock.now() + dt.timedelta(hours=1))


def fresh(sub):
    return SubOrder.objects.select_related("order", "producer").get(pk=sub.pk)


def test_the_same_news_twenty_times_at_once(cast, stand, product):
    sub = sent(cast, "viettel_post", product)
    for event in (told(sub, TrackingStatus.DELIVERY_FAILED), told(sub, TrackingStatus.DELIVERED, 2)):
        results = race([partial(tell, event) for _ in range(THREADS)])
        assert sorted(results) == [False] * (THREADS - 1) + [True], results
    assert (ShipmentEvent.objects.count(), ContactAttempt.objects.count()) == (2, 1)
    assert Settlement.objects.count() == 1
    assert fresh(sub).status == SubOrderStatus.DELIVERED
    assert all_invariants() == {}


def test_without_the_lock_the_same_news_collide(cast, stand, product, monkeypatch):
    """The control: who looks before storing, without a lock, finds nothing and stores again."""
    sub = sent(cast, "viettel_post", product)

    def careless(shipment):
        time.sleep(0.05)
        return fresh(sub)

    keep = tracking._keep
    monkeypatch.setattr(tracking, "_lock", careless)
    monkeypatch.setattr(tracking, "_keep", lambda *args: (keep(*args), time.sleep(0.05))[0])
    results = race([partial(tell, told(sub, TrackingStatus.DELIVERY_FAILED)) for _ in range(THREADS)])
    assert any(isinstance(result, IntegrityError) for result in results), results


@pytest.mark.parametrize("carrier", ["ghn", "ghtk", "viettel_post"])
def test_two_clicks_book_once(cast, stand, product, carrier):
    sub = packed(cast, product)
    click = partial(shipments.book, carrier=carrier, actor=cast.owner)
    results = race([lambda: click(sub_order=fresh(sub)) for _ in range(6)])
    assert {type(result) for result in results} == {Shipment}, results
    (row,) = booked(stand)
    assert {result.tracking_code for result in results} == {row["number"]}
    assert StatusChange.objects.filter(object_id=sub.pk, to_state="handed_over").count() == 1
    assert all_invariants() == {}


def test_two_carriers_at_once_are_one_booking(cast, stand, product):
    sub = packed(cast, product)
    book = partial(shipments.book, actor=cast.owner)
    race([lambda c=c: book(sub_order=fresh(sub), carrier=c) for c in ("ghn", "ghtk") * 3])
    assert len(booked(stand)) == 1
    assert Shipment.objects.get().tracking_code == booked(stand)[0]["number"]


def test_without_the_intent_two_carriers_both_come(cast, stand, product, monkeypatch):
    """The control: asking first and writing down afterwards."""
    sub = packed(cast, product)

    def careless(sub_order, line, actor, weight_g, at):
        found = Shipment.objects.filter(sub_order=sub_order).first() or Shipment(sub_order=sub_order)
        found.carrier, found.carrier_name, found.weight = line.code, line.name, 500
        return found

    monkeypatch.setattr(shipments, "_intend", careless)
    book = partial(shipments.book, actor=cast.owner)
    race([lambda c=c: book(sub_order=fresh(sub), carrier=c) for c in ("ghn", "ghtk") * 3])
    assert len(booked(stand)) == 2


def test_delivered_by_hand_and_by_the_carrier_is_delivered_once(cast, stand, product):
    sub = sent(cast, "viettel_post", product)
    event = told(sub, TrackingStatus.DELIVERED)
    by_hand = [lambda: fulfilment.deliver(sub_order=fresh(sub), actor=cast.owner)] * 5
    results = race([*by_hand, *[partial(tell, event)] * 5])
    assert not [r for r in results if isinstance(r, Exception)], results
    assert StatusChange.objects.filter(object_id=sub.pk, to_state="delivered").count() == 1
    assert Settlement.objects.count() == 1
    assert all_invariants() == {}


def test_refused_by_hand_while_the_carrier_brings_it_back(cast, stand, product):
    sub = sent(cast, "viettel_post", product)
    event = told(sub, TrackingStatus.RETURNED)
    by_hand = [
        lambda: fulfilment.refuse(sub_order=fresh(sub), actor=cast.owner),
        lambda: fulfilment.deliver(sub_order=fresh(sub), actor=cast.owner),
    ]
    results = race([*by_hand * 3, *[partial(tell, event)] * 4])
    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, ForbiddenTransition)]
    assert unexpected == []
    assert fresh(sub).status in {SubOrderStatus.DELIVERED, SubOrderStatus.RETURNED}
    assert all_invariants() == {}


def test_cancelled_while_it_is_booked_leaves_nothing_at_the_carrier(cast, stand, product):
    sub = packed(cast, product)
    jobs = [
        lambda: shipments.book(sub_order=fresh(sub), carrier="ghn", actor=cast.owner),
        lambda: fulfilment.cancel(sub_order=fresh(sub), actor=cast.owner, reason="Hết hàng"),
    ]
    race(jobs)
    tracking.ask_carriers(at=clock.now() + dt.timedelta(hours=1))
    found = fresh(sub)
    if found.status == SubOrderStatus.CANCELLED:
        assert not Shipment.objects.exclude(carrier="manual").exists()
    else:
        assert found.status == SubOrderStatus.HANDED_OVER
    assert all_invariants() == {}


def test_two_beats_ask_for_each_parcel_once(cast, stand, product, monkeypatch):
    for _ in range(4):
        sent(cast, "ghn", product)
    asked = []
    monkeypatch.setattr(
        tracking, "look_after", lambda *, shipment_id, at: (asked.append(shipment_id), time.sleep(0.05))
    )
    later = clock.now() + dt.timedelta(hours=1)
    race([partial(tracking.ask_carriers, at=later) for _ in range(4)])
    assert sorted(asked) == sorted(Shipment.objects.values_list("pk", flat=True))
    assert control(stand, "parcels")["parcels"]
