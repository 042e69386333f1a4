"""Booking a parcel at a carrier, once, whatever happens on the way; and calling it off."""

import datetime as dt

import pytest

from core import clock
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry
from orders.carriers.base import CarrierRefused, CarrierUnreachable, UnknownCarrier
from orders.carriers.standin import Server, StandIn
from orders.errors import (
    BookingUnderWay,
    NoBooking,
    NothingToSend,
    NumberTaken,
    SenderIncomplete,
    StillBooked,
)
from orders.models import Shipment
from orders.services import fulfilment, shipments, tracking
from orders.states import DeliveryMethod, SubOrderStatus
from orders.tests.buying import parcel
from orders.tests.sending import CODES, SECRET, booked, connect, control, packed, sent
from payments.models import CodCollection
from tests.books import all_invariants

S = SubOrderStatus


@pytest.fixture
def stand(settings):
    with Server(StandIn(hooks={}, secret=SECRET, hang=30)) as server:
        connect(settings, server.url)
        yield server


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=50)


@pytest.fixture
def sub(cast, product):
    return packed(cast, product, quantity=2)


def hurry(settings, stand):
    connect(settings, stand.url, seconds=0.3)


@pytest.mark.parametrize("carrier", CODES)
def test_a_booked_parcel_is_handed_over_under_the_carriers_number(cast, stand, sub, carrier):
    shipment = shipments.book(sub_order=sub, carrier=carrier, actor=cast.staff, weight_g=1_300)
    (row,) = booked(stand)
    sub.refresh_from_db()
    assert sub.status == S.HANDED_OVER
    assert (row["code"], row["number"]) == (sub.code, shipment.tracking_code)
    assert (row["cod"], row["weight_g"]) == (sub.total, 1_300) == (shipment.cod_amount, shipment.weight)
    assert shipment.fee > 0
    expected = CodCollection.objects.get(reference=sub.code)
    assert (expected.carrier, expected.tracking_code) == (carrier, shipment.tracking_code)
    assert all_invariants() == {}


@pytest.mark.parametrize("carrier", CODES)
def test_booking_again_asks_nobody(cast, stand, sub, carrier):
    first = shipments.book(sub_order=sub, carrier=carrier, actor=cast.owner)
    control(stand, "behave", **{"as": ["error"]})
    assert shipments.book(sub_order=sub, carrier=carrier, actor=cast.owner) == first
    assert len(booked(stand)) == 1


@pytest.mark.parametrize("carrier", CODES)
def test_a_time_out_after_booking_ends_in_one_booking(cast, stand, settings, sub, carrier):
    hurry(settings, stand)
    control(stand, "behave", **{"as": ["hang"]})
    with pytest.raises(CarrierUnreachable):
        shipments.book(sub_order=sub, carrier=carrier, actor=cast.owner)
    sub.refresh_from_db()
    assert (sub.status, sub.shipment.is_under_way) == (S.PREPARING, True)
    control(stand, "behave", **{"as": []})
    shipment = shipments.book(sub_order=sub, carrier=carrier, actor=cast.owner)
    (row,) = booked(stand)
    assert row["number"] == shipment.tracking_code


@pytest.mark.parametrize("carrier", CODES)
def test_nobody_needs_to_ask_again_by_hand(cast, stand, settings, sub, carrier):
    """The worker died between the carrier's answer and our keeping it."""
    hurry(settings, stand)
    control(stand, "behave", **{"as": ["hang"]})
    with pytest.raises(CarrierUnreachable):
        shipments.book(sub_order=sub, carrier=carrier, actor=cast.owner, weight_g=900)
    control(stand, "behave", **{"as": []})
    assert tracking.ask_carriers() == 0  # its time has not come
    assert tracking.ask_carriers(at=clock.now() + dt.timedelta(minutes=6)) == 1
    sub.refresh_from_db()
    (row,) = booked(stand)
    assert (sub.status, sub.shipment.tracking_code) == (S.HANDED_OVER, row["number"])
    assert row["weight_g"] == 900


def test_while_one_carrier_owes_an_answer_there_is_no_other_way(cast, stand, settings, sub):
    hurry(settings, stand)
    control(stand, "behave", **{"as": ["hang"]})
    with pytest.raises(CarrierUnreachable):
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner)
    with pytest.raises(BookingUnderWay):
        shipments.book(sub_order=sub, carrier="ghtk", actor=cast.owner)
    with pytest.raises(BookingUnderWay):
        fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier_name="Xe khách")
    control(stand, "behave", **{"as": []})
    shipments.cancel_booking(sub_order=sub, actor=cast.owner)
    sub.refresh_from_db()
    assert sub.status == S.PREPARING
    assert fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier_name="Xe khách")


def test_a_refusal_leaves_every_way_open(cast, stand, sub):
    with pytest.raises(CarrierRefused) as refusal:
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner, weight_g=60_000)
    assert "50000 gram" in str(refusal.value)
    sub.refresh_from_db()
    assert (sub.status, sub.shipment.is_under_way) == (S.PREPARING, False)
    assert shipments.book(sub_order=sub, carrier="ghtk", actor=cast.owner).tracking_code


def test_a_number_of_another_parcel_is_not_taken_nor_called_off(cast, stand, product, sub):
    other = sent(cast, "ghn", product)
    stand.stand.parcels.clear()  # it forgets, and begins its numbers anew
    with pytest.raises(NumberTaken):
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner)
    sub.refresh_from_db()
    assert (sub.status, sub.shipment.is_under_way) == (S.PREPARING, False)
    control(stand, "move", code=sub.code, steps=["picked_up", "delivered"])
    tracking.ask_carriers(at=clock.now() + dt.timedelta(hours=1))
    other.refresh_from_db()
    assert other.status == S.HANDED_OVER
    assert not other.shipment.events.exists()


