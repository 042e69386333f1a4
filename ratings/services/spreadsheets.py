"""Reading a province's list: CSV or xlsx, the header found under titles, columns by synonym."""

import csv
import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from core import names
from core.text import clean
from ratings.errors import FileRefused

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024  # an xlsx is a zip: small files may hide large ones
MAX_ROWS = 20_000
HEADER_WITHIN = 15  # rows; above it stand the national heading and the decision's title

# Column → headings that mean it, as ``names.words`` folds them.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "ten san pham", "san pham", "ten sp", "ten san pham ocop", "product name"),
    "subject": (
        "subject",
        "chu the",
        "ten chu the",
        "ten chu the san xuat",
        "chu the san xuat",
        "chu the ocop",
        "don vi",
        "don vi san xuat",
        "co so san xuat",
        "subject name",
    ),
    "subject_kind": ("subject kind", "loai hinh", "loai hinh chu the", "loai hinh to chuc"),
    "address": ("dia chi", "dia chi san xuat", "dia chi chu the", "original address"),
    "commune": ("commune", "xa", "xa phuong", "xa phuong thi tran", "phuong xa"),
    "district": ("district pre 2025 7", "district", "huyen", "huyen cu", "quan huyen", "huyen thi xa"),
    "province_at_award": ("province at award", "tinh khi cong nhan", "tinh cu", "tinh truoc 1 7 2025"),
    "province": (
        "province since 2025 7",
        "province",
        "tinh",
        "tinh thanh pho",
        "tinh hien nay",
        "tinh thanh",
    ),
    "stars": ("stars", "hang sao", "so sao", "sao", "hang", "phan hang", "xep hang", "star rating"),
    "basis": ("star basis", "can cu", "can cu cong nhan"),
    "score": ("score", "diem", "tong diem", "diem so", "diem danh gia"),
    "award_year": ("award year", "nam", "nam cong nhan", "nam danh gia", "cert year"),
    "decision_no": ("decision no", "so quyet dinh", "so qd", "quyet dinh so", "quyet dinh"),
    "decision_date": (
        "decision date",
        "ngay quyet dinh",
        "ngay ky",
        "ngay qd",
        "ngay cong nhan",
        "ngay ban hanh",
    ),
    "group": ("group guess", "nhom", "nhom san pham", "bo san pham", "nhom bo san pham", "category"),
    "source_url": ("source url", "nguon", "lien ket", "duong dan", "url"),
}
_BY_HEADING = {heading: column for column, headings in SYNONYMS.items() for heading in headings}
TITLES = {
    "name": "Tên sản phẩm",
    "province": "Tỉnh",
    "stars": "Hạng sao",
}


@dataclass(frozen=True)
class Sheet:
    """``rows`` are (row number as a person counts it, column → cell); blank rows are left out."""

    name: str
    checksum: str  # SHA-256 of the file
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]


def read(content: bytes, name: str) -> Sheet:
    """Find the header and give the rows below it. Raises FileRefused with what to do."""
    if len(content) > MAX_BYTES:
        raise FileRefused(_("Tệp lớn hơn 20 MB. Hãy chia nhỏ danh sách."))
    kind = PurePath(name).suffix.lower()
    if kind == ".csv":
        grid = list(_csv(content))
    elif kind == ".xlsx":
        grid = list(_xlsx(content))
    else:
        raise FileRefused(
            _("Chỉ đọc được tệp .csv và .xlsx. Tệp .xls cũ: mở bằng Excel rồi lưu lại thành .xlsx.")
        )
    at, columns = _header(grid)
    rows = []
    for number, cells in enumerate(grid[at + 1 :], start=at + 2):
        row = {column: cells[i] if i < len(cells) else "" for i, column in columns.items()}
        if any(row.values()):
            rows.append((number, row))
    if len(rows) > MAX_ROWS:
        raise FileRefused(_("Tệp có hơn 20.000 dòng. Hãy chia nhỏ danh sách."))
    return Sheet(name, hashlib.sha256(content).hexdigest(), tuple(columns.values()), tuple(rows))


def _header(grid: Sequence[Sequence[Any]]) -> tuple[int, dict[int, str]]:
    """Index of the header row and its columns: the first row with the most known headings."""
    best: tuple[int, dict[int, str]] = (0, {})
    for at, cells in enumerate(grid[:HEADER_WITHIN]):
        columns: dict[int, str] = {}
        for i, cell in enumerate(cells):
            column = _BY_HEADING.get(names.words(_plain(cell)))
            if column and column not in columns.values():
                columns[i] = column
        if len(columns) > len(best[1]):
            best = (at, columns)
    at, columns = best
    known = set(columns.values())
    missing = [column for column in ("name", "stars") if column not in known]
    if not known & {"province", "province_at_award", "address"}:
        missing.append("province")
    if missing:
        found = [clean(str(cell)) for cell in (grid[at] if grid else []) if clean(str(cell))]
        raise FileRefused(
            _(
                "Không thấy cột %(missing)s trong %(within)s dòng đầu. Dòng tiêu đề gần đúng nhất có: "
                "%(found)s. Hãy đặt tên cột như mẫu, ví dụ “Tên sản phẩm”, “Tỉnh”, “Hạng sao”, rồi nhập lại."
            )
            % {
                "missing": ", ".join(f"“{TITLES[column]}”" for column in missing),
                "within": HEADER_WITHIN,
                "found": ", ".join(f"“{text[:40]}”" for text in found[:12]) or _("(không có gì)"),
            },
            data={"missing": missing, "found": found[:40]},
        )
    return at, columns


def _plain(cell: Any) -> str:
    return clean(str(cell)).replace("(", " ").replace(")", " ").replace("*", " ").replace(",", " ")


def _csv(content: bytes) -> Iterator[list[Any]]:
    text = _decode(content)
    first = "\n".join(text.splitlines()[:HEADER_WITHIN])
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(1_000_000)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [clean(cell) for cell in row]
    except csv.Error as error:
        raise FileRefused(_("Tệp CSV hỏng: %(error)s. Hãy lưu lại từ Excel.") % {"error": error}) from error


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("Tệp không phải UTF-8. Trong Excel chọn “Lưu thành”, kiểu “CSV UTF-8”, rồi nhập lại.")
        ) from error


def _xlsx(content: bytes) -> Iterator[list[Any]]:
    broken = _("Tệp .xlsx hỏng hoặc không phải sổ tính. Hãy mở bằng Excel rồi lưu lại.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise FileRefused(_("Tệp .xlsx phình quá lớn khi mở. Hãy xóa ảnh và trang thừa."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise FileRefused(broken) from error
    try:
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            if number > MAX_ROWS + HEADER_WITHIN:
                break
            yield [_cell(value) for value in row]
    finally:
        book.close()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value
    return clean(str(value))
