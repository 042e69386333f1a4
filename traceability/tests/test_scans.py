"""Look-ups of people are counted by code, day and place; nothing else is kept, and nothing is lost."""

import datetime as dt
import socket
import time
import uuid

import pytest
from celery import current_app
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import OutboxMessage, Province
from traceability.models import Scan, ScanDay
from traceability.selectors import scans as selectors
from traceability.services import codes, scans
from traceability.tests.conftest import PHONE
from traceability.tests.lookups import queue, taken
from traceability.tests.outbox import run_worker

__all__ = ["queue"]
HEADERS = {"user-agent": PHONE}


@pytest.fixture
def code(product):
    return codes.ensure(product=product)


@pytest.fixture
def no_broker(monkeypatch, queue):
    """Nobody listens there."""
    monkeypatch.setitem(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")


def total(code):
    return sum(ScanDay.objects.filter(code=code).values_list("count", flat=True))


def address(code):
    return f"/truy-xuat/{code.value}/"


def message(code, **values):
    return {
        "uid": str(uuid.uuid4()),
        "code_id": code.pk,
        "serial_id": None,
        "at": clock.now().isoformat(),
        "province_id": None,
        **values,
    }


def test_people_count_once_the_worker_has_come(code, client_for, queue):
    for _ in range(3):
        assert client_for(None).get(address(code), headers=HEADERS).status_code == 200
    assert total(code) == 0
    assert queue() == 3
    assert list(ScanDay.objects.values_list("code", "day", "count")) == [(code.pk, clock.today(), 3)]
    assert Scan.objects.filter(code=code).count() == 3


def test_a_reload_is_the_same_look(code, client, queue):
    for _ in range(3):
        client.get(address(code), headers=HEADERS)
    assert queue() == 1


def test_a_forged_cookie_does_not_stop_the_count(code, client, queue):
    client.cookies[f"da-xem-{code.value}"] = "x:y:z"
    client.get(address(code), headers=HEADERS)
    assert queue() == 1


def test_machines_heads_and_prefetching_do_not_count(code, client, queue):
    client.head(address(code), headers=HEADERS)
    client.get(address(code), headers={"user-agent": "facebookexternalhit/1.1"})
    client.get(address(code), headers={"user-agent": PHONE, "sec-purpose": "prefetch"})
    client.get(address(code))
    client.get(f"/truy-xuat/{code.value}/qr.png", headers=HEADERS)
    assert queue() == 0


def test_the_day_is_vietnams(code):
    late = dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)  # half past midnight in Đà Nẵng
    scans.write(**message(code, at=late.isoformat()))
    assert ScanDay.objects.get().day == dt.date(2026, 11, 23)


def test_a_message_that_comes_twice_counts_once(code):
    sent = message(code)
    assert [scans.write(**sent), scans.write(**sent)] == [True, False]
    assert total(code) == 1


def test_nothing_personal_has_a_column():
    columns = {model: {field.name for field in model._meta.get_fields()} for model in (ScanDay, Scan)}
    assert columns[ScanDay] == {"id", "code", "day", "province", "count"}
    assert columns[Scan] == {"id", "uid", "code", "serial", "at", "province"}


def test_the_page_does_not_write(code, client, queue):
    client.get(address(code))
    with CaptureQueriesContext(connection) as asked:
        client.get(address(code), headers=HEADERS)
    assert [sql for sql in asked if not sql["sql"].startswith("SELECT")] == []


def test_without_the_broker_the_outbox_keeps_it(code, client, no_broker):
    assert client.get(address(code), headers=HEADERS).status_code == 200
    assert OutboxMessage.objects.filter(topic="traceability.scan_noted").count() == 1
    assert total(code) == 0
    run_worker()
    assert total(code) == 1


def test_a_silent_broker_is_not_waited_for(code, client, monkeypatch, queue):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and says nothing
        monkeypatch.setitem(
            current_app.conf, "broker_write_url", f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        )
        began = time.monotonic()
        scans.note(code=code)
        assert time.monotonic() - began < 3 * scans.BROKER_PATIENCE
    assert OutboxMessage.objects.filter(topic="traceability.scan_noted").count() == 1


