"""Lists as offices keep them: headers under titles, five ways to write stars, odd files."""

import datetime as dt
import io

import openpyxl
import pytest

from core import spreadsheets
from core.errors import FileRefused
from ratings.services import tables
from ratings.services.rows import BadCell, basis_of, parse, stars_of

TODAY = dt.date(2026, 11, 23)
ROW = {"name": "Mật ong Trà Sư", "province": "An Giang", "stars": "4"}


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_header_under_a_title_with_usual_headings():
    content = xlsx(
        ["ỦY BAN NHÂN DÂN TỈNH"],
        ["Phụ lục: danh sách sản phẩm OCOP (kèm theo Quyết định)"],
        [],
        ["TT", "Tên sản phẩm", "Tên chủ thể", "Địa chỉ", "Tỉnh", "Hạng sao", "Số QĐ", "Ngày ký"],
        [1, "Mật ong", "HTX A", "xã X", "An Giang", 4, "12/QĐ-UBND", dt.datetime(2025, 3, 1)],
        [],
        [2, "Trà sen", "HTX B", "xã Y", "An Giang", "3 sao", "", ""],
    )
    table = tables.of_file(content, "danh-sach.xlsx")
    assert [line.number for line in table.lines] == [5, 7]
    assert table.lines[0].cells["decision_no"] == "12/QĐ-UBND"
    row = parse(5, table.lines[0].cells, today=TODAY)
    assert (row.stars, row.decided.day, row.basis, row.level) == (
        4,
        dt.date(2025, 3, 1),
        "decision",
        "province",
    )
    assert parse(7, table.lines[1].cells, today=TODAY).basis == "statement"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_as_excel_saves_it(delimiter, encoding):
    text = delimiter.join(["Tên sản phẩm", "Tỉnh", "Hạng sao"]) + "\r\n"
    text += delimiter.join(["Mật ong", "An Giang", "4"]) + "\r\n"
    (line,) = tables.of_file(text.encode(encoding), "a.csv").lines
    assert (line.number, line.cells) == (2, {"name": "Mật ong", "province": "An Giang", "stars": "4"})


def test_wrong_header_names_what_is_missing_what_was_found_and_what_to_do():
    content = "STT,Sản phẩm,Giá\n1,Mật ong,85000\n".encode()
    with pytest.raises(FileRefused) as refused:
        tables.of_file(content, "gia.csv")
    assert refused.value.data == {"missing": ["stars", "province"], "found": ["STT", "Sản phẩm", "Giá"]}
    message = str(refused.value)
    assert "“Hạng sao”" in message
    assert "“Giá”" in message
    assert "nhập lại" in message


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.csv", "trống"),
        ("\ufeff\r\n".encode(), "a.csv", "trống"),
        (b"\xff\xd8\xff\xe0 not text", "a.csv", "UTF-8"),
        (b"PK\x03\x04 broken", "a.xlsx", "hỏng"),
        (b"not a zip", "a.xlsx", "Không thấy cột"),
        (b"<html><table>", "a.xls", "trang web"),
        (b"%PDF-1.7", "a.xlsx", "PDF"),
        (b"\xd0\xcf\x11\xe0", "a.xls", ".xlsx"),
        (b"x" * (spreadsheets.MAX_BYTES + 1), "a.csv", "20 MB"),
    ],
)
def test_odd_files_are_refused_with_a_remedy(content, name, word):
    with pytest.raises(FileRefused, match=word):
        tables.of_file(content, name)


@pytest.mark.parametrize(
    "text",
    [
        "OCOP 3 sao",
        "3 sao (nâng hạng)",
        "hạng 3",
        "3",
        "3.0",
        "3 sao",
        "3sao",
        "***",
        "★★★",
        "Ba sao",
        "BA SAO",
        "3*",
    ],
)
def test_five_ways_to_write_three_stars(text):
    assert stars_of(text) == 3


def test_blank_stars_stay_blank():
    assert stars_of("") is None


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"province": ""}, "province"),
        ({"stars": "6"}, "stars"),
        ({"stars": "nhiều"}, "stars"),
        ({"score": "101"}, "score"),
        ({"score": "abc"}, "score"),
        ({"score": "NaN"}, "score"),
        ({"award_year": "1999"}, "award_year"),
        ({"award_year": "2027"}, "award_year"),
        ({"decision_date": "31/02/2024"}, "decision_date"),
        ({"decision_date": "2027-01-01"}, "decision_date"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "trang tin"}, "source_url"),
    ],
)
def test_a_bad_cell_names_its_column_and_a_remedy(changes, column):
    with pytest.raises(BadCell) as bad:
        parse(7, ROW | changes, today=TODAY)
    assert bad.value.column == column
    assert bad.value.remedy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("provincial decision", ("decision", "province")),
        ("provincial decision (re-recognition)", ("decision", "province")),
        ("national decision (2022 round 1)", ("decision", "national")),
        ("city (district-level) decision", ("decision", "district")),
        ("provincial council 2020-09-04", ("council", "province")),
        ("district council result (4 stars = proposal to province)", ("council", "district")),
        ("page statement (by 2024-10)", ("statement", "unknown")),
        ("national", ("statement", "national")),
        ("provincial (3->4 upgrade approved for 2024 round)", ("statement", "province")),
        ("Quyết định của tỉnh", ("decision", "province")),
        ("", ("statement", "unknown")),
    ],
)
def test_only_the_word_decision_is_a_decision(text, expected):
    assert basis_of(text) == expected


def test_the_same_list_as_csv_and_as_xlsx_has_the_same_meaning():
    a = parse(2, ROW | {"decision_date": "05/06/2024"}, today=TODAY)
    b = parse(9, ROW | {"decision_date": dt.datetime(2024, 6, 5), "stars": "4 sao"}, today=TODAY)
    assert a.digest == b.digest
    assert a.digest != parse(2, ROW | {"stars": "3"}, today=TODAY).digest


def test_vietnamese_numbers_and_groups():
    row = parse(2, ROW | {"score": "72,80", "group": "Cà phê", "subject_kind": "HTX"}, today=TODAY)
    assert (str(row.score), row.product_set, row.kind) == ("72.80", 13, "cooperative")
    assert parse(2, ROW | {"group": "Thực phẩm/Chè"}, today=TODAY).product_set is None
