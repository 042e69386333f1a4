"""A criteria set out to a workbook and back, and workbooks that are not what they should be."""

import datetime as dt
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import FileRefused, NotAllowed
from ratings.models import CriteriaSet, Criterion
from ratings.rubric import Choice, Question
from ratings.services import criteria, criteria_files, criteria_import, criteria_rows
from ratings.tests.rating import make_set

IMPORT = "province:ratings_criteriaset_import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def own(cast, product_set):
    found = criteria.clone(
        criteria_set=make_set(product_set), actor=cast.province_officer, province=cast.da_nang
    )
    hard = Question(
        "C",
        "10. CƠ HỘI",
        "10",
        "=HYPERLINK(1)",
        (Choice(Decimal("0.5"), "+nửa điểm"), Choice(Decimal(0))),
        "-không",
        "@giấy tờ",
    )
    criteria_rows.add(criteria_set=found, question=hard, actor=cast.province_officer)
    return found


def questions(found):
    return [Question.of(row) for row in found.criteria.prefetch_related("options").order_by("position")]


def edited(found, edit):
    """The exported workbook after ``edit(criteria sheet, guide sheet)``, as bytes."""
    book = openpyxl.load_workbook(io.BytesIO(criteria_files.as_xlsx(criteria_set=found)))
    edit(book["Tiêu chí"], book["Hướng dẫn"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plan(cast, content, who="province_officer"):
    read = criteria_files.read(content=content)
    assert read.errors == ()
    return criteria_import.plan(read=read, province=cast.da_nang, actor=cast.people[who])


def test_out_and_in_again_is_the_same(cast, own):
    read = criteria_files.read(content=criteria_files.as_xlsx(criteria_set=own))
    assert list(read.questions) == questions(own)
    found = criteria_import.plan(read=read, province=cast.da_nang, actor=cast.province_officer)
    assert found.is_empty
    assert found.target == own
    before = list(Criterion.objects.order_by("pk").values_list("pk", flat=True))
    assert criteria_import.apply(read=read, province=cast.da_nang, actor=cast.province_officer) == own
    assert list(Criterion.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_what_was_read_survives_the_preview(own):
    read = criteria_files.read(content=criteria_files.as_xlsx(criteria_set=own))
    assert criteria_import.unpacked(values=criteria_import.packed(read=read)) == read


def test_a_frozen_set_gets_a_new_revision_that_is_equal(cast, own):
    criteria_rows.remove(criterion=own.criteria.order_by("position").last(), actor=cast.province_officer)
    criteria.freeze(criteria_set=own)
    read = criteria_files.read(content=criteria_files.as_xlsx(criteria_set=own))
    found = criteria_import.apply(read=read, province=cast.da_nang, actor=cast.province_officer)
    assert (found.revision, found.province, found.frozen_at) == (2, cast.da_nang, None)
    assert questions(found) == questions(own)
    assert list(found.product_sets.all()) == list(own.product_sets.all())


def test_the_plan_tells_the_differences_and_writes_nothing(cast, own):
    def edit(sheet, guide):
        sheet["D2"] = "Nguồn gốc nguyên liệu"  # title
        sheet["H3"] = "2,5"  # first points of the second row
        sheet.delete_rows(5)
        sheet.append(["B", "4. TIẾP THỊ", "4.9", "Mới", "", "", "x", 1, "ít", 2.5, "nhiều"])

    before = questions(own)
    found = plan(cast, edited(own, edit))
    assert [str(change.question) for change in found.changed] == [
        "1.1 Nguồn gốc nguyên liệu",
        "3.3 Sử dụng lao động địa phương",
    ]
    assert found.changed[1].differences == {"options": ["0; 10; 20", "2,5; 10; 20"]}
    assert [str(question) for question in found.removed] == ["6.1 Màu sắc"]
    [new] = found.added
    assert (new.options[1], new.is_for_commune) == (Choice(Decimal("2.5"), "nhiều"), True)
    assert not found.is_empty
    assert questions(own) == before


def test_order_alone_is_a_difference(cast, own):
    def swap(sheet, guide):
        one, two = ([cell.value for cell in sheet[row]] for row in (2, 3))
        for column, (a, b) in enumerate(zip(one, two, strict=True), 1):
            sheet.cell(2, column).value, sheet.cell(3, column).value = b, a

    found = plan(cast, edited(own, swap))
    assert (found.order_changed, found.is_empty, found.changed) == (True, False, ())


def test_another_provinces_office_may_not_import(cast, own):
    read = criteria_files.read(content=criteria_files.as_xlsx(criteria_set=own))
    for who in ("other_officer", "commune_officer", "owner"):
        for service in (criteria_import.plan, criteria_import.apply):
            with pytest.raises(NotAllowed):
                service(read=read, province=cast.da_nang, actor=cast.people[who])
    assert CriteriaSet.objects.count() == 2


@pytest.mark.parametrize(
    ("cell", "value", "row", "column", "text"),
    [
        ("H3", 101, 3, "H “Điểm 1”", "từ 0 đến 100, không phải 101"),
        ("H3", -1, 3, "H “Điểm 1”", "từ 0 đến 100"),
        ("J3", "mười", 3, "J “Điểm 2”", "“mười” không phải số"),
        ("J3", "nan", 3, "J “Điểm 2”", "không phải số"),
        ("J3", dt.date(2026, 2, 1), 3, "J “Điểm 2”", "đổi số thành ngày"),
        ("H4", 1.005, 4, "H “Điểm 1”", "quá hai chữ số lẻ"),
        ("A2", "D", 2, "A “Phần”", "A, B hoặc C"),
        ("A2", None, 2, "A “Phần”", "A, B hoặc C"),
        ("D5", None, 5, "D “Tiêu chí”", "Thiếu Tiêu chí"),
        ("B5", " ", 5, "B “Mục”", "Thiếu Mục"),
        ("G2", "chắc thế", 2, "G “Xã xác nhận”", "Ghi x hoặc để trống"),
        ("O2", "mô tả thừa", 2, "N “Điểm 4”", "thiếu điểm"),
        ("D2", "x" * 301, 2, "D “Tiêu chí”", "dài hơn 300"),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(own, cell, value, row, column, text):
    def edit(sheet, guide):
        sheet[cell] = value

    read = criteria_files.read(content=edited(own, edit))
    [error] = read.errors
    assert (error.row, error.column) == (row, column)
    assert text in error.text


def test_merged_cells_are_named(own):
    def edit(sheet, guide):
        sheet.merge_cells("B2:B3")

    read = criteria_files.read(content=edited(own, edit))
    assert [(error.row, error.column) for error in read.errors] == [(2, "B"), (3, "B “Mục”")]
    assert "B2:B3 bị gộp" in read.errors[0].text


def test_nothing_is_written_while_a_cell_is_wrong(cast, own):
    def edit(sheet, guide):
        sheet["H3"] = 101
        sheet["D2"] = "Khác"

    before = questions(own)
    read = criteria_files.read(content=edited(own, edit))
    with pytest.raises(FileRefused):
        criteria_import.apply(read=read, province=cast.da_nang, actor=cast.province_officer)
    assert questions(own) == before


def heading(cell, value):
    def edit(sheet, guide):
        sheet[cell] = value

    return edit


def fact(row, value):
    def edit(sheet, guide):
        guide.cell(row, 2).value = value

    return edit


def renamed(sheet, guide):
    sheet.title = "Trang tính 1"


def emptied(sheet, guide):
    sheet.delete_rows(2, 50)


def far_below(sheet, guide):
    sheet.cell(1_048_576, 1).value = "x"


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (heading("D1", "Nội dung"), "thiếu cột “Tiêu chí”; cột lạ hoặc lặp lại D “Nội dung”"),
        (heading("B1", "Phần"), "cột lạ hoặc lặp lại B “Phần”"),
        (renamed, "Không thấy trang “Tiêu chí”; tệp có trang: “Hướng dẫn”, “Trang tính 1”"),
        (emptied, "không có dòng nào"),
        (far_below, "dài hơn 2.000 dòng"),
        (fact(1, "999"), "không có phiên bản tiêu chí “999”. Các phiên bản: thử 148"),
        (fact(2, None), "thiếu ô “Số của bộ”"),
        (fact(4, "4, 77"), "không có bộ sản phẩm số “77”"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(cast, own, edit, text):
    content = edited(own, edit)
    with pytest.raises(FileRefused) as refusal:
        plan(cast, content)
    assert text in str(refusal.value)


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (criteria_files.MAX_UNPACKED + 1))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "không phải sổ tính"),
        (b"%PDF-1.7", "không phải sổ tính"),
        (b"PK\x03\x04rubbish", "không phải sổ tính"),
        (bomb(), "phình quá lớn"),
        (b"0" * (20 * 2**20 + 1), "lớn hơn 20 MB"),
    ],
    ids=["empty", "pdf", "broken", "bomb", "large"],
)
def test_what_is_no_workbook_is_refused(content, text):
    with pytest.raises(FileRefused, match=text):
        criteria_files.read(content=content)


# --- In the admin ---


def upload(client, content, name="bo.xlsx"):
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile(name, content, XLSX)})


