"""What stands in a file: .xlsx, .xls or .csv, told apart by content, read into pages of cells."""

import csv
import datetime as dt
import hashlib
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast
from xml.etree import ElementTree

import openpyxl
import xlrd
from django.utils.translation import gettext as _
from openpyxl.utils import coordinate_to_tuple, range_boundaries

from core import old_fonts
from core.errors import FileRefused
from core.text import clean

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024  # an xlsx is a zip: small files may hide large ones
MAX_PARTS = 5000  # of such a zip; a real one has a few hundred at most
MAX_ROWS = 20_000
MAX_COLUMNS = 100  # what stands further right is not read
_READ_ROWS = MAX_ROWS + 500  # titles, notes and blank rows around the list
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

# What zipfile raises on broken, encrypted (RuntimeError) and oddly packed (its subclass) archives.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError)

Place = tuple[int, int]  # row and column, both from 0


@dataclass
class Page:
    """One sheet. ``grid[0]`` is row 1; a cell is a text, a date, or "" when it is empty."""

    title: str
    grid: list[list[Any]]
    is_hidden: bool = False
    hidden_columns: int = 0
    merged: dict[Place, Place] = field(default_factory=dict)  # covered cell → the cell that shows
    notes: dict[Place, str] = field(default_factory=dict)  # what was done to a cell
    problems: dict[Place, str] = field(default_factory=dict)  # why a cell cannot be read

    def at(self, row: int, column: int) -> Any:
        cells = self.grid[row] if row < len(self.grid) else []
        return cells[column] if column < len(cells) else ""


@dataclass(frozen=True)
class Book:
    name: str
    checksum: str  # SHA-256 of the file
    pages: tuple[Page, ...]


def read(content: bytes, name: str) -> Book:
    """All pages of a file. Raises FileRefused with what to do."""
    if len(content) > MAX_BYTES:
        raise FileRefused(_("Tệp lớn hơn 20 MB. Hãy chia nhỏ danh sách."))
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileRefused(_("Tệp trống. Hãy chọn tệp có danh sách."))
    if content.startswith(_ZIP):
        pages = _xlsx(content)
    elif content.startswith(_OLE):
        pages = _xls(content)
    else:
        pages = [_csv(content, name)]
    if not any(page.grid for page in pages):
        raise FileRefused(_("Tệp không có dòng nào. Hãy chọn tệp có danh sách."))
    return Book(name, hashlib.sha256(content).hexdigest(), tuple(pages))


def _fill(page: Page, rows: Iterable[Iterable[Any]]) -> Page:
    """Put rows into the page: texts in Unicode and cleaned, trailing blanks left out."""
    doubtful: dict[Place, str] = {}
    for y, row in enumerate(rows):
        if y >= _READ_ROWS:
            break
        cells = []
        for x, value in enumerate(row):
            cells.append(_cell(page, (y, x), value))
            if isinstance(value, str) and (y, x) not in page.notes and not value.isascii():
                doubtful[y, x] = value
        while cells and cells[-1] == "":
            cells.pop()
        page.grid.append(cells)
    while page.grid and not page.grid[-1]:
        page.grid.pop()
    _follow_majority(page, doubtful)
    return page


def _follow_majority(page: Page, doubtful: Mapping[Place, str]) -> None:
    """Words that mean something either way ("rõng": rừng) follow the font of most cells."""
    # Letters beyond Latin-1 exist in Unicode only.
    unicode = sum(any(char > "\xff" for char in text) for text in doubtful.values())
    note, count = next(iter(Counter(page.notes.values()).most_common(1)), ("", 0))
    if count <= unicode:
        return
    font = next(name for name in old_fonts.FONTS if name in note)
    for (y, x), text in doubtful.items():
        converted = old_fonts.convert(text, font)
        if converted != text and max(text) <= "\xff" and old_fonts.reads_as_vietnamese(converted):
            page.grid[y][x] = clean(converted)
            page.notes[y, x] = note
            page.problems.pop((y, x), None)


