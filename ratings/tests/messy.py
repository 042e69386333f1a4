"""A workbook as offices keep them: everything that ``excel-practice`` warns of, in two sheets.

A row of the list is a line here. Of Đà Nẵng, whose former districts lie in Quảng Nam. What each row must become stands beside it.
"""

# ruff: noqa: E501

import datetime as dt
import io
import unicodedata
from typing import Any

import openpyxl

from core import old_fonts

_TCVN3 = {letter: code for code, letter in old_fonts.TCVN3.items()}


def tcvn3(text: str) -> str:
    """As a font from before Unicode wrote it."""
    return "".join(_TCVN3.get(char, char) for char in text)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


HEADING = (
    ("ỦY BAN NHÂN DÂN", "", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TỈNH QUẢNG NAM", "", "", "", "", "Độc lập - Tự do - Hạnh phúc"),
    (),
    ("DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN",),
    ("(Kèm theo Quyết định của UBND tỉnh)",),
)
TOP = ("TT", "Tên sản phẩm", "Chủ thể", "", "", "Kết quả", "", "Số QĐ, ngày", "Thời hạn", "Ghi chú")
SUB = ("", "", "Tên", "Địa chỉ (thôn, xã, huyện)", "Điện thoại", "Điểm", "Hạng sao", "", "", "")
DECISION = "1898/QĐ-UBND ngày 15/10/2025"
# (outcome, cells) in the file's order; row 8 is the first.
YEAR_2025: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("section", ("A. 4 sao",)),
    ("section", ("I", "Huyện Duy Xuyên")),
    # Producer merged over two products; phone without its zero; stars from the section.
    ("created", (1, "Thanh gạo lứt  ", "HTX Duy Sơn", "thôn 2, xã Duy Sơn", 905123456, "72,5", "", DECISION, "")),
    ("created", (2, nfd("Trà gừng mật ong"), "", "thôn 2, xã Duy Sơn", "", 71.26, "4 sao", DECISION, "15/10/2028")),
    ("section", ("II", "Thành phố Hội An")),
    # TT begins anew; old font; two phones; an expiry that contradicts.
    (
        "created",
        (1, tcvn3("Bánh đậu xanh"), tcvn3("Cơ sở Phố cổ"), "phường Sơn Phong", "0905.111.222 - 0905.333.444",
         "70", "****", DECISION, "31/12/2026"),
    ),
    ("section", ("B. 3 sao",)),
    # The commune stands in the producer's text; a date that Excel keeps as a number of days.
    ("created", (1, "Nước mắm Cửa Khe 30 độ", "Hộ Trần Thị A, xã Bình Dương", "", "", 55, 3, "12/QĐ-UBND, 01/03/2024", "")),
    ("created", (2, "Nước mắm Cửa Khe 40 độ", "Hộ Trần Thị A, xã Bình Dương", "", "", 56, "Ba sao", "12/QĐ-UBND, 01/03/2024", "")),
    # Nearly the same name of the same producer: a question.
    ("duplicate", (3, "Nước mắmm Cửa Khe 30 độ", "Hộ Trần Thị A, xã Bình Dương", "", "", 57, "★★★", "12/QĐ-UBND, 01/03/2024", "")),
    # The same product, producer and year, other stars: a question.
    ("duplicate", (4, "Nước mắm Cửa Khe 40 độ", "Hộ Trần Thị A, xã Bình Dương", "", "", 71, "4 sao", "12/QĐ-UBND, 01/03/2024", "")),
    # Said twice.
    ("skipped", (5, "Nước mắm Cửa Khe 40 độ", "Hộ Trần Thị A, xã Bình Dương", "", "", 56, "3", "12/QĐ-UBND, 01/03/2024", "")),
    ("error", (6, "Sản phẩm sao lạ", "HTX Duy Sơn", "xã Duy Sơn, huyện Duy Xuyên", "", "", "nhiều", DECISION, "")),
    ("error", (7, "Sản phẩm ngày mai", "HTX Duy Sơn", "xã Duy Sơn, huyện Duy Xuyên", "", "", "3", "9/QĐ-UBND ngày 01/01/2099", "")),
    ("error", (8, "Mật ong r?ng", "HTX Duy Sơn", "xã Duy Sơn, huyện Duy Xuyên", "", "", "3", DECISION, "")),
    ("error", (9, "Quế Trà Bồng", "HTX Quế", "xã Trà Bồng, tỉnh Quảng Ngãi", "", "", "3", DECISION, "")),
    ("section", ("Tổng cộng: 12 sản phẩm",)),
)  # fmt: skip
YEAR_2022: tuple[tuple[str, tuple[Any, ...]], ...] = (
    # The same product as in 2025: one product, two recognitions. Only the sheet tells the year.
    ("created", (1, "Thanh gạo lứt", "HTX Duy Sơn", "xã Duy Sơn, huyện Duy Xuyên", "", "60", "3 sao", "5/QĐ-UBND", "")),
    ("created", (2, "Tỏi đen", "HTX Duy Sơn", "xã Duy Sơn, huyện Duy Xuyên", "", "", "3*", "7/QĐ-UBND ngày Tháng 6/2022", "")),
)  # fmt: skip


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Năm 2025"
    _fill(first, YEAR_2025)
    # Over rows 10 and 11: one producer, two products.
    first.merge_cells("C10:C11")
    first.protection.sheet = True
    _fill(book.create_sheet("Năm 2022"), YEAR_2022)
    note = book.create_sheet("Ghi chú")
    note.append(["Người lập", "Nguyễn Văn B"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Any, rows: tuple[tuple[str, tuple[Any, ...]], ...]) -> None:
    for cells in (*HEADING, TOP, SUB, *(cells for _outcome, cells in rows)):
        sheet.append(list(cells))
    for area in ("A6:A7", "B6:B7", "C6:E6", "F6:G6", "H6:H7", "I6:I7", "J6:J7", "A4:J4"):
        sheet.merge_cells(area)
    sheet.column_dimensions["J"].hidden = True


def dates() -> tuple[tuple[Any, tuple[str, str]], ...]:
    """Five ways to write a date → precision and earliest day."""
    return (
        ("15/10/2025", ("day", "2025-10-15")),
        (dt.datetime(2025, 10, 15), ("day", "2025-10-15")),
        (45945, ("day", "2025-10-15")),
        ("Tháng 6/2025", ("month", "2025-06-01")),
        ("2025", ("year", "2025-01-01")),
    )
