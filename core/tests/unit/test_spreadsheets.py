"""Text files as banks' systems write them: which code page, which separator."""

import pytest

from core import spreadsheets
from core.errors import FileRefused

TEXT = "Ngày,Nội dung,Có\n22/11/2026,Tiền hàng,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_its_mark(encoding):
    (page,) = spreadsheets.read(TEXT.encode(encoding), "a.csv").pages
    assert page.grid == [["Ngày", "Nội dung", "Có"], ["22/11/2026", "Tiền hàng", "5"]]


def test_the_windows_code_page_for_vietnamese():
    # Letters with their tone behind them, as that page has it.
    text = "Ngày,Số tiền\n22/11/2026,5\n".replace("ố", "ô\u0301").replace("ề", "ê\u0300")
    (page,) = spreadsheets.read(text.encode("cp1258"), "a.csv").pages
    assert page.grid[0] == ["Ngày", "Số tiền"]


def test_letters_that_are_none_are_refused_with_a_remedy():
    with pytest.raises(FileRefused, match="UTF-8"):
        spreadsheets.read("Ngày,Số tiền\n".encode() + b"\xff\xfe\x81,\x8d\x9d\n", "a.csv")


def test_zero_bytes_do_not_get_through():
    (page,) = spreadsheets.read(b"a,b\nOCOP\x007K3M,1\n" + b"x,y\n" * 5, "a.csv").pages
    assert page.grid[1] == ["OCOP 7K3M", "1"]


def test_commas_in_amounts_are_not_taken_for_separators():
    lines = [f"{day:02}/11/2026;1,250,000.00;0.00;5,000,000.00;Tien, hang, le" for day in range(1, 9)]
    (page,) = spreadsheets.read("\n".join(["Ngay;Co;No;Du;Noi dung", *lines]).encode(), "a.csv").pages
    assert page.grid[3] == ["03/11/2026", "1,250,000.00", "0.00", "5,000,000.00", "Tien, hang, le"]
