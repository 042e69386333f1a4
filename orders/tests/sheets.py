"""Bank statements as tests hand them in."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

HEADINGS = ("Ngày giao dịch", "Số tham chiếu", "Ghi nợ", "Ghi có", "Số dư", "Nội dung")


def xlsx(rows: Sequence[Sequence[Any]], head: Sequence[Sequence[Any]] = ()) -> bytes:
    """A workbook with these rows, one sheet."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (*head, *rows):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def movement(amount: int, memo: str, *, day: str = "26/11/2025 10:00:00", reference: str = "") -> list[Any]:
    """One line under ``HEADINGS``; a negative amount is money going out."""
    out, into = ("", f"{amount:,}") if amount > 0 else (f"{-amount:,}", "")
    return [day, reference, out, into, "", memo]


def statement(
    *rows: Sequence[Any], headings: Sequence[Any] = HEADINGS, head: Sequence[Sequence[Any]] = ()
) -> bytes:
    """A bank's export with these movements."""
    return xlsx([headings, *rows], head)
