"""Files that are no list, files that hardly are one, and the files that go out."""

import io
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse

from core import spreadsheets
from core.errors import FileRefused
from ratings.models import ImportBatch
from ratings.services import headers, import_batches, tables
from ratings.tests import messy
from ratings.tests.lists import GOOD, HEADINGS, checked, xlsx

pytestmark = pytest.mark.django_db

OLD_XLS = Path(__file__).parent / "data" / "old-fonts.xls"


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheets.MAX_UNPACKED + 1))
    return stream.getvalue()


def wide():
    """A sheet whose size claims a million rows of all columns, with one cell at the far end."""
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(GOOD)
    book.active.cell(1_048_576, 16_384, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def protected():
    """What Excel writes for a password: an OLE container with the encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb, "phình quá lớn"),
        (protected, "mật khẩu"),
        (lambda: b"", "trống"),
        (lambda: xlsx(), "không có dòng nào"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(2000), "hỏng"),
        (lambda: b"PK\x03\x04" + bytes(100), "hỏng"),
    ],
)
def test_odd_files_are_refused_and_leave_nothing(officer, da_nang, content, words):
    with pytest.raises(FileRefused, match=words):
        import_batches.upload(content=content(), name="a.xlsx", province=da_nang, actor=officer)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lambda: wide(), "rộng.xlsx"),
        (lambda: (";".join(HEADINGS) + "\n" + ";".join(GOOD)).encode("utf-16"), "a.csv"),
        (lambda: cp1258(",".join(HEADINGS) + "\n" + ",".join(GOOD)), "a.csv"),
        (lambda: messy.tcvn3(",".join(HEADINGS) + "\n" + ",".join(GOOD)).encode("cp1252"), "a.csv"),
        (lambda: (",".join(HEADINGS) + "," * 10**6 + "\n" + ",".join(GOOD)).encode(), "a.csv"),
        (lambda: xlsx(["x"], *[[]] * 12, HEADINGS, GOOD), "muộn.xlsx"),
    ],
)
def test_odd_but_readable_files_are_read(officer, da_nang, content, name):
    assert checked(content(), officer, da_nang, name).counts == {"created": 1}


def cp1258(text):
    """Base letter and tone mark apart, as Windows-1258 has them."""
    out = ""
    for char in text:
        try:
            char.encode("cp1258")
            out += char
        except UnicodeEncodeError:
            split = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in split if mark in "\u0300\u0301\u0303\u0309\u0323")
            out += unicodedata.normalize("NFC", split.replace(tone, "")) + tone
    return out.encode("cp1258")


def test_a_wrong_header_is_not_a_dead_end(officer, da_nang):
    """The upload is kept; what the columns mean is asked, and what is missing is named."""
    batch = import_batches.upload(
        content=xlsx(["STT", "Giá"], [1, 2]), name="a.xlsx", province=da_nang, actor=officer
    )
    with pytest.raises(FileRefused, match="“Tên sản phẩm”, “Hạng sao”"):
        import_batches.map_columns(batch=batch, mapping={0: "ordinal"}, actor=officer)
    with pytest.raises(FileRefused, match="dòng tiêu đề 99"):
        import_batches.choose(batch=batch, sheet="Danh sách", header_row=99, header_height=1, actor=officer)


def test_a_formula_without_value_names_its_cell(officer, da_nang):
    content = xlsx(HEADINGS, ["=A9", *GOOD[1:]])
    row = checked(content, officer, da_nang).rows.get()
    assert (row.outcome, row.column) == ("error", "name")
    assert "công thức" in row.message


def test_lists_of_twenty_thousand_rows_and_no_more(officer, da_nang):
    rows = "\n".join(",".join(GOOD) for _ in range(20_001))
    with pytest.raises(FileRefused, match=r"20\.000"):
        checked((",".join(HEADINGS) + "\n" + rows).encode(), officer, da_nang, "a.csv")


# The files that go out.


def test_the_error_file_has_the_columns_and_why_and_runs_no_formula(officer, da_nang, client_for):
    evil = ['=HYPERLINK("http://x","y")', "+84", "Đà Nẵng", "9", "@SUM(1)", "15/10/2025"]
    book = openpyxl.Workbook()
    book.active.append([*HEADINGS, "Ghi chú"])
    for row in ([*evil, "-1"], [*GOOD, "tốt"]):
        book.active.append(row)
    for cell in book.active[2]:
        cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    batch = checked(stream.getvalue(), officer, da_nang)
    assert batch.counts == {"error": 1, "created": 1}
    answer = client_for(officer).get(reverse("province:ratings_importbatch_errors", args=[batch.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    header, row = sheet.iter_rows(values_only=True)
    assert header == (*HEADINGS, "Ghi chú", "Lỗi")
    assert row[0] == '\'=HYPERLINK("http://x","y")'
    assert (row[1], row[4], row[6]) == ("'+84", "'@SUM(1)", "'-1")
    assert "không phải hạng sao" in row[-1]
    assert not any(cell.data_type == "f" for cells in sheet.iter_rows() for cell in cells)


def test_the_template_is_read_without_its_example(officer, da_nang, client_for):
    answer = client_for(officer).get(reverse("province:ratings_importbatch_template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Danh sách"]
    assert len(sheet.data_validations.dataValidation) == 3
    assert checked(answer.content, officer, da_nang).counts == {"section": 1}
    sheet.append(
        [1, "Mật ong", "HTX Rừng", "HTX", "", "", "Đà Nẵng", "", "", "4 sao", "1/QĐ-UBND", "01/02/2025"]
    )
    stream = io.BytesIO()
    book.save(stream)
    assert checked(stream.getvalue(), officer, da_nang).counts == {"section": 1, "created": 1}


def test_an_old_xls_is_read_with_its_merged_cells_and_fonts(officer, da_nang):
    """Written in TCVN3 by a program of the time: title, header in row 3, one producer over two rows."""
    batch = checked(OLD_XLS.read_bytes(), officer, da_nang, "cu.xlsx")  # also under a wrong name
    assert [row.raw["subject"] for row in batch.rows.all()] == ["HTX Rừng", "HTX Rừng"]
    assert batch.counts == {"created": 2}


def test_the_template_reads_back_in_any_language(officer, da_nang, client_for):
    """An English office gets Vietnamese headings, because those are what is recognised."""
    client = client_for(officer)
    content = client.get(
        reverse("province:ratings_importbatch_template"), headers={"Accept-Language": "en"}
    ).getvalue()
    page = spreadsheets.read(content, "mau.xlsx").pages[0]
    found = headers.guess(page)
    assert len(found.mapping) == len([heading for heading in found.headings if heading]) == 14
    assert [line.is_section for line in tables.of_file(content, "mau.xlsx").lines] == [True]  # the example