def test_a_server_error_books_nothing_and_can_be_tried_again(cast, stand, sub):
    control(stand, "behave", **{"as": ["error"]})
    with pytest.raises(CarrierUnreachable):
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner)
    control(stand, "behave", **{"as": []})
    assert shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner).is_booked


@pytest.mark.parametrize("status", sorted(set(S) - {S.PREPARING, S.AWAITING, S.LAPSED}))
def test_only_what_is_being_prepared_is_booked(cast, stand, product, status):
    sub = parcel(product, status=status, commune=cast.hoi_an)
    with pytest.raises(ForbiddenTransition):
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner)
    assert booked(stand) == []


def test_strangers_book_and_cancel_nothing(cast, stand, sub):
    members = (cast.owner, cast.staff)
    for person in (user for user in cast.people.values() if user and user not in members):
        with pytest.raises(NotAllowed):
            shipments.book(sub_order=sub, carrier="ghn", actor=person)
        with pytest.raises(NotAllowed):
            shipments.cancel_booking(sub_order=sub, actor=person)
    assert booked(stand) == []
    assert not Shipment.objects.exists()


def test_what_cannot_be_sent_is_said_before_a_carrier_hears_of_it(cast, stand, sub, make_pickup):
    with pytest.raises(UnknownCarrier):
        shipments.book(sub_order=sub, carrier="dhl", actor=cast.owner)
    type(sub.producer).objects.filter(pk=sub.producer_id).update(phone="")
    with pytest.raises(SenderIncomplete):
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner)
    make_pickup(sub)
    with pytest.raises(NothingToSend):
        shipments.book(sub_order=sub, carrier="ghn", actor=cast.owner)
    assert booked(stand) == []
    assert not Shipment.objects.exists()


def test_the_manual_carrier_needs_nobody(cast, settings, sub):
    settings.CARRIERS = {}
    shipment = shipments.book(sub_order=sub, carrier="manual", actor=cast.owner)
    sub.refresh_from_db()
    assert (sub.status, shipment.is_manual, shipment.track_at) == (S.HANDED_OVER, True, None)
    assert CodCollection.objects.get().carrier == ""


@pytest.mark.parametrize("carrier", CODES)
def test_a_cancelled_booking_brings_the_parcel_back_and_another_can_follow(cast, stand, product, carrier):
    sub = sent(cast, carrier, product)
    number = sub.shipment.tracking_code
    with pytest.raises(StillBooked):
        fulfilment.prepare(sub_order=sub, actor=cast.owner)
    sub.refresh_from_db()
    assert sub.status == S.HANDED_OVER
    shipments.cancel_booking(sub_order=sub, actor=cast.owner, reason="Đổi đơn vị")
    sub.refresh_from_db()
    assert (sub.status, sub.shipment.tracking_code) == (S.PREPARING, "")
    assert AuditEntry.objects.get(action="orders.shipment.cancelled").changes["tracking_code"] == [number, ""]
    again = shipments.book(sub_order=sub, carrier=carrier, actor=cast.owner)
    assert [row["code"] for row in booked(stand)] == [sub.code, f"{sub.code}-L2"]
    assert again.tracking_code != number
    control(stand, "move", code=f"{sub.code}-L2", steps=["picked_up"])
    with pytest.raises(CarrierRefused):
        shipments.cancel_booking(sub_order=sub, actor=cast.owner)
    sub.refresh_from_db()
    assert sub.status == S.HANDED_OVER
    assert all_invariants() == {}


def test_there_must_be_a_booking_to_cancel(cast, stand, sub):
    with pytest.raises(NoBooking):
        shipments.cancel_booking(sub_order=sub, actor=cast.owner)
    fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier_name="Xe khách")
    with pytest.raises(NoBooking):
        shipments.cancel_booking(sub_order=sub, actor=cast.owner)


def test_a_parcel_cancelled_while_the_carrier_was_silent_is_called_off_there(cast, stand, settings, sub):
    hurry(settings, stand)
    control(stand, "behave", **{"as": ["hang"]})
    with pytest.raises(CarrierUnreachable):
        shipments.book(sub_order=sub, carrier="ghtk", actor=cast.owner)
    fulfilment.cancel(sub_order=sub, actor=cast.owner, reason="Hết hàng")
    control(stand, "behave", **{"as": []})
    tracking.ask_carriers(at=clock.now() + dt.timedelta(minutes=6))
    sub.refresh_from_db()
    assert (sub.status, sub.shipment.is_manual, sub.shipment.track_at) == (S.CANCELLED, True, None)
    number = booked(stand)[0]["number"]
    assert AuditEntry.objects.get(action="orders.shipment.cancelled").changes["tracking_code"] == [number, ""]
    assert all_invariants() == {}


def test_handed_over_too_early_goes_back_and_can_be_cancelled(cast, sub):
    fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier_name="Xe khách")
    assert fulfilment.prepare(sub_order=sub, actor=cast.owner)
    assert fulfilment.cancel(sub_order=sub, actor=cast.owner, reason="Người mua đổi ý")
    assert CodCollection.objects.get().status == "void"
    assert all_invariants() == {}


def test_a_parcel_to_be_fetched_stands_ready(cast, sub, make_pickup):
    make_pickup(sub)
    assert sub.delivery_method == DeliveryMethod.PICKUP
    fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    sub.refresh_from_db()
    assert sub.get_status_display() == "Sẵn sàng ở điểm nhận"
    assert CodCollection.objects.get().carrier == ""
