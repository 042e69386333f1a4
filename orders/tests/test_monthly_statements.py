"""A producer's month on paper ties to the ledger, line by line."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection

from core import clock
from orders.models import CommissionRule
from orders.papers.money_sheets import statement_csv, statement_xlsx
from orders.papers.statements import statement_pdf
from orders.services import payouts as batches
from orders.tests.earning import account, returned, sold
from payments.selectors.statements import months, statement
from payments.services import payouts
from tests.books import all_invariants

MONTHS = [dt.date(2026, 9, 1), dt.date(2026, 10, 1), dt.date(2026, 11, 1)]


def at(month, day, hour=12, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=clock.VIETNAM)


@pytest.fixture
def story(cast, make_product):
    """Three months of a household: sales, a return after its payout, a transfer that bounces."""
    CommissionRule.objects.create(rate_bp=300, valid_from=dt.date(2026, 1, 1))
    honey = make_product(cast.rival, stock=100, price=500_000)
    account(cast.rival, owner=cast.rival_owner, treasurer=cast.treasurer)
    first = sold(honey, cast=cast, quantity=2, at=at(9, 10))
    sold(honey, cast=cast, at=at(9, 30, 23, 59))
    batch = batches.prepare(up_to=dt.date(2026, 9, 20), actor=cast.treasurer, at=at(9, 20))
    batches.approve(batch=batch, actor=cast.chief_treasurer, at=at(9, 20))
    payouts.mark_all_paid(batch=batch, bank_reference="FT1", actor=cast.treasurer, at=at(9, 21))
    returned(first, 1, at=at(10, 1, 0, 1))
    sold(honey, cast=cast, quantity=3, at=at(10, 5))
    batch = batches.prepare(up_to=dt.date(2026, 10, 20), actor=cast.treasurer, at=at(10, 20))
    batches.approve(batch=batch, actor=cast.chief_treasurer, at=at(10, 20))
    payouts.bounce(payout=batch.payouts.get(), reason="Tài khoản đã đóng", actor=cast.treasurer, at=at(11, 2))
    assert all_invariants() == {}
    return cast.rival


def raw(producer, *, start, end):
    """Postings of the producer's account between two moments, by SQL that knows nothing of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.reference, p.item, p.amount
            FROM payments_posting p
            JOIN payments_journalentry e ON e.id = p.entry_id
            JOIN payments_ledgeraccount a ON a.id = p.account_id
            WHERE a.code = %s
              AND e.at >= %s::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
              AND e.at < %s::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
            ORDER BY e.at, p.id
            """,
            [f"producer:{producer.pk}", str(start), str(end)],
        )
        return cursor.fetchall()


@pytest.mark.parametrize("month", MONTHS)
def test_every_line_is_the_ledgers(story, month):
    found = statement(producer=story, month=month.replace(day=17))
    start, end = month, clock.add_months(month, 1)
    before = raw(story, start=dt.date(2000, 1, 1), end=start)
    during = raw(story, start=start, end=end)
    assert found.opening == -sum(amount for *_, amount in before)
    assert [(r.reference, r.credit - r.debit) for r in found.rows] == [
        (reference, -amount) for reference, _item, amount in during
    ]
    assert found.closing == found.opening - sum(amount for *_, amount in during)
    assert (found.rows[-1].balance if found.rows else found.opening) == found.closing
    assert sum(total.net for total in found.totals) == found.closing - found.opening
    assert all((row.debit > 0) != (row.credit > 0) for row in found.rows)


def test_a_month_begins_where_the_last_one_ended(story):
    found = [statement(producer=story, month=month) for month in MONTHS]
    assert found[0].opening == 0
    assert [s.opening for s in found[1:]] == [s.closing for s in found[:-1]]
    assert [(m.first, m.opening, m.credit, m.debit, m.closing) for m in months(producer=story)] == [
        (s.month, s.opening, s.credit, s.debit, s.closing) for s in reversed(found)
    ]


def test_the_totals_tell_the_story(story):
    september, october, november = (statement(producer=story, month=month) for month in MONTHS)
    nets = {total.item: total.net for total in september.totals}
    assert nets == {
        "Tiền hàng": 1_500_000,
        "Phí giao": 60_000,
        "Phí sàn": -45_000,
        "Thuế GTGT": -15_000 - 1_800,
        "Thuế TNCN": -7_500 - 900,
        "Chi trả": -(1_030_000 - 30_000 - 10_900 - 5_450),
    }
    assert october.returned == -(500_000 - 15_000 - 5_000 - 2_500)
    # The transfer of October came back in November: owed again.
    assert november.closing == october.opening + sum(t.net for t in october.totals if t.item != "Chi trả")
    assert november.rows[0].memo == "Tài khoản đã đóng"


def test_a_month_without_anything_stands_still(story, cast):
    quiet = statement(producer=story, month=dt.date(2026, 12, 1))
    assert (quiet.rows, quiet.totals, quiet.debit, quiet.credit) == ([], [], 0, 0)
    assert quiet.opening == quiet.closing > 0
    nothing = statement(producer=cast.far_producer, month=dt.date(2026, 12, 1))
    assert (nothing.opening, nothing.closing) == (0, 0)


def test_the_files_say_the_same(story):
    found = statement(producer=story, month=MONTHS[1])
    book = openpyxl.load_workbook(io.BytesIO(statement_xlsx(found)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][-1] == found.opening
    assert [row[5:] for row in rows[2:-1]] == [(r.debit, r.credit, r.balance) for r in found.rows]
    assert rows[-1][5:] == (found.debit, found.credit, found.closing)
    totals = {row[0]: row[3] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert totals["Số dư cuối tháng"] == found.closing
    assert totals["Tiền hàng"] == next(t.net for t in found.totals if t.item == "Tiền hàng")
    lines = list(csv.reader(io.StringIO(statement_csv(found).decode("utf-8-sig"))))
    assert [line[1] for line in lines[2:-1]] == [row.reference for row in found.rows]


def test_texts_are_not_run_by_spreadsheets(cast, story):
    """A bank's reason is free text that ends up in the memo."""
    account(cast.rival, owner=cast.rival_owner, treasurer=cast.treasurer, number="19031234567")
    batch = batches.prepare(up_to=dt.date(2026, 11, 3), actor=cast.treasurer, at=at(11, 3))
    batches.approve(batch=batch, actor=cast.chief_treasurer, at=at(11, 3))
    payouts.bounce(payout=batch.payouts.get(), reason="=cmd|'/c calc'!A1", actor=cast.treasurer, at=at(11, 4))
    found = statement(producer=story, month=MONTHS[2])
    assert found.rows[-1].memo.startswith("=cmd")
    text = statement_csv(found).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    sheet = openpyxl.load_workbook(io.BytesIO(statement_xlsx(found))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row}.isdisjoint({"f", "e"})


def test_the_paper_is_a_paper(story):
    content = statement_pdf(statement(producer=story, month=MONTHS[1]), printed_at=clock.now())
    assert content.startswith(b"%PDF-")


def test_a_statement_costs_two_queries(story, django_assert_num_queries):
    for month in (MONTHS[0], dt.date(2026, 12, 1)):
        with django_assert_num_queries(2):
            statement(producer=story, month=month)
    with django_assert_num_queries(1):
        months(producer=story)
