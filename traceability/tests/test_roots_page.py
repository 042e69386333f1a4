"""The published roots as pages, as JSON and as files."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from traceability import chain
from traceability.models import DailyRoot
from traceability.services import roots
from traceability.tasks import publish_roots
from traceability.tests.test_events import make_lot

pytestmark = pytest.mark.usefixtures("media")
HERE = "/truy-xuat/moc-ngay/"


@pytest.fixture
def published(cast, make_product):
    yesterday = clock.today() - dt.timedelta(days=1)
    make_lot(make_product(cast.producer), at=clock.midnight(yesterday) + dt.timedelta(hours=9))
    publish_roots()
    return DailyRoot.objects.get()


def test_a_day_is_a_page_a_few_facts_and_a_file(client, published):
    here = f"{HERE}{published.day}/"
    assert published.root in client.get(here).content.decode()
    facts = client.get(f"{here}moc.json")
    assert facts["Access-Control-Allow-Origin"] == "*"
    assert {key: facts.json()[key] for key in ("root", "previous", "lots")} == {
        "root": published.root,
        "previous": chain.BEGINNING,
        "lots": 1,
    }
    kept = b"".join(client.get(f"{here}luu-tru.json").streaming_content)
    assert chain.root_of(json.loads(kept)["leaves"]) == published.root
    assert here in client.get(HERE).content.decode()


@pytest.mark.parametrize("day", ["2020-01-01", "2026-13-01", "0000-00-00", "x"])
@pytest.mark.parametrize("name", ["", "moc.json", "luu-tru.json"])
def test_a_day_without_a_root_is_not_there(client, published, day, name):
    assert client.get(f"{HERE}{day}/{name}").status_code == 404


def test_the_list_has_pages_and_a_constant_cost(client, db):
    def publish(first, last):
        for number in range(first, last):
            day = clock.today() - dt.timedelta(days=number)
            facts = {"root": f"{number:064x}", "previous": chain.BEGINNING, "archive": "x"}
            DailyRoot.objects.create(day=day, lots=1, events=1, **facts)

    publish(1, 2)
    client.get(HERE)
    with CaptureQueriesContext(connection) as one:
        client.get(HERE)
    publish(2, 42)
    with CaptureQueriesContext(connection) as many:
        page = client.get(HERE).content.decode()
    assert len(many) == len(one)
    assert "?trang=2" in page
    assert f"{41:064x}" in client.get(HERE, {"trang": 2}).content.decode()


def test_before_the_first_root_the_page_says_so(client, db):
    assert "Chưa có mốc nào" in client.get(HERE).content.decode()


def test_the_verifier_says_how_and_takes_a_code(client, db):
    page = client.get("/truy-xuat/kiem-chung/", {"ma": "a234-5678-9b"})
    assert 'value="A23456789B"' in page.content.decode()
    assert "js/verify" in page.content.decode()
    assert roots.publish(day=clock.today()) is None
