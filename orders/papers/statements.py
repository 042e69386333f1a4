"""A producer's monthly statement (bảng kê) as PDF: every posting of its account, sums by item."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from core import papers
from core.templatetags.market import day, moment, number
from orders.papers import marks
from orders.papers.receipts import RIGHT, RIGHT_HEAD, TITLE
from payments.selectors.statements import Row, Statement, Total


def statement_pdf(statement: Statement, *, printed_at: dt.datetime) -> bytes:
    """A4, as many pages as the month needs."""
    title = _("Bảng kê tháng %(month)s · %(producer)s") % {
        "month": f"{statement.month:%m/%Y}",
        "producer": statement.producer.name,
    }
    number_page = papers.number_pages(title)

    def decorate(canvas: Any, page: Any) -> None:
        number_page(canvas, page)
        if statement.producer.is_illustrative:
            width, height = page.pagesize
            marks.illustrative(canvas, at=(width / 2, height / 2), size=56)

    story = [*_head(statement, printed_at), *_totals(statement), Spacer(1, 5 * mm), *_rows(statement)]
    return papers.document(title, story, decorate=decorate)


def _head(statement: Statement, printed_at: dt.datetime) -> list[Flowable]:
    producer = statement.producer
    tax = _("Mã số thuế: %s") % producer.tax_code if producer.tax_code else ""
    about = " · ".join(filter(None, (producer.get_kind_display(), tax)))
    return [
        papers.text(_("Bảng kê tháng %s") % f"{statement.month:%m/%Y}", TITLE),
        papers.text(producer.name, papers.STRONG),
        papers.text(about, papers.SMALL),
        papers.text(_("Số tiền bằng đồng. In lúc %s.") % moment(printed_at), papers.QUIETLY),
        Spacer(1, 3 * mm),
    ]


def _totals(statement: Statement) -> list[Flowable]:
    rows: list[list[Any]] = [[_("Tổng theo khoản"), *_right_heads()]]
    rows.append([_("Số dư đầu tháng"), "", "", _amount(statement.opening)])
    rows += [_total(total) for total in statement.totals]
    sums = map(_amount, (statement.debit, statement.credit))
    rows.append([_("Số dư cuối tháng (sàn còn phải trả)"), *sums, _amount(statement.closing, bold=True)])
    found: list[Flowable] = [papers.table(rows, widths=(40, 20, 20, 20))]
    if statement.returned:
        words = _("Trong đó hàng trả lại trong tháng: %s") % _figure(statement.returned)
        found += [Spacer(1, 1 * mm), papers.text(words, papers.SMALL)]
    return found


def _total(total: Total) -> list[Any]:
    return [total.item, *map(_amount, (total.debit, total.credit, total.net))]


def _rows(statement: Statement) -> list[Flowable]:
    heads = (_("Ghi nợ"), _("Ghi có"), _("Số dư"))
    rows: list[list[Any]] = [
        [_("Ngày"), _("Chứng từ"), _("Khoản"), *(papers.text(words, RIGHT_HEAD) for words in heads)]
    ]
    rows.append(["", "", _("Số dư đầu tháng"), "", "", _amount(statement.opening)])
    rows += [_row(row) for row in statement.rows]
    rows.append(["", "", _("Số dư cuối tháng"), "", "", _amount(statement.closing, bold=True)])
    return [papers.table(rows, widths=(15, 21, 28, 14, 14, 16))]


def _row(row: Row) -> list[Any]:
    what = f"{row.item}\n{row.event}{f': {row.memo}' if row.memo else ''}"
    sides = [_amount(side) if side else "" for side in (row.debit, row.credit)]
    return [day(row.at), row.reference, what, *sides, _amount(row.balance)]


def _right_heads() -> list[Flowable]:
    return [papers.text(words, RIGHT_HEAD) for words in (_("Ghi nợ"), _("Ghi có"), _("Còn lại"))]


def _figure(amount: int) -> str:
    return number(amount).replace("-", "−")


def _amount(amount: int, *, bold: bool = False) -> Flowable:
    return papers.text(_figure(amount), RIGHT_HEAD if bold else RIGHT)
