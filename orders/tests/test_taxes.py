"""Withheld tax from the order to the ledger to the month's report."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection

from core import clock
from orders.papers.money_sheets import tax_csv, tax_xlsx
from orders.tests.earning import returned, sold
from payments.models import AccountKind
from payments.selectors import taxes
from payments.selectors.balances import balance
from payments.selectors.taxes import Amounts
from payments.services import ledger
from payments.services.ledger import Item, Kind, Line
from producers.models import ProducerKind
from tests.books import all_invariants


@pytest.fixture
def honey(cast, make_product):
    """A household's, with the parcel's fee of 30,000."""
    return make_product(cast.rival, stock=100, price=500_000)


def withheld():
    return tuple(-balance(ledger.account(kind=kind)) for kind in (AccountKind.VAT, AccountKind.PIT))


def at(year, month, day, hour=12, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=clock.VIETNAM)


# --- From the order to the ledger ---


def test_goods_and_the_sellers_shipping(cast, honey):
    sold(honey, cast=cast, quantity=2)
    assert withheld() == (10_000 + 900, 5_000 + 450)
    assert all_invariants() == {}


@pytest.mark.parametrize("kind", [ProducerKind.COMPANY, ProducerKind.COOPERATIVE])
def test_nothing_is_withheld_from_those_who_declare_themselves(cast, honey, kind):
    cast.rival.kind = kind
    cast.rival.save()
    sold(honey, cast=cast, quantity=2)
    assert withheld() == (0, 0)


def test_a_half_return_reverses_half(cast, honey):
    parcel = sold(honey, cast=cast, quantity=2)
    returned(parcel, 1)
    assert withheld() == (5_000 + 900, 2_500 + 450)
    returned(parcel, 1, with_shipping=True)
    assert withheld() == (0, 0)
    assert all_invariants() == {}


def test_returning_one_by_one_reverses_all(cast, make_product):
    """9,999 đồng × 7: no unit's tax is whole."""
    odd = make_product(cast.rival, stock=100, price=9_999)
    parcel = sold(odd, cast=cast, quantity=7)
    for _unit in range(7):
        returned(parcel, 1)
    assert withheld() == (900, 450)
    assert all_invariants() == {}


def test_services_have_their_own_rate(cast, honey, monkeypatch):
    """Tourism is not sold through the cart yet: its line is as a booking would make it."""
    monkeypatch.setattr("orders.services.checkout._tax_category", lambda product: "services")
    sold(honey, cast=cast, quantity=2)
    assert withheld() == (50_000 + 900, 20_000 + 450)
    row = taxes.report(month=clock.today()).rows[0]
    assert (row.sold.goods, row.sold.services) == (0, 1_000_000)
    assert all_invariants() == {}


# --- The month's report ---


def test_the_report_is_the_ledgers(cast, honey, make_product):
    theirs = make_product(cast.producer, price=200_000)  # a cooperative's
    parcel = sold(honey, cast=cast, quantity=2)
    sold(theirs, cast=cast)
    returned(parcel, 1)
    report = taxes.report(month=clock.today())
    assert report.ties
    assert (report.vat, report.pit) == withheld()
    by_name = {row.producer: row for row in report.rows}
    assert [row.is_withheld for row in report.rows] == [True, False]
    household = by_name[cast.rival]
    assert household.sold == Amounts(goods=1_000_000, transport=30_000, vat=10_900, pit=5_450)
    assert household.returned == Amounts(goods=500_000, vat=5_000, pit=2_500)
    assert household.net == Amounts(goods=500_000, transport=30_000, vat=5_900, pit=2_950)
    assert by_name[cast.producer].net == Amounts(goods=200_000, transport=30_000)


def test_months_are_vietnams(cast, honey):
    """23:59 of the last day in Vietnam is still that month, though 00:01 is the day before in UTC."""
    sold(honey, cast=cast, at=at(2026, 9, 30, 23, 59))
    sold(honey, cast=cast, at=at(2026, 10, 1, 0, 1))
    sold(honey, cast=cast, at=at(2026, 10, 31, 23, 59))
    sold(honey, cast=cast, at=at(2026, 11, 1, 0, 0))
    goods = [taxes.report(month=dt.date(2026, month, 15)).net.goods for month in (8, 9, 10, 11, 12)]
    assert goods == [0, 500_000, 1_000_000, 500_000, 0]
    assert all(taxes.report(month=dt.date(2026, month, 1)).ties for month in (8, 9, 10, 11, 12))


def test_a_return_counts_in_the_month_in_which_it_is_booked(cast, honey):
    parcel = sold(honey, cast=cast, at=at(2026, 9, 28))
    returned(parcel, 1, at=at(2026, 10, 2))
    september, october = (taxes.report(month=dt.date(2026, month, 1)) for month in (9, 10))
    assert (september.net.vat, october.net.vat, october.vat) == (5_900, -5_000, -5_000)
    assert september.ties
    assert october.ties


def test_a_report_says_when_it_does_not_tie(cast, honey):
    """The control: an entry on a tax account that no producer's account answers."""
    sold(honey, cast=cast)
    ledger.post(
        kind=Kind.RESOLUTION,
        key="stray",
        lines=[
            Line(ledger.account(kind=AccountKind.VAT), Item.VAT, -7),
            Line(ledger.account(kind=AccountKind.BANK), Item.PAYMENT, 7),
        ],
        at=clock.now(),
    )
    assert not taxes.report(month=clock.today()).ties


def test_the_files_say_the_same(cast, honey):
    cast.rival.name = "=HYPERLINK(1)"
    cast.rival.tax_code = "0101234567"
    cast.rival.save()
    returned(sold(honey, cast=cast, quantity=2), 1)
    report = taxes.report(month=clock.today())
    sheet = openpyxl.load_workbook(io.BytesIO(tax_xlsx(report))).active
    rows = list(sheet.iter_rows(values_only=True))
    lines = list(csv.reader(io.StringIO(tax_csv(report).decode("utf-8-sig"))))
    assert [[str(cell if cell is not None else "") for cell in row] for row in rows] == lines
    assert lines[1][:2] == ["'=HYPERLINK(1)", "0101234567"]
    assert sheet["A2"].data_type == "s"
    figures = dict(zip(rows[0], rows[-1], strict=True))
    assert figures["Thuế GTGT, còn lại"] == withheld()[0]
    assert figures["Thuế TNCN, còn lại"] == withheld()[1]
    assert figures["Hàng hóa, trả lại"] == 500_000


def test_a_report_costs_three_queries(cast, honey, django_assert_num_queries, make_product):
    sold(honey, cast=cast)
    for _more in range(3):
        sold(make_product(cast.producer), honey, cast=cast)
    with django_assert_num_queries(3):
        taxes.report(month=clock.today())


def test_raw_sql_agrees(cast, honey):
    returned(sold(honey, cast=cast, quantity=3), 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, -sum(p.amount) FROM payments_posting p"
            " JOIN payments_ledgeraccount a ON a.id = p.account_id"
            " WHERE a.kind IN ('vat', 'pit') GROUP BY a.kind"
        )
        booked = {kind: int(amount) for kind, amount in cursor.fetchall()}
    net = taxes.report(month=clock.today()).net
    assert booked == {"vat": net.vat, "pit": net.pit}
