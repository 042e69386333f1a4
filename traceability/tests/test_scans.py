"""Look-ups of people are counted by code and day; nothing else is kept, and nothing is lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core import clock
from traceability.models import ScanDay
from traceability.services import codes, scans
from traceability.tests.conftest import PHONE


@pytest.fixture
def code(product):
    return codes.ensure(product=product)


def total(code):
    return sum(ScanDay.objects.filter(code=code).values_list("count", flat=True))


def test_a_person_counts_once_per_look(code, client):
    for _ in range(3):
        assert client.get(f"/truy-xuat/{code.value}/", headers={"user-agent": PHONE}).status_code == 200
    assert list(ScanDay.objects.values_list("code", "day", "count")) == [(code.pk, clock.today(), 3)]


def test_machines_heads_and_prefetching_do_not_count(code, client):
    address = f"/truy-xuat/{code.value}/"
    client.head(address, headers={"user-agent": PHONE})
    client.get(address, headers={"user-agent": "facebookexternalhit/1.1"})
    client.get(address, headers={"user-agent": PHONE, "sec-purpose": "prefetch"})
    client.get(address)
    client.get(f"/truy-xuat/{code.value}/qr.png", headers={"user-agent": PHONE})
    assert total(code) == 0


def test_the_day_is_vietnams(code):
    late = dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)  # half past midnight in Đà Nẵng
    scans.count(code=code, at=late)
    assert ScanDay.objects.get().day == dt.date(2026, 11, 23)


def test_nothing_personal_has_a_column():
    assert {field.name for field in ScanDay._meta.get_fields()} == {"id", "code", "day", "province", "count"}


def test_a_broken_counter_does_not_break_the_page(code, client, monkeypatch):
    monkeypatch.setattr(scans, "_UPSERT", "INSERT INTO no_such_table VALUES (%s, %s)")
    answer = client.get(f"/truy-xuat/{code.value}/", headers={"user-agent": PHONE})
    assert answer.status_code == 200
    assert scans.count(code=code) is False
    assert total(code) == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_fifty(code):
    start = Barrier(50)

    def scan(_):
        start.wait(30)
        try:
            return scans.count(code=code)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(scan, range(50)))
    assert total(code) == 50


@pytest.mark.django_db(transaction=True)
def test_control_reading_and_writing_apart_loses_looks(code):
    """The race is real: without the UPSERT, readers that meet write over each other."""
    ScanDay.objects.create(code=code, day=clock.today(), count=0)
    everybody_has_read = Barrier(10)

    def scan(_):
        try:
            row = ScanDay.objects.get(code=code)
            everybody_has_read.wait(30)
            row.count += 1
            row.save()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(scan, range(10)))
    assert total(code) == 1
