"""Three hundred people scan one lot at once; a real worker counts them."""

import time
import uuid
from functools import partial

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.test import Client

from core import clock
from core.models import OutboxMessage
from tests.concurrency.racing import race
from traceability.models import Scan, ScanDay
from traceability.services import lots, scans
from traceability.tests.conftest import PHONE
from traceability.tests.lookups import queue, run, taken
from traceability.tests.outbox import run_worker

__all__ = ["queue"]
pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 300
AT_ONCE = 50  # connections of the database; each thread is several people, one after the other


@pytest.fixture
def code(cast, make_product):
    lot = lots.create(
        product=make_product(cast.producer),
        code="L1",
        produced_on=clock.today(),
        quantity=500,
        actor=cast.owner,
    )
    return lot.code_row


def scan_as_several(code, people):
    address = f"/truy-xuat/{code.value}/"
    return [Client().get(address, headers={"user-agent": PHONE}).status_code for _ in range(people)]


def everybody_scans(code):
    answers = race([partial(scan_as_several, code, PEOPLE // AT_ONCE)] * AT_ONCE)
    assert answers == [[200] * (PEOPLE // AT_ONCE)] * AT_ONCE


def everybody_is_noted(code):
    """The same without the pages."""
    race([lambda: [scans.note(code=code) for _ in range(PEOPLE // AT_ONCE)]] * AT_ONCE)


def counted(code):
    return sum(ScanDay.objects.filter(code=code).values_list("count", flat=True))


def test_three_hundred_scans_are_three_hundred(code, queue):
    with start_worker(current_app, pool="threads", concurrency=4, perform_ping_check=False):
        everybody_scans(code)
        run_worker()  # what the broker's connections had no room for
        deadline = time.monotonic() + 60
        while counted(code) < PEOPLE and time.monotonic() < deadline:
            time.sleep(0.05)
    assert counted(code) == PEOPLE
    assert Scan.objects.filter(code=code).count() == PEOPLE


def test_every_message_delivered_twice_at_once_counts_once(code, queue):
    everybody_is_noted(code)
    run_worker()
    sent = taken()
    assert len(sent) > PEOPLE / 2
    race([lambda: [run(*message) for message in sent]] * 4)
    assert counted(code) == PEOPLE


def test_without_a_broker_all_are_in_the_outbox(code, queue, monkeypatch):
    monkeypatch.setitem(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    everybody_is_noted(code)
    assert OutboxMessage.objects.filter(topic="traceability.scan_noted").count() == PEOPLE
    assert counted(code) == 0
    run_worker()
    assert counted(code) == PEOPLE


def test_control_reading_and_writing_apart_loses_looks(code):
    """The race is real: without the UPSERT, counters that meet write over each other."""
    ScanDay.objects.create(code=code, day=clock.today(), count=0)

    def careless():
        row = ScanDay.objects.get(code=code)
        time.sleep(0.2)
        row.count += 1
        row.save()

    race([careless] * 10)
    assert counted(code) < 10


def test_control_looking_before_counting_counts_twice(code):
    """The race is real: a worker that asks first and counts then counts a message twice."""
    scans.write(**message(code))
    sent = message(code)

    def careless():
        is_new = not Scan.objects.filter(uid=sent["uid"]).exists()
        time.sleep(0.2)
        if is_new:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE traceability_scanday SET count = count + 1")

    race([careless] * 2)
    assert counted(code) == 3


def message(code):
    return {
        "uid": str(uuid.uuid4()),
        "code_id": code.pk,
        "serial_id": None,
        "at": clock.now().isoformat(),
        "province_id": None,
    }