def test_an_office_takes_a_set_out_edits_it_and_brings_it_back(cast, own, client_for):
    client = client_for(cast.province_officer)
    file = client.get(reverse("province:ratings_criteriaset_export", args=[own.pk]))
    assert file["Content-Type"] == XLSX
    assert 'filename="bo-tieu-chi-thu-148-4-mat-ong-lan-1.xlsx"' in file["Content-Disposition"]
    assert file.content[:2] == b"PK"

    def edit(sheet, guide):
        sheet["D2"] = "Nguồn gốc nguyên liệu"

    before = questions(own)
    page = upload(client, edited(own, edit))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Sẽ ghi đè lên" in text
    assert "<del>Nguồn nguyên liệu</del> → <ins>Nguồn gốc nguyên liệu</ins>" in text
    assert questions(own) == before
    packed = page.context["packed"]
    assert client.post(reverse(IMPORT), {"packed": packed}).status_code == 302
    assert questions(own)[0] == replace(before[0], title="Nguồn gốc nguyên liệu")


def test_a_preview_is_for_who_saw_it_and_may_not_be_changed(cast, own, client_for):
    page = upload(client_for(cast.province_officer), edited(own, lambda sheet, guide: sheet.delete_rows(2)))
    packed, before = page.context["packed"], questions(own)
    for who in ("province_leader", "other_officer"):
        answer = client_for(cast.people[who]).post(reverse(IMPORT), {"packed": packed})
        assert answer["Location"] == reverse(IMPORT)
    client_for(cast.province_officer).post(reverse(IMPORT), {"packed": packed[:-3] + "abc"})
    assert questions(own) == before


def test_wrong_cells_and_files_come_back_as_a_page(cast, own, client_for):
    client = client_for(cast.province_leader)
    page = upload(client, edited(own, heading("H3", 101)))
    assert page.status_code == 422
    assert "H “Điểm 1”" in page.content.decode()
    page = upload(client, b"%PDF-1.7", "bo.pdf")
    assert page.status_code == 400
    assert "không phải sổ tính" in page.content.decode()
    assert client.post(reverse(IMPORT), {}).status_code == 422
