"""Statistics of look-ups: right sums, own rows only, the same number of queries for few and many."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import Province
from traceability.models import ScanDay
from traceability.selectors import scan_statistics as statistics
from traceability.selectors.scan_statistics import Row
from traceability.services import codes, lots

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def place(cast):
    return Province.objects.get(pk=cast.producer.province_id)


@pytest.fixture
def lot(product):
    return lots.create(product=product, code="L1", produced_on=TODAY - 40 * DAY, quantity=9, actor=None)


@pytest.fixture
def counted(product, lot, place, cast, make_product):
    """Today 5 of the product's code here, 3 of its lot without a place; 29 days ago 2; 30 days ago 4."""
    code = codes.ensure(product=product)
    other = codes.ensure(product=make_product(cast.rival, name="Trà của người khác"))
    for row, day, province, count in (
        (code, TODAY, place, 5),
        (lot.code_row, TODAY, None, 3),
        (code, TODAY - 29 * DAY, place, 2),
        (code, TODAY - 30 * DAY, place, 4),
        (other, TODAY, place, 100),
    ):
        ScanDay.objects.create(code=row, day=day, province=province, count=count)


def own(cast):
    return ScanDay.objects.owned_by(cast.owner)


def test_sums(counted, product, place, cast):
    found = statistics.of(own(cast), days=30, today=TODAY)
    assert (found.total, found.most, found.earlier, len(found.days)) == (10, 8, 4, 30)
    assert (found.days[0], found.days[1], found.days[-1]) == (
        (TODAY - 29 * DAY, 2),
        (TODAY - 28 * DAY, 0),
        (TODAY, 8),
    )
    assert found.products == [Row(product.name, 10, cast.producer.name)]
    assert found.lots == [Row("L1", 3, product.name)]
    assert found.provinces == [Row(place.short_name, 7), Row("", 3)]


def test_ninety_days_and_one_product(counted, product, cast, make_product):
    other = codes.ensure(product=make_product(cast.producer, name="Nước mắm"))
    ScanDay.objects.create(code=other, day=TODAY, count=50)
    assert statistics.of(own(cast), days=90, today=TODAY).total == 64
    assert statistics.of(own(cast), days=90, product=product.pk, today=TODAY).total == 14
    assert statistics.of(own(cast), days=90, product=0, today=TODAY).total == 0


def test_products_of_one_name_stay_apart(cast, make_product):
    for _ in range(2):
        code = codes.ensure(product=make_product(cast.producer, name="Mật ong"))
        ScanDay.objects.create(code=code, day=TODAY, count=2)
    assert [row.count for row in statistics.of(own(cast), days=30, today=TODAY).products] == [2, 2]


# --- The page ---


def page(site):
    return reverse(f"{site}:traceability_scanday_changelist")


def file(site):
    return reverse(f"{site}:traceability_scanday_export")


@pytest.fixture
def today(product):
    return ScanDay.objects.create(code=codes.ensure(product=product), day=clock.today(), count=7)


@pytest.mark.parametrize(
    ("site", "role", "sees"),
    [
        ("producer", "owner", True),
        ("producer", "rival_owner", False),
        ("province", "province_officer", True),
        ("province", "commune_officer", True),
        ("province", "other_officer", False),
    ],
)
def test_own_rows_only(today, client_for, cast, product, site, role, sees):
    client = client_for(getattr(cast, role))
    assert (product.name in client.get(page(site)).content.decode()) is sees
    book = openpyxl.load_workbook(io.BytesIO(client.get(file(site)).content))
    assert (book["Theo sản phẩm"].max_row == 2) is sees


def test_another_producers_product_is_not_shown(today, client_for, cast, product):
    answer = client_for(cast.rival_owner).get(page("producer"), {"san-pham": product.pk})
    assert product.name not in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"ngay": "7"}, {"ngay": "x"}, {"san-pham": "abc"}, {"san-pham": "9" * 40}, {"san-pham": "²"}]
)
def test_what_makes_no_sense_is_left_out(today, client_for, cast, query):
    answer = client_for(cast.owner).get(page("producer"), query)
    assert answer.status_code == 200
    assert answer.context["found"].total == 7


def test_the_file_holds_what_the_page_shows(today, client_for, cast, product):
    type(product).objects.filter(pk=product.pk).update(name="=1+1")
    answer = client_for(cast.owner).get(file("producer"), {"ngay": "90", "san-pham": product.pk})
    assert "luot-quet-90-ngay.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Theo ngày", "Theo sản phẩm", "Theo lô", "Theo tỉnh"]
    assert book["Theo ngày"].max_row == 91
    assert book["Theo ngày"].cell(91, 2).value == 7
    name = book["Theo sản phẩm"].cell(2, 1)
    assert (name.value, name.data_type) == ("'=1+1", "s")
    assert book["Theo tỉnh"].cell(2, 1).value == "không rõ nơi"


@pytest.mark.parametrize("site", ["producer", "province"])
def test_the_page_costs_the_same_for_many(today, client_for, cast, make_product, site):
    client = client_for(cast.owner if site == "producer" else cast.province_officer)
    counts = []
    for more in (0, 19):
        for _ in range(more):
            lot = lots.create(
                product=make_product(cast.producer), code="L1", produced_on=TODAY, quantity=9, actor=None
            )
            ScanDay.objects.create(code=lot.code_row, day=clock.today(), count=2)
        for address in (page(site), file(site)):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
