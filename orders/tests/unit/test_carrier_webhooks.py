"""What carriers tell by themselves: the same news once, in whatever order; strangers are not read."""

import datetime as dt
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.carriers.base import BadSecret, BadWebhook, TrackingStatus
from orders.carriers.standin import Server, StandIn
from orders.tests.unit.parcels import MAKERS, PARCEL, SECRET, Ear, control

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
NOWHERE = "http://127.0.0.1:9"
QUERY = {"secret": SECRET, "hash": SECRET}


@pytest.fixture
def ear():
    ear = Ear()
    yield ear
    ear.close()


@pytest.fixture
def stand(ear):
    with Server(StandIn(hooks=dict.fromkeys(MAKERS, ear.url), secret=SECRET)) as server:
        yield server


@pytest.fixture(params=sorted(MAKERS))
def carrier(request, stand):
    carrier = MAKERS[request.param](stand.url)
    carrier.book(PARCEL)
    return carrier


def tell(stand, *steps, behave=()):
    control(stand, "behave", **{"as": list(behave)})
    return control(stand, "move", code=PARCEL.code, steps=list(steps))["told"]


def test_the_way_of_a_parcel_is_told_in_the_markets_words(carrier, stand, ear):
    assert (
        tell(stand, "picked_up", "out_for_delivery", "delivery_failed", "returning", "returned") == [200] * 5
    )

    events = [heard.read_by(carrier) for heard in ear.heard]
    assert [event.status for event in events] == [
        TrackingStatus.PICKED_UP,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.DELIVERY_FAILED,
        TrackingStatus.RETURNING,
        TrackingStatus.RETURNED,
    ]
    for event in events:
        assert event.parcel_code == PARCEL.code
        assert event.weight_g == 1_250
        assert event.cod_amount == 215_000
        assert event.occurred_at.utcoffset() is not None
        assert abs(event.occurred_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=10)
    assert len({event.event_key for event in events}) == 5


def test_told_twice_and_backwards_has_the_same_keys(carrier, stand, ear):
    tell(stand, "picked_up", "delivered", behave=["repeat", "reorder"])

    events = [heard.read_by(carrier) for heard in ear.heard]
    assert [event.status for event in events] == [TrackingStatus.DELIVERED] * 2 + [
        TrackingStatus.PICKED_UP
    ] * 2
    assert len({event.event_key for event in events}) == 2


def test_late_news_keep_their_own_time(carrier, stand, ear):
    assert tell(stand, "picked_up", "delivered", behave=["late"]) == []
    assert ear.heard == []
    assert control(stand, "tell")["told"] == [200, 200]
    first, second = (heard.read_by(carrier) for heard in ear.heard)
    assert first.occurred_at < second.occurred_at


def test_a_wrong_secret_is_not_read(carrier, stand, ear):
    tell(stand, "delivered", behave=["wrong_secret"])

    with pytest.raises(BadSecret):
        ear.heard[0].read_by(carrier)


@pytest.mark.parametrize("code", ["ghn", "ghtk"])
def test_asking_finds_the_news_that_were_told(code, stand, ear):
    carrier = MAKERS[code](stand.url)
    booking = carrier.book(PARCEL)
    tell(stand, "picked_up", "delivered")

    asked = {event.event_key for event in carrier.track(booking.tracking_code)}
    told = [heard.read_by(carrier).event_key for heard in ear.heard]
    assert told[-1] in asked
    assert (told[0] in asked) is (code == "ghn")  # GHTK tells only where the parcel is now


@pytest.mark.parametrize("code", sorted(MAKERS))
def test_without_a_secret_of_our_own_nobody_is_believed(code):
    made = MAKERS[code](NOWHERE)
    open_door = type(made)(**{**vars(made), "webhook_secret": ""})
    for query in ({}, {"secret": "", "hash": ""}):
        with pytest.raises(BadSecret):
            open_door.read_webhook(b'{"TOKEN": "", "DATA": {}}', {}, query, JSON)


def ghn(**changes):
    told = {
        "OrderCode": "GHN1",
        "Status": "delivered",
        "Type": "switch_status",
        "Time": "2026-11-22T03:52:50.158Z",
    }
    return MAKERS["ghn"](NOWHERE).read_webhook(json.dumps({**told, **changes}).encode(), {}, QUERY, JSON)


