"""Statements and tax reports as spreadsheets and CSV. Texts that a program would run are made harmless."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.cells import safe
from core.templatetags.market import moment
from payments.selectors.statements import Statement
from payments.selectors.taxes import Amounts, TaxReport

Table = Sequence[Sequence[Any]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def statement_rows(statement: Statement) -> Table:
    """Opening balance, every posting, closing balance."""
    headings = [
        _("Lúc"),
        _("Chứng từ"),
        _("Sự việc"),
        _("Khoản"),
        _("Diễn giải"),
        _("Ghi nợ"),
        _("Ghi có"),
        _("Số dư"),
    ]
    return [
        headings,
        ["", "", "", _("Số dư đầu tháng"), "", "", "", statement.opening],
        *(
            [moment(r.at), r.reference, r.event, r.item, r.memo, r.debit, r.credit, r.balance]
            for r in statement.rows
        ),
        [
            "",
            "",
            "",
            _("Số dư cuối tháng"),
            "",
            statement.debit,
            statement.credit,
            statement.closing,
        ],
    ]


def _statement_totals(statement: Statement) -> Table:
    return [
        [_("Khoản"), _("Ghi nợ"), _("Ghi có"), _("Còn lại")],
        [_("Số dư đầu tháng"), "", "", statement.opening],
        *([total.item, total.debit, total.credit, total.net] for total in statement.totals),
        [_("Trong đó hàng trả lại"), "", "", statement.returned],
        [_("Số dư cuối tháng"), statement.debit, statement.credit, statement.closing],
    ]


def statement_xlsx(statement: Statement) -> bytes:
    """Two sheets: the postings, and sums by item."""
    title = f"{statement.month:%m-%Y}"
    return _book(
        {title: statement_rows(statement), _("Tổng theo khoản"): _statement_totals(statement)},
        widths=(18, 18, 20, 24, 36, 14, 14, 14),
    )


def statement_csv(statement: Statement) -> bytes:
    return _csv(statement_rows(statement))


def tax_rows(report: TaxReport) -> Table:
    """One line per producer: what was sold, what came back, what is left; then the sums."""
    parts = (_("phát sinh"), _("trả lại"), _("còn lại"))
    amounts = (
        _("Hàng hóa"),
        _("Dịch vụ"),
        _("Vận tải"),
        _("Thuế GTGT"),
        _("Thuế TNCN"),
    )
    headings = [_("Chủ thể"), _("Mã số thuế"), _("Loại hình"), _("Khấu trừ")]
    headings += [f"{amount}, {part}" for part in parts for amount in amounts]
    rows = [
        [
            row.producer.name,
            row.producer.tax_code or "",
            row.producer.get_kind_display(),
            _("Sàn khấu trừ") if row.is_withheld else _("Tự kê khai"),
            *_three(row),
        ]
        for row in report.rows
    ]
    return [headings, *rows, [_("Tổng cộng"), "", "", "", *_three(report)]]


def _three(source: Any) -> list[int]:
    parts: list[Amounts] = [source.sold, source.returned, source.net]
    return [amount for part in parts for amount in astuple(part)]


def tax_xlsx(report: TaxReport) -> bytes:
    return _book({f"{report.month:%m-%Y}": tax_rows(report)}, widths=(36, 16, 18, 14, *[14] * 15))


def tax_csv(report: TaxReport) -> bytes:
    return _csv(tax_rows(report))


STATEMENT_FORMATS: dict[str, tuple[Callable[[Statement], bytes], str]] = {
    "xlsx": (statement_xlsx, XLSX),
    "csv": (statement_csv, CSV),
}
TAX_FORMATS: dict[str, tuple[Callable[[TaxReport], bytes], str]] = {
    "xlsx": (tax_xlsx, XLSX),
    "csv": (tax_csv, CSV),
}


def _book(sheets: dict[str, Table], widths: Sequence[int]) -> bytes:
    """Headings and last rows are bold; amounts stay numbers."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet: Any = book.create_sheet(title)
        for row in rows:
            sheet.append([safe(value) for value in row])
        for cells in sheet.iter_rows():
            for cell in cells:
                cell.number_format = "#,##0" if isinstance(cell.value, int) else "@"
        for line in (1, sheet.max_row):
            for cell in sheet[line]:
                cell.font = Font(bold=True)
        for column, width in enumerate(widths[: sheet.max_column], 1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _csv(rows: Table) -> bytes:
    """UTF-8, with the mark by which Excel sees that."""
    stream = io.StringIO()
    csv.writer(stream).writerows([safe(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")
