"""A criteria set as a workbook that an office fills in: one row per criterion, its choices beside it."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.errors import FileRefused
from core.spreadsheets import MAX_BYTES, is_swollen
from core.text import clean, fold
from ratings.exports import saved
from ratings.models import CriteriaSet
from ratings.rubric import MOST_CHOICES, MOST_QUESTIONS, Choice, InvalidQuestion, Question, points_of

MAX_UNPACKED = 20 * 2**20  # bytes; a set of two hundred criteria unpacks to less than one million
MAX_SHEET_ROWS = 2_000
GUIDE, CRITERIA = "Hướng dẫn", "Tiêu chí"  # names of the two sheets; the file is Vietnamese in any language

# Field → (heading, width). Choices follow: "Điểm 1", "Mô tả 1", "Điểm 2" …
COLUMNS = {
    "part": ("Phần", 7),
    "section": ("Mục", 30),
    "code": ("Số", 7),
    "title": ("Tiêu chí", 44),
    "stop_rule": ("Điều kiện loại", 30),
    "evidence_asked": ("Minh chứng cần có", 30),
    "is_for_commune": ("Xã xác nhận", 11),
}
POINTS, LABEL = "Điểm", "Mô tả"
FACTS = {
    "version": "Phiên bản tiêu chí",
    "code": "Số của bộ",
    "name": "Tên bộ",
    "product_sets": "Bộ sản phẩm",
    "source": "Nguồn",
}
INSTRUCTIONS = (
    "Trang “Tiêu chí”: mỗi dòng là một tiêu chí, không gộp ô, không thêm dòng tổng.",
    "Phần: A, B hoặc C. Mục: tên mục, ghi lại ở từng dòng. Số: ví dụ 1.1.",
    "Điểm 1, Mô tả 1, Điểm 2, Mô tả 2…: các mức điểm theo thứ tự; mô tả có thể để trống.",
    "Cần nhiều mức hơn thì thêm cặp cột Điểm, Mô tả với số tiếp theo, đến 12.",
    "Xã xác nhận: ghi x nếu ủy ban nhân dân xã xác nhận tiêu chí này. Điều kiện loại: để trống nếu không có.",
    "Bộ sản phẩm: các số cách nhau bằng dấu phẩy, ví dụ 4, 8.",
    "Điểm cao nhất của các tiêu chí cộng lại phải đúng điểm từng phần của phiên bản; chợ kiểm tra khi nhập.",
)
_YES, _NO = {"x", "co", "1", "true", "yes"}, {"", "khong", "0", "false", "no"}


@dataclass(frozen=True)
class CellError:
    row: int  # as a person counts it
    column: str  # "H “Điểm 1”"
    text: str


@dataclass(frozen=True)
class Read:
    """What a file says. ``facts`` are its texts by FACTS; with ``errors`` nothing may be written."""

    facts: dict[str, str]
    questions: tuple[Question, ...]
    errors: tuple[CellError, ...] = field(default=())


# --- Out ---


def as_xlsx(*, criteria_set: CriteriaSet) -> bytes:
    criteria = criteria_set.criteria.prefetch_related("options").order_by("position")
    questions = [Question.of(criterion) for criterion in criteria]
    book = openpyxl.Workbook()
    _write_guide(book.active, criteria_set)
    _write_criteria(book.create_sheet(CRITERIA), questions)
    return saved(book)


def _write_guide(sheet: Any, criteria_set: CriteriaSet) -> None:
    sheet.title = GUIDE
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100
    codes = criteria_set.product_sets.order_by("code").values_list("code", flat=True)
    facts = {
        "version": criteria_set.version.code,
        "code": criteria_set.code,
        "name": criteria_set.name,
        "product_sets": ", ".join(str(code) for code in codes),
        "source": criteria_set.source,
    }
    for row, (key, heading) in enumerate(FACTS.items(), 1):
        sheet.cell(row, 1, heading).font = Font(bold=True)
        _put(sheet, row, 2, facts[key])
    for row, line in enumerate(INSTRUCTIONS, len(FACTS) + 2):
        sheet.cell(row, 2, line).alignment = Alignment(wrap_text=True, vertical="top")


def _write_criteria(sheet: Any, questions: Sequence[Question]) -> None:
    most = max((len(question.options) for question in questions), default=0)
    headings = list(COLUMNS.values())
    for number in range(1, max(6, most) + 1):
        headings += [(f"{POINTS} {number}", 8), (f"{LABEL} {number}", 24)]
    for column, (heading, width) in enumerate(headings, 1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1E5B43")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "E2"
    for row, question in enumerate(questions, 2):
        values: list[Any] = [getattr(question, name) for name in COLUMNS]
        values[-1] = "x" if question.is_for_commune else ""
        for choice in question.options:
            whole = choice.points == choice.points.to_integral_value()
            values += [int(choice.points) if whole else float(choice.points), choice.label]
        for column, value in enumerate(values, 1):
            _put(sheet, row, column, value)


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    """A text stays a text, also one that begins like a formula (OWASP, CSV injection)."""
    cell = sheet.cell(row, column)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if value == "":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))


# --- In ---


def read(*, content: bytes) -> Read:
    """Raises FileRefused when the file as a whole cannot be read; wrong cells are told in errors."""
    book = _opened(content)
    by_name = {fold(sheet.title): sheet for sheet in book.worksheets}
    sheet = by_name.get(fold(CRITERIA))
    if sheet is None:
        raise FileRefused(
            _("Không thấy trang “%(wanted)s”; tệp có trang: %(found)s. Hãy tải tệp mẫu rồi điền vào đó.")
            % {"wanted": CRITERIA, "found": ", ".join(f"“{one.title[:40]}”" for one in book.worksheets[:10])},
            data={"missing": [CRITERIA]},
        )
    if max(one.max_row for one in book.worksheets) > MAX_SHEET_ROWS:
        raise FileRefused(
            _("Trang tính dài hơn 2.000 dòng. Hãy xóa các dòng trống phía dưới bảng rồi lưu lại.")
        )
    guide = by_name.get(fold(GUIDE))
    rows = list(sheet.iter_rows(values_only=True, max_col=len(COLUMNS) + 2 * MOST_CHOICES + 5))
    columns = _columns(rows[0] if rows else ())
    errors = [*_merged(sheet)]
    questions = []
    for number, cells in enumerate(rows[1:], 2):
        if any(_text(cell) for cell in cells):
            question, wrong = _question(cells, columns, number)
            errors += wrong
            questions += [question] if question else []
    if len(questions) > MOST_QUESTIONS:
        raise FileRefused(_("Tệp có hơn 200 tiêu chí. Mỗi tệp chỉ chứa một bộ tiêu chí."))
    if not questions and not errors:
        raise FileRefused(_("Trang “Tiêu chí” không có dòng nào dưới dòng tiêu đề."))
    errors.sort(key=lambda error: error.row)
    return Read(_facts(guide) if guide else {}, tuple(questions), tuple(errors))


def _opened(content: bytes) -> Any:
    broken = _("Tệp không phải sổ tính .xlsx, hoặc đã hỏng. Hãy mở bằng Excel rồi lưu thành .xlsx.")
    if len(content) > MAX_BYTES:
        raise FileRefused(_("Tệp lớn hơn 20 MB. Hãy xóa ảnh và trang thừa."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if is_swollen(archive, MAX_UNPACKED):
                raise FileRefused(_("Tệp .xlsx phình quá lớn khi mở. Hãy xóa ảnh và trang thừa."))
        return openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except FileRefused:
        raise
    except Exception as error:  # openpyxl lets whatever a damaged part raises pass through
        raise FileRefused(broken) from error


def _columns(header: Sequence[Any]) -> dict[str, int]:
    """Field, "points 1" or "label 1" → index. Raises FileRefused naming what is missing or unknown."""
    known = {fold(heading): name for name, (heading, _width) in COLUMNS.items()}
    for number in range(1, MOST_CHOICES + 1):
        known[fold(f"{POINTS} {number}")] = f"points {number}"
        known[fold(f"{LABEL} {number}")] = f"label {number}"
    columns: dict[str, int] = {}
    strange = []
    for index, cell in enumerate(header):
        heading = _text(cell)
        name = known.get(fold(heading))
        if heading and (name is None or name in columns):
            strange.append(f"{get_column_letter(index + 1)} “{heading[:40]}”")
        elif name:
            columns[name] = index
    required = {"part": "Phần", "section": "Mục", "title": "Tiêu chí", "points 1": "Điểm 1"}
    missing = [f"“{heading}”" for name, heading in required.items() if name not in columns]
    if missing or strange:
        parts = []
        if missing:
            parts.append(_("thiếu cột %s") % ", ".join(missing))
        if strange:
            parts.append(_("cột lạ hoặc lặp lại %s") % ", ".join(strange))
        raise FileRefused(
            _("Dòng 1 của trang “Tiêu chí”: %s. Hãy giữ dòng tiêu đề như tệp mẫu.") % "; ".join(parts),
            data={"missing": missing, "found": strange},
        )
    return columns


def _merged(sheet: Any) -> Iterator[CellError]:
    for span in sheet.merged_cells.ranges:
        yield CellError(
            span.min_row,
            get_column_letter(span.min_col),
            _("Các ô %s bị gộp. Hãy bỏ gộp và điền đủ từng dòng.") % span.coord,
        )


def _question(
    cells: Sequence[Any], columns: dict[str, int], row: int
) -> tuple[Question | None, list[CellError]]:
    errors: list[CellError] = []

    def at(name: str) -> Any:
        return cells[columns[name]] if name in columns and columns[name] < len(cells) else None

    def wrong(name: str, text: str) -> None:
        heading = COLUMNS[name][0] if name in COLUMNS else _heading(name)
        letter = f"{get_column_letter(columns[name] + 1)} " if name in columns else ""
        errors.append(CellError(row, f"{letter}“{heading}”", text))

    texts = {name: _text(at(name)) for name in COLUMNS}
    texts["part"] = texts["part"].upper()
    said = fold(texts.pop("is_for_commune"))
    if said not in _YES | _NO:
        wrong("is_for_commune", _("Ghi x hoặc để trống."))
    options = []
    for number in range(1, MOST_CHOICES + 1):
        points, label = at(f"points {number}"), _text(at(f"label {number}"))
        try:
            if _text(points):
                options.append(Choice(_points(points), label))
            elif label:
                wrong(f"points {number}", _("Có mô tả mà thiếu điểm. Hãy điền điểm hoặc xóa mô tả."))
        except ValueError as refusal:
            wrong(f"points {number}", str(refusal))
    question = Question(options=tuple(options), is_for_commune=said in _YES, **texts)
    try:
        question = question.cleaned()
    except InvalidQuestion as refusal:
        name = refusal.data["field"]
        wrong("points 1" if name == "options" else name, str(refusal))
    return (None if errors else question), errors


def _heading(name: str) -> str:
    kind, _space, number = name.partition(" ")
    return f"{POINTS if kind == 'points' else LABEL} {number}"


def _points(cell: Any) -> Decimal:
    """Points of a cell. Raises ValueError with what to do."""
    if isinstance(cell, dt.date | dt.time):
        raise ValueError(_("Excel đã đổi số thành ngày. Hãy chọn kiểu ô là Số rồi ghi lại điểm."))
    points = points_of(_text(cell))
    if not 0 <= points <= 100:
        raise ValueError(_("Điểm phải từ 0 đến 100, không phải %s.") % _text(cell)[:40])
    return points


def _facts(sheet: Any) -> dict[str, str]:
    keys = {fold(heading): key for key, heading in FACTS.items()}
    facts = {}
    for cells in sheet.iter_rows(values_only=True, max_col=2, max_row=30):
        key = keys.get(fold(_text(cells[0])))
        if key and len(cells) > 1:
            facts[key] = _text(cells[1])
    return facts


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell))