def _cell(page: Page, place: Place, value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value
    try:
        text, font = old_fonts.repair(str(value))
    except old_fonts.Unreadable:
        page.problems[place] = _("chữ gõ bằng phông cũ không nhận ra; gõ lại ô này bằng Unicode")
        return clean(str(value))
    if font:
        page.notes[place] = _("đã đổi phông %s sang Unicode") % font
    return clean(text)


# --- xlsx ---


def is_swollen(archive: zipfile.ZipFile, most: int = MAX_UNPACKED) -> bool:
    """Does it claim to unpack to more than ``most`` bytes? It cannot unpack to more than it claims."""
    parts = archive.infolist()
    return len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > most


def _xlsx(content: bytes) -> list[Page]:
    broken = _("Tệp .xlsx hỏng hoặc không phải sổ tính. Hãy mở bằng Excel rồi lưu lại.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if is_swollen(archive):
                raise FileRefused(_("Tệp .xlsx phình quá lớn khi mở. Hãy xóa ảnh và trang thừa."))
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return [_xlsx_page(archive, sheet) for sheet in book.worksheets]
            finally:
                book.close()
    except (*BROKEN_ZIP, ElementTree.ParseError, KeyError) as error:
        raise FileRefused(broken) from error


def _xlsx_page(archive: zipfile.ZipFile, sheet: Any) -> Page:
    page = Page(sheet.title, [], is_hidden=sheet.sheet_state != "visible")
    # Reading row by row needs little memory, but does not tell of merges: those come from the XML.
    with archive.open(sheet._worksheet_path.lstrip("/")) as file:
        # Expat 2.4.1 and later refuses entities that multiply; what is left is data.
        for _event, element in ElementTree.iterparse(file):  # noqa: S314
            tag = element.tag.removeprefix(_MAIN)
            if tag in _MARKS:
                _MARKS[tag](page, element)
            if tag in ("row", *_MARKS):
                element.clear()
    # Some programs write a wrong size of the sheet, some one of a million columns.
    sheet.reset_dimensions()
    return _fill(page, sheet.iter_rows(max_row=_READ_ROWS, max_col=MAX_COLUMNS, values_only=True))


def _merge(page: Page, element: ElementTree.Element) -> None:
    left, top, right, bottom = cast(tuple[int, int, int, int], range_boundaries(element.get("ref", "A1")))
    _cover(page, top - 1, left - 1, bottom, right)


def _cover(page: Page, top: int, left: int, bottom: int, right: int) -> None:
    """Note a merge; ``bottom`` and ``right`` are not part of it."""
    for y in range(top, min(bottom, _READ_ROWS)):
        for x in range(left, min(right, MAX_COLUMNS)):
            if (y, x) != (top, left):
                page.merged[y, x] = (top, left)


def _hidden(page: Page, element: ElementTree.Element) -> None:
    if element.get("hidden") in ("1", "true"):
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        if first <= MAX_COLUMNS:
            page.hidden_columns += min(last, MAX_COLUMNS) - first + 1


def _formula(page: Page, element: ElementTree.Element) -> None:
    """Only Excel calculates; a formula that it never saw has no value."""
    if element.find(f"{_MAIN}f") is None or element.get("t") == "str":
        return
    value = element.find(f"{_MAIN}v")
    if value is None or not value.text:
        row, column = coordinate_to_tuple(element.get("r", "A1"))
        page.problems[row - 1, column - 1] = _(
            "công thức chưa có giá trị; mở tệp bằng Excel rồi lưu lại, hoặc gõ giá trị"
        )


_MARKS: Mapping[str, Callable[[Page, ElementTree.Element], None]] = {
    "mergeCell": _merge,
    "col": _hidden,
    "c": _formula,
}


# --- xls ---


def _xls(content: bytes) -> list[Page]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused(_("Tệp có mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu rồi lưu lại."))
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
        return [_xls_page(book, sheet) for sheet in book.sheets()]
    except Exception as error:  # the reader raises whatever a damaged file leads it to
        if "encrypted" in str(error).lower():
            raise FileRefused(_("Tệp có mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu rồi lưu lại.")) from error
        raise FileRefused(_("Tệp .xls hỏng. Hãy mở bằng Excel rồi lưu lại thành .xlsx.")) from error


def _xls_page(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Page:
    page = Page(sheet.name, [], is_hidden=sheet.visibility != 0)
    for top, bottom, left, right in sheet.merged_cells:
        _cover(page, top, left, bottom, right)
    page.hidden_columns = sum(bool(info.hidden) for info in sheet.colinfo_map.values())
    width = min(sheet.ncols, MAX_COLUMNS)
    return _fill(
        page,
        ([_xls_value(book, sheet.cell(y, x)) for x in range(width)] for y in range(sheet.nrows)),
    )


def _xls_value(book: xlrd.Book, cell: xlrd.sheet.Cell) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, book.datemode)
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_ERROR) else cell.value


# --- csv ---


def _csv(content: bytes, name: str) -> Page:
    text = _decode(content)
    csv.field_size_limit(1_000_000)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        return _fill(Page(clean(name)[:60], []), (row[:MAX_COLUMNS] for row in rows))
    except csv.Error as error:
        raise FileRefused(_("Tệp CSV hỏng: %(error)s. Hãy lưu lại từ Excel.") % {"error": error}) from error


def _delimiter(text: str) -> str:
    """The one that cuts the most of the first rows alike: amounts like "1,250,000.00" hold commas too."""

    def alike(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter), 60)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(",;\t", key=alike)


def _decode(content: bytes) -> str:
    """UTF-8 and UTF-16 are certain; else the old code page in which the words read as Vietnamese."""
    if content[:1] == b"<" or content[:5] == b"%PDF-":
        raise FileRefused(_("Tệp này là trang web hoặc PDF. Hãy mở bằng Excel rồi lưu lại thành .xlsx."))
    is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        if not is_utf16 and (silent := _utf16_without_mark(content)):
            return content.decode(silent)
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    # Windows-1252 is how Excel saves TCVN3 and VNI; the cells are converted one by one.
    for encoding in () if is_utf16 else ("cp1258", "cp1252"):
        text = content.decode(encoding, errors="replace")
        if _is_plausible(text):
            return text
    raise FileRefused(
        _("Tệp không phải UTF-8. Trong Excel chọn “Lưu thành”, kiểu “CSV UTF-8”, rồi nhập lại.")
    )


def _utf16_without_mark(content: bytes) -> str:
    """Plain letters leave every other byte zero: which half tells the order; "" for other texts."""
    low, high = content[:2000:2].count(0), content[1:2000:2].count(0)
    if max(low, high) * 4 < len(content[:2000]):  # less than half of the letters are plain
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _is_plausible(text: str) -> bool:
    """Do the words with marks of the first rows read as Vietnamese, as they are or after conversion?"""
    cells = [cell for line in text.splitlines()[:40] for cell in line.replace(";", ",").split(",")]
    marked = [cell for cell in cells if not cell.isascii()]

    def reads(cell: str) -> bool:
        try:
            return old_fonts.reads_as_vietnamese(old_fonts.repair(cell)[0])
        except old_fonts.Unreadable:
            return False

    return bool(marked) and sum(map(reads, marked)) >= len(marked) * 0.9
