"""Carriers' webhooks over loopback, from the stand-in to the running market, in every bad order."""

import datetime as dt
import itertools

import httpx
import pytest

from core import clock
from core.models import OutboxMessage
from orders import tasks
from orders.carriers.standin import Server, StandIn
from orders.models import ContactAttempt, Settlement, Shipment, ShipmentEvent
from orders.services import fulfilment, tracking
from orders.states import SubOrderStatus
from orders.tests.buying import run_outbox
from orders.tests.sending import CODES, HOOK, SECRET, connect, control, sent
from tests.books import all_invariants

pytestmark = pytest.mark.django_db(transaction=True)
S = SubOrderStatus
WAY = ["picked_up", "out_for_delivery", "delivered"]
BACK = ["picked_up", "delivery_failed", "returning", "returned"]


@pytest.fixture
def stand(live_server, settings):
    hooks = {code: live_server.url + HOOK.format(code) for code in CODES}
    with Server(StandIn(hooks=hooks, secret=SECRET, hang=30)) as server:
        connect(settings, server.url)
        yield server


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=50)


@pytest.fixture(params=CODES)
def sub(request, cast, stand, product):
    return sent(cast, request.param, product)


def move(stand, sub, *steps):
    return control(stand, "move", code=sub.code, steps=list(steps))["told"]


def ask(sub):
    """The beat comes round: only carriers that can be asked are."""
    tracking.ask_carriers(at=clock.now() + dt.timedelta(hours=13))
    sub.refresh_from_db()


def events(sub):
    return list(sub.shipment.events.order_by("occurred_at", "pk").values_list("status", flat=True))


def test_a_parcel_arrives_and_the_money_follows(sub, stand):
    assert move(stand, sub, *WAY) == [200, 200, 200]
    ask(sub)
    assert sub.status == S.DELIVERED
    assert sub.shipment.booked_at <= sub.delivered_at <= clock.now() + dt.timedelta(hours=13)
    assert Settlement.objects.count() == 1
    assert events(sub)[-1] == "delivered"
    ask(sub)
    assert sub.shipment.track_at is None
    assert all_invariants() == {}


def test_who_cannot_be_asked_is_believed_and_who_can_is_asked_first(sub, stand):
    move(stand, sub, "picked_up", "delivered")
    sub.refresh_from_db()
    is_believed = sub.shipment.carrier == "viettel_post"
    assert (sub.status == S.DELIVERED) == is_believed
    assert OutboxMessage.objects.filter(topic="orders.shipment_told").count() == (0 if is_believed else 1)
    assert (sub.shipment.track_at is None) == is_believed


def test_the_worker_asks_at_once(sub, stand, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.ask_carrier, "delay", asked.append)
    move(stand, sub, "picked_up", "delivered")
    run_outbox()
    if sub.shipment.carrier == "viettel_post":
        assert asked == []
        return
    tasks.ask_carrier(*asked)
    sub.refresh_from_db()
    assert sub.status == S.DELIVERED


def test_a_refused_parcel_comes_home(sub, stand, product):
    move(stand, sub, *BACK)
    ask(sub)
    assert sub.status == S.RETURNED
    attempt = ContactAttempt.objects.get()
    assert (attempt.kind, attempt.outcome) == ("delivery", "failed")
    assert attempt.actor_label == sub.shipment.carrier_name
    assert all_invariants() == {}


def test_repeated_news_are_kept_once(sub, stand):
    control(stand, "behave", **{"as": ["repeat"]})
    assert set(move(stand, sub, *BACK)) == {200}
    before = events(sub)
    assert len(before) == len(set(before)) == 4
    ask(sub)
    assert ContactAttempt.objects.count() == 1
    assert ShipmentEvent.objects.values("key").distinct().count() == ShipmentEvent.objects.count()
    assert all_invariants() == {}


@pytest.mark.parametrize("way", [WAY, BACK, ["picked_up", "delivery_failed", "returning", "delivered"]])
def test_news_in_reverse_end_the_same(sub, stand, way):
    control(stand, "behave", **{"as": ["reorder"]})
    move(stand, sub, *way)
    ask(sub)
    assert sub.status == (S.RETURNED if way is BACK else S.DELIVERED)
    assert all_invariants() == {}


def test_late_news_move_nothing_backwards(sub, stand):
    control(stand, "behave", **{"as": ["late"]})
    move(stand, sub, "picked_up", "out_for_delivery", "delivery_failed")
    fulfilment.deliver(sub_order=sub, actor=None)
    control(stand, "tell")
    ask(sub)
    assert sub.status == S.DELIVERED
    assert "picked_up" in events(sub)
    assert all_invariants() == {}


def test_a_wrong_secret_is_turned_away_and_changes_nothing(sub, stand):
    control(stand, "behave", **{"as": ["wrong_secret"]})
    assert move(stand, sub, *WAY) == [401, 401, 401]
    sub.refresh_from_db()
    assert sub.status == S.HANDED_OVER
    assert not ShipmentEvent.objects.exists()


