"""The list of a decision as spreadsheet, text document and PDF."""

import io
from decimal import Decimal

import docx
import openpyxl
import pytest

from ratings.models import DecisionLine
from ratings.services import appendices, decisions
from ratings.tests.deciding import draft, scored

pytestmark = pytest.mark.django_db
COLUMNS = ["TT", "Tên sản phẩm", "Tên chủ thể", "Địa chỉ", "Điểm", "Hạng sao", "Ghi chú"]


@pytest.fixture
def decision(cast, make_product):
    dossiers = [
        scored(make_product(cast.producer, name="Mật ong rừng"), score="71.00", stars=4),
        scored(make_product(cast.rival, name="Nem chua"), score="65.10", stars=3, kind="upgrade"),
    ]
    return draft(cast, dossiers)


def sheet_of(decision):
    content = appendices.as_xlsx(decision=decision)
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.values]


def words_of(decision):
    paper = docx.Document(io.BytesIO(appendices.as_docx(decision=decision)))
    table = paper.tables[0]
    return [line.text for line in paper.paragraphs], [[cell.text for cell in row.cells] for row in table.rows]


def test_the_spreadsheet_has_the_usual_columns(decision):
    rows = sheet_of(decision)
    head = rows.index(COLUMNS)
    assert rows[head + 1] == [
        1,
        "Mật ong rừng",
        "HTX Duy Xuyên",
        "Xã Duy Xuyên, Thành phố Đà Nẵng",
        71,
        4,
        "Lần đầu",
    ]
    assert rows[head + 2][4:] == [65.1, 3, "Nâng hạng"]
    titles = [row[0] for row in rows[:head]]
    assert titles[0] == "PHỤ LỤC"
    assert "đợt 1 năm 2026" in titles[1]
    assert titles[2].startswith("(Kèm theo Quyết định số 12/QĐ-UBND ngày ")


def test_the_text_document_says_the_same(decision):
    titles, rows = words_of(decision)
    assert rows[0] == COLUMNS
    assert rows[1][4:] == ["71,00", "4 sao", "Lần đầu"]
    assert titles[0] == "PHỤ LỤC"


def test_a_draft_is_marked_and_a_signed_one_is_not(cast, decision):
    assert any("DỰ THẢO" in title for title in words_of(decision)[0])
    assert any("DỰ THẢO" in str(row[0]) for row in sheet_of(decision))
    decision = decisions.sign(decision=decision, actor=cast.province_leader)
    assert not any("DỰ THẢO" in title for title in words_of(decision)[0])


@pytest.mark.parametrize("text", ["=1+1", "@sum", "+84", "-2", "\tx"])
def test_names_never_become_formulas(decision, text):
    DecisionLine.objects.filter(position=1).update(product_name=text, producer_name=text)
    content = appendices.as_xlsx(decision=decision)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert sum(str(cell.value).startswith("'") for cell in cells) == 2


def test_odd_names_make_a_file_all_the_same(decision):
    DecisionLine.objects.update(
        product_name="<b>&</para> Mật 🙂 " + "dài " * 50, address="", score=None, note=""
    )
    for make, _type in appendices.FORMATS.values():
        assert make(decision=decision)


def test_points_are_numbers_where_numbers_count(decision):
    content = appendices.as_xlsx(decision=decision)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cell = next(c for row in sheet for c in row if c.value == Decimal("71"))
    assert cell.number_format == "0.00"
