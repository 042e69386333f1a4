"""Statistics of look-ups as an xlsx, one sheet for each list; no text in it runs as a formula."""

import io
from collections.abc import Iterable
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.cells import safe
from core.templatetags.market import day
from traceability.selectors.scan_statistics import Row, Statistics

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (40, 14, 40)


def as_xlsx(found: Statistics) -> bytes:
    count = _("Lượt quét")
    book = openpyxl.Workbook()
    book.remove(book.active)
    _sheet(book, _("Theo ngày"), [_("Ngày"), count], ((day(on), n) for on, n in found.days))
    _sheet(book, _("Theo sản phẩm"), [_("Sản phẩm"), count, _("Chủ thể")], map(_cells, found.products))
    _sheet(book, _("Theo lô"), [_("Lô"), count, _("Sản phẩm")], map(_cells, found.lots))
    _sheet(
        book,
        _("Theo tỉnh"),
        [_("Tỉnh, thành phố"), count],
        ((row.name or _("không rõ nơi"), row.count) for row in found.provinces),
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cells(row: Row) -> tuple[Any, ...]:
    return row.name, row.count, row.detail


def _sheet(book: Any, title: str, headings: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(headings)
    for row in rows:
        sheet.append([safe(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