def test_news_that_failed_here_come_again(sub, stand, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(tracking, "record_event", lambda **_: 1 / 0)
        assert move(stand, sub, "picked_up") == [500]
    assert not ShipmentEvent.objects.exists()
    control(stand, "behave", **{"as": ["repeat"]})
    assert set(move(stand, sub, "out_for_delivery")) == {200}


def test_a_carrier_that_lies_by_webhook_moves_no_money(stand, cast, product, live_server):
    """Somebody knows the secret of a carrier that can be asked: the carrier denies it."""
    sub = sent(cast, "ghn", product)
    body = {
        "OrderCode": sub.shipment.tracking_code,
        "Status": "delivered",
        "Type": "switch_status",
        "Time": clock.now().isoformat(),
    }
    answer = httpx.post(live_server.url + HOOK.format("ghn") + f"?secret={SECRET}", json=body)
    assert answer.json() == {"ok": True, "news": True}
    ask(sub)
    assert sub.status == S.HANDED_OVER
    assert not Settlement.objects.exists()


def test_unknown_numbers_are_answered_and_passed_over(stand, live_server, cast, product):
    sub = sent(cast, "ghn", product)
    hostile = ["KHONG-CO", "' OR 1=1 --", "<script>alert(1)</script>", "GHN0000\u0000001", "%00", "🙂" * 30]
    for code in hostile:
        body = {"OrderCode": code, "Status": "delivered", "Time": "2026-11-22T10:00:00Z"}
        answer = httpx.post(live_server.url + HOOK.format("ghn") + f"?secret={SECRET}", json=body)
        assert (answer.status_code, answer.json()["news"]) == (200, False)
    sub.refresh_from_db()
    assert sub.status == S.HANDED_OVER
    assert not ShipmentEvent.objects.exists()


@pytest.mark.parametrize(
    ("carrier", "body", "status"),
    [
        ("ghn", b"", 400),
        ("ghn", b"[1, 2]", 400),
        ("ghn", b'{"OrderCode": {}, "Status": "delivered"}', 400),
        ("ghn", b'{"OrderCode": "X", "Status": "delivered", "Time": "soon"}', 400),
        ("ghn", b"[" * 5000, 400),
        ("ghn", b'{"x": "' + b"a" * 70_000 + b'"}', 413),
        ("dhl", b"{}", 404),
        ("manual", b"{}", 400),
    ],
)
def test_what_cannot_be_read_is_said_so(stand, live_server, carrier, body, status):
    answer = httpx.post(live_server.url + HOOK.format(carrier) + f"?secret={SECRET}", content=body)
    assert answer.status_code == status
    assert httpx.get(live_server.url + HOOK.format(carrier)).status_code == 405


def test_our_code_finds_a_booking_whose_answer_never_came(stand, cast, product, settings):
    sub = sent(cast, "ghn", product)
    number = sub.shipment.tracking_code
    # As if the answer to the booking had been lost.
    Shipment.objects.filter(pk=sub.shipment.pk).update(tracking_code="")
    type(sub).objects.filter(pk=sub.pk).update(status=S.PREPARING)
    assert move(stand, sub, "picked_up") == [200]
    sub.refresh_from_db()
    assert (sub.status, sub.shipment.tracking_code) == (S.HANDED_OVER, number)


def test_other_weights_and_sums_are_kept(stand, cast, product):
    sub = sent(cast, "ghn", product)
    stand.stand.parcels["ghn", sub.code].weight_g = 2_400
    stand.stand.parcels["ghn", sub.code].cod = 1
    move(stand, sub, "picked_up")
    shipment = Shipment.objects.get()
    assert (shipment.reported_weight, shipment.reported_cod) == (2_400, 1)
    assert shipment.differs_in_weight
    assert shipment.differs_in_cod


def test_a_carriers_clock_is_bounded(stand, cast, product, live_server):
    sub = sent(cast, "viettel_post", product)
    early, late = "01/01/2016 00:00:00", "31/12/2098 00:00:00"
    for told in (early, late):
        data = {"ORDER_NUMBER": sub.shipment.tracking_code, "ORDER_STATUS": 501, "ORDER_STATUSDATE": told}
        url = live_server.url + HOOK.format("viettel_post")
        assert httpx.post(url, json={"DATA": data, "TOKEN": SECRET}).status_code == 200
    sub.refresh_from_db()
    assert sub.shipment.booked_at <= sub.delivered_at <= clock.now()


# --- Asking ---


def test_pauses_grow_while_nothing_is_heard_and_end(stand, cast, product):
    sub = sent(cast, "ghn", product)
    at, pauses = clock.now(), []
    while Shipment.objects.get().track_at:
        due = Shipment.objects.get().track_at
        pauses.append(due - at)
        at = due
        tracking.ask_carriers(at=at)
    assert pauses == sorted(pauses)
    assert pauses[0] <= dt.timedelta(minutes=30)
    assert pauses[-1] == dt.timedelta(hours=12)
    assert at - sub.shipment.booked_at > dt.timedelta(days=44)


def test_a_batch_is_bounded_and_a_silent_carrier_is_asked_once(stand, cast, product, monkeypatch):
    parcels = [sent(cast, carrier, product) for carrier in ("ghn", "ghn", "ghn", "ghtk")]
    later = clock.now() + dt.timedelta(hours=1)
    assert tracking.ask_carriers(at=later, most=2) == 2
    control(stand, "behave", **{"as": ["error"]})
    calls = itertools.count()
    original = tracking.look_after
    monkeypatch.setattr(tracking, "look_after", lambda **more: (next(calls), original(**more)))
    assert tracking.ask_carriers(at=later + dt.timedelta(days=1)) == 0
    assert next(calls) == 2  # one of each carrier
    assert len(parcels) == 4
