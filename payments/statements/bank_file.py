"""What is paid out, as the list that a bank's screen for many transfers takes.

The columns are those that such lists generally have; no bank's own template was checked.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.text import fold

MEMO_LENGTH = 19  # what every bank keeps of a transfer note
_ACCOUNT = re.compile(r"[0-9A-Z]{4,24}")
_BIN = re.compile(r"\d{6}", re.ASCII)
_OTHER = re.compile(r"[^A-Z0-9 .,()&-]+")
_WIDTHS = (8, 36, 24, 34, 12, 18, 24)


@dataclass(frozen=True)
class PayoutLine:
    """One transfer. ``amount`` in đồng. Raises ValueError for what no bank can carry out."""

    beneficiary: str
    account_number: str
    bank_name: str
    bank_bin: str
    amount: int
    memo: str

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"nothing to pay out: {self.amount}")
        if not _ACCOUNT.fullmatch(self.account_number):
            raise ValueError("an account number has 4 to 24 digits or capital letters")
        if not _BIN.fullmatch(self.bank_bin):
            raise ValueError("a bank's BIN has six digits")
        if not plain(self.beneficiary):
            raise ValueError("nobody to pay to")
        if len(plain(self.memo)) > MEMO_LENGTH:
            raise ValueError(f"a memo has at most {MEMO_LENGTH} characters")


def plain(text: str) -> str:
    """Unaccented capitals as banks take them: "Hộ Trần Thị Ả" → "HO TRAN THI A".

    Begins with a letter or a digit, so that no spreadsheet runs it as a formula.
    """
    letters = _OTHER.sub(" ", fold(text).upper())
    return re.sub(r"\s+", " ", letters).strip().lstrip(" .,()&-")


def to_xlsx(lines: Sequence[PayoutLine]) -> bytes:
    """Account numbers and BINs are texts, so that zeros in front stay."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = _("Danh sách chi")
    for values in _table(lines):
        sheet.append(values)
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = "@" if isinstance(cell.value, str) else "#,##0"
    for row in (sheet[1], sheet[sheet.max_row]):
        for cell in row:
            cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def to_csv(lines: Sequence[PayoutLine]) -> bytes:
    """UTF-8, with the mark by which Excel sees that. Excel drops zeros in front: give people the xlsx."""
    stream = io.StringIO()
    csv.writer(stream).writerows(_table(lines))
    return stream.getvalue().encode("utf-8-sig")


def _table(lines: Sequence[PayoutLine]) -> list[list[str | int]]:
    headings: list[str | int] = [
        _("STT"),
        _("Tên người thụ hưởng"),
        _("Số tài khoản"),
        _("Ngân hàng"),
        _("Mã BIN"),
        _("Số tiền (VND)"),
        _("Nội dung"),
    ]
    rows: list[list[str | int]] = [
        [
            number,
            plain(line.beneficiary),
            line.account_number,
            plain(line.bank_name),
            line.bank_bin,
            line.amount,
            plain(line.memo),
        ]
        for number, line in enumerate(lines, 1)
    ]
    total = sum(line.amount for line in lines)
    return [headings, *rows, ["", _("Tổng cộng"), "", "", "", total, ""]]