def test_without_either_the_page_still_answers(code, client, no_broker, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise DatabaseError("full")

    monkeypatch.setattr("core.outbox.publish", refuse)
    assert client.get(address(code), headers=HEADERS).status_code == 200
    assert "is lost" in caplog.text


# --- Where ---


def test_the_visitor_says_where_and_it_is_remembered(code, client, queue, country):
    client.get(address(code), headers=HEADERS)
    answer = client.post(f"{address(code)}noi/", {"province": "48", "next": address(code)})
    assert answer.url == address(code)
    assert list(ScanDay.objects.values_list("province", "count")) == [("48", 1)]
    assert queue() == 1  # the broker's own copy finds it counted
    assert list(ScanDay.objects.values_list("province", "count")) == [("48", 1)]
    client.cookies.pop(f"da-xem-{code.value}")  # ten minutes later
    client.get(address(code), headers=HEADERS)
    queue()
    assert list(ScanDay.objects.values_list("province", "count")) == [("48", 2)]


def test_a_counted_look_moves_to_its_place_once(code, client, queue, country):
    client.get(address(code), headers=HEADERS)
    queue()
    assert list(ScanDay.objects.values_list("province", "count")) == [(None, 1)]
    for province in ("48", "01"):
        client.post(f"{address(code)}noi/", {"province": province})
    assert list(ScanDay.objects.values_list("province", "count")) == [("48", 1)]
    assert Scan.objects.get().province_id == "48"


def test_others_without_a_place_stay_where_they_are(code, client, queue, country):
    for _ in range(2):
        scans.write(**message(code))
    client.get(address(code), headers=HEADERS)
    queue()
    client.post(f"{address(code)}noi/", {"province": "48"})
    assert set(ScanDay.objects.values_list("province", "count")) == {(None, 2), ("48", 1)}


@pytest.mark.parametrize("target", ["https://xau.example/", "//xau.example/", "javascript:alert(1)", ""])
def test_the_way_back_stays_here(code, client, target, country):
    answer = client.post(f"{address(code)}noi/", {"province": "48", "next": target})
    assert answer.url == address(code)


@pytest.mark.parametrize("province", ["99", "x" * 500, "'; --"])
def test_no_such_province(code, client, province, country):
    assert client.post(f"{address(code)}noi/", {"province": province}).status_code == 404


def test_a_forged_province_counts_without_a_place(code, client, queue, country):
    client.cookies["noi-quet"] = "99"
    client.get(address(code), headers=HEADERS)
    queue()
    assert ScanDay.objects.get().province is None


def test_the_proxys_word_comes_before_the_visitors(code, client, queue, settings, country):
    settings.SCAN_PROVINCE_HEADER = "X-Province"
    client.cookies["noi-quet"] = "01"
    client.get(address(code), headers={**HEADERS, "x-province": "48"})
    queue()
    assert ScanDay.objects.get().province_id == "48"


def test_a_header_nobody_set_up_says_nothing(code, client, queue, country):
    client.get(address(code), headers={**HEADERS, "x-province": "48"})
    queue()
    assert ScanDay.objects.get().province is None


def test_the_first_look_and_its_place(code, country):
    assert selectors.of_code(code) == selectors.Looks()
    day = dt.datetime(2026, 3, 3, 9, tzinfo=clock.VIETNAM)
    scans.write(**message(code, at=(day + dt.timedelta(hours=1)).isoformat(), province_id="01"))
    scans.write(**message(code, at=day.isoformat(), province_id="48"))
    place = Province.objects.get(pk="48").short_name
    assert selectors.of_code(code) == selectors.Looks(2, dt.date(2026, 3, 3), place)


def test_days_counted_before_looks_were_kept_have_no_place(code, country):
    ScanDay.objects.create(code=code, day=dt.date(2026, 1, 1), count=5)
    scans.write(**message(code, province_id="48"))
    assert selectors.of_code(code) == selectors.Looks(6, dt.date(2026, 1, 1), "")


def test_what_is_sent_names_nobody(code, client, queue):
    client.get(
        address(code), headers={**HEADERS, "x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="203.0.113.9"
    )
    [(task, sent)] = taken()
    assert task == "traceability.tasks.write_scan"
    assert set(sent) == {"uid", "code_id", "serial_id", "at", "province_id"}