def ghtk(**changes):
    told = {
        "label_id": "S1.A1",
        "status_id": "5",
        "action_time": "2026-11-22T12:18:39+07:00",
        "weight": "2.4",
    }
    return MAKERS["ghtk"](NOWHERE).read_webhook(urlencode({**told, **changes}).encode(), {}, QUERY, FORM)


def viettel_post(token=SECRET, headers=None, **changes):
    data = {"ORDER_NUMBER": "V1", "ORDER_STATUS": 501, "ORDER_STATUSDATE": "22/11/2026 10:00:00", **changes}
    body = json.dumps({"DATA": data, "TOKEN": token}).encode()
    return MAKERS["viettel_post"](NOWHERE).read_webhook(body, headers or {}, {}, JSON)


def test_times_and_weights_are_read_in_each_carriers_way():
    assert ghn(Weight=900).occurred_at == dt.datetime(2026, 11, 22, 3, 52, 50, 158_000, tzinfo=dt.UTC)
    assert ghn(Weight=900).weight_g == 900
    assert ghtk().weight_g == 2_400
    assert ghtk().occurred_at == dt.datetime(2026, 11, 22, 5, 18, 39, tzinfo=dt.UTC)
    assert viettel_post().occurred_at == dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
    assert viettel_post().status == TrackingStatus.DELIVERED


def test_a_new_weight_or_cod_moves_nothing():
    event = ghn(Type="update_cod", CODAmount=99_000)
    assert (event.status, event.carrier_status, event.cod_amount) == (
        TrackingStatus.OTHER,
        "update_cod",
        99_000,
    )


def test_unknown_codes_are_other_news():
    assert ghn(Status="lost").status == TrackingStatus.OTHER
    assert ghtk(status_id="45").status == TrackingStatus.OTHER  # the driver's word, not yet the carrier's
    assert viettel_post(ORDER_STATUS=999).status == TrackingStatus.OTHER


def test_ghtk_may_send_json_and_viettel_post_a_header():
    body = b'{"label_id": "S1", "status_id": 5, "action_time": "2026-11-22T12:18:39+07:00", "weight": 2.4}'
    event = MAKERS["ghtk"](NOWHERE).read_webhook(body, {}, QUERY, "application/json; charset=utf-8")
    assert (event.status, event.weight_g) == (TrackingStatus.DELIVERED, 2_400)
    assert viettel_post(token=None, headers={"authorization": SECRET}).tracking_code == "V1"
    with pytest.raises(BadSecret):
        viettel_post(token=None, headers={"Authorization": "\udcff"})


@pytest.mark.parametrize(
    "changes",
    [
        {"OrderCode": None},
        {"OrderCode": "x" * 61},
        {"OrderCode": ["x"]},
        {"OrderCode": "\x00\x07"},
        {"Status": {"a": 1}},
        {"Time": "hôm qua"},
        {"Time": "0001-01-01T00:00:00Z"},
        {"Time": 5},
        {"CODAmount": -1},
        {"CODAmount": 1e400},
        {"CODAmount": "NaN"},
        {"CODAmount": True},
        {"CODAmount": 10**13},
        {"CODAmount": [1]},
        {"Weight": "nặng"},
    ],
)
def test_what_cannot_be_is_not_read(changes):
    with pytest.raises(BadWebhook):
        ghn(**changes)


def test_control_characters_and_long_words_do_not_get_through():
    event = ghn(Reason="a\x00b\ud800c" + "x" * 5_000, OrderCode=" GHN1\x00")
    assert event.tracking_code == "GHN1"
    assert event.reason.startswith("a b c")
    assert len(event.reason) == 200


@given(
    st.one_of(st.binary(max_size=200), st.just(b"[" * 100_000), st.just(b"9" * 5_000)),
    st.sampled_from([JSON, FORM]),
)
def test_any_bytes_are_read_or_refused(body, content_type):
    for maker in MAKERS.values():
        with pytest.raises((BadWebhook, BadSecret)):
            maker(NOWHERE).read_webhook(body, {}, QUERY, content_type)


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text("09-T:Zé\x00 .", max_size=80),
    st.just([{}]),
)


@given(st.dictionaries(st.sampled_from(["OrderCode", "Status", "Time", "CODAmount", "Type"]), ODD))
def test_any_json_is_read_or_refused(data):
    try:
        event = ghn(**data)
    except BadWebhook:
        return
    assert event.occurred_at.tzinfo
    assert event.tracking_code
    assert len(event.event_key) == 64
