"""Postings as a spreadsheet, one a row."""

import io
from collections.abc import Iterable
from typing import Any

import openpyxl
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.cells import safe
from payments.models import Posting

_WIDTHS = (10, 18, 24, 40, 16, 26, 18, 22, 16, 16, 40)


def to_xlsx(postings: Iterable[Posting]) -> bytes:
    """Debit and credit in columns of their own, in đồng; the sums below are formulas of no program."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = _("Sổ cái")
    sheet.append(_headings())
    debit = credit = 0
    for posting in postings:
        debit += max(posting.amount, 0)
        credit += max(-posting.amount, 0)
        sheet.append(_row(posting))
    sheet.append([_("Cộng"), "", "", "", "", "", "", "", debit, credit, ""])
    for cell in (*sheet[1], *sheet[sheet.max_row]):
        cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row in sheet.iter_rows(min_row=2, min_col=9, max_col=10):
        for cell in row:
            cell.number_format = "#,##0"
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _headings() -> list[str]:
    return [
        _("Bút toán"), _("Lúc"), _("Loại"), _("Khóa"), _("Tài khoản"), _("Tên tài khoản"), _("Khoản"),
        _("Chứng từ"), _("Nợ"), _("Có"), _("Diễn giải"),
    ]  # fmt: skip


def _row(posting: Posting) -> list[Any]:
    entry, account = posting.entry, posting.account
    return [
        entry.pk,
        f"{localtime(entry.at):%d/%m/%Y %H:%M}",
        str(entry.get_kind_display()),
        safe(entry.key),
        safe(account.code),
        safe(str(account)),
        str(posting.get_item_display()),
        safe(posting.reference),
        max(posting.amount, 0) or None,
        max(-posting.amount, 0) or None,
        safe(entry.memo),
    ]
