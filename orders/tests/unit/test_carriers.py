"""Booking, cancelling and tracking with the three adapters against the stand-in, over real sockets."""

import socket
import threading

import httpx
import pytest

from orders import carriers
from orders.carriers.base import (
    BadWebhook,
    CarrierRefused,
    CarrierUnreachable,
    TrackingStatus,
    UnknownCarrier,
)
from orders.carriers.manual import Manual
from orders.carriers.standin import Server, StandIn
from orders.tests.unit.parcels import MAKERS, PARCEL, SECRET, control, parcel


@pytest.fixture
def stand():
    with Server(StandIn(hooks={}, secret=SECRET, hang=30)) as server:
        yield server


@pytest.fixture(params=sorted(MAKERS))
def carrier(request, stand):
    return MAKERS[request.param](stand.url)


def booked(stand):
    return control(stand, "parcels")["parcels"]


def hasty(carrier, stand):
    return MAKERS[carrier.code](stand.url, seconds=0.3)


def test_a_booking_arrives_in_grams_and_dong(carrier, stand):
    booking = carrier.book(PARCEL)

    (row,) = booked(stand)
    assert row == {
        "carrier": carrier.code,
        "code": "7K3M-92XQ-1",
        "number": booking.tracking_code,
        "cod": 215_000,
        "weight_g": 1_250,
    }
    assert isinstance(booking.fee, int)
    assert booking.fee > 0


def test_the_same_code_is_booked_once(carrier, stand):
    first = carrier.book(PARCEL)

    assert carrier.book(PARCEL).tracking_code == first.tracking_code
    assert len(booked(stand)) == 1


def test_two_clicks_at_once_are_one_booking(carrier, stand):
    found = []
    clicks = [threading.Thread(target=lambda: found.append(carrier.book(PARCEL))) for _click in range(6)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()

    assert len(found) == 6
    assert len({booking.tracking_code for booking in found}) == 1
    assert len(booked(stand)) == 1


def test_no_answer_in_time_may_be_asked_again(carrier, stand):
    control(stand, "behave", **{"as": ["hang"]})
    with pytest.raises(CarrierUnreachable) as caught:
        hasty(carrier, stand).book(PARCEL)
    assert caught.value.status == 503
    assert carrier.name in str(caught.value)
    assert len(booked(stand)) == 1  # it was booked all the same

    control(stand, "behave", **{"as": []})

    assert carrier.book(PARCEL).tracking_code == booked(stand)[0]["number"]
    assert len(booked(stand)) == 1


def test_a_broken_carrier_is_unreachable_and_has_booked_nothing(carrier, stand):
    control(stand, "behave", **{"as": ["error"]})

    with pytest.raises(CarrierUnreachable):
        carrier.book(PARCEL)
    assert booked(stand) == []


@pytest.mark.parametrize("code", sorted(MAKERS))
def test_nobody_there_is_unreachable(code):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port
        with pytest.raises(CarrierUnreachable):
            MAKERS[code](f"http://127.0.0.1:{taken.getsockname()[1]}").book(PARCEL)


def test_a_refusal_has_the_carriers_words(carrier):
    with pytest.raises(CarrierRefused) as caught:
        carrier.book(parcel(weight_g=60_000))

    assert caught.value.words in str(caught.value)
    assert "lượng" in caught.value.words
    assert caught.value.data["carrier"] == carrier.code


@pytest.mark.parametrize("code", sorted(MAKERS))
def test_wrong_credentials_are_a_refusal(code, stand):
    made = MAKERS[code](stand.url)
    wrong = {"password": "x"} if code == "viettel_post" else {"token": "x"}
    made = type(made)(**{**vars(made), **wrong})

    with pytest.raises(CarrierRefused):
        made.book(PARCEL)


def test_cancelling_before_pick_up(carrier, stand):
    booking = carrier.book(PARCEL)

    carrier.cancel(booking.tracking_code)


def test_cancelling_a_parcel_on_its_way_is_refused(carrier, stand):
    booking = carrier.book(PARCEL)
    control(stand, "move", code=PARCEL.code, steps=["picked_up"])

    with pytest.raises(CarrierRefused):
        carrier.cancel(booking.tracking_code)


def test_an_unknown_number_is_a_refusal(carrier):
    with pytest.raises(CarrierRefused):
        carrier.cancel("../../x?y=#z")


def test_ghn_tells_the_whole_way_and_ghtk_the_last_step(stand):
    for code in ("ghn", "ghtk"):
        made = MAKERS[code](stand.url)
        booking = made.book(parcel(code=code))
        control(stand, "move", code=code, steps=["picked_up", "out_for_delivery", "delivered"])
        events = made.track(booking.tracking_code)

        assert events[-1].status == TrackingStatus.DELIVERED
        assert events[-1].parcel_code == code
        assert events[-1].cod_amount == 215_000
        assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)
        assert len(events) == (4 if code == "ghn" else 1)


def test_viettel_post_says_that_it_cannot_be_asked(stand):
    made = MAKERS["viettel_post"](stand.url)
    assert made.can_track is False
    assert made.track(made.book(PARCEL).tracking_code) == []


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b"{}", b'{"data": {"order_code": 5.5}}', b"\xff\xfe"]
)
def test_an_answer_without_sense_is_no_booking(answer, monkeypatch):
    answers = {"json": b'{"code": 200, "success": true, "error": false, "data": {"token": "t"}}'}

    def respond(method, url, **_rest):
        content = answers["json"] if url.endswith("/Login") else answer
        return httpx.Response(200, content=content)

    monkeypatch.setattr(httpx, "request", respond)
    for maker in MAKERS.values():
        with pytest.raises((CarrierUnreachable, CarrierRefused)):
            maker("http://carrier.example").book(PARCEL)


def test_secrets_stay_out_of_what_is_printed(stand):
    for maker in MAKERS.values():
        shown = repr(maker(stand.url))
        assert SECRET not in shown
        assert "'token'" not in shown
        assert "'password'" not in shown


def test_only_connected_carriers_are_offered_and_the_manual_one_always(settings):
    settings.CARRIERS = {
        "ghn": {"token": "t", "shop_id": "1", "url": "http://x"},
        "ghtk": {"token": "", "url": "http://x"},
    }
    assert carriers.choices() == [("ghn", "Giao Hàng Nhanh"), ("manual", Manual.name)]
    assert carriers.get("ghn").holds_cash is True
    for code in ("ghtk", "viettel_post", "nope", ""):
        with pytest.raises(UnknownCarrier):
            carriers.get(code)


def test_every_carrier_opens_with_the_settings_of_the_market(settings):
    settings.CARRIERS = {
        code: {key: value or "x" for key, value in keys.items()} for code, keys in settings.CARRIERS.items()
    }
    assert [code for code, _name in carriers.choices()] == ["ghn", "ghtk", "viettel_post", "manual"]
    assert [carriers.get(code).code for code, _name in carriers.choices()] == [*sorted(MAKERS), "manual"]


def test_the_manual_carrier_works_without_anybody():
    manual = carriers.get("manual")
    assert manual.holds_cash is False
    booking = manual.book(PARCEL)
    assert (booking.tracking_code, booking.fee) == (PARCEL.code, None)
    manual.cancel(booking.tracking_code)
    assert manual.track(booking.tracking_code) == []
    with pytest.raises(BadWebhook):
        manual.read_webhook(b"{}", {}, {}, "application/json")
