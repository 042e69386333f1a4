"""The rows of a list: below the header, merged cells filled down, section rows told from data."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from core import spreadsheets
from core.errors import FileRefused
from core.spreadsheets import MAX_ROWS, Book, Page
from core.text import clean, fold
from ratings.services import headers
from ratings.services.headers import Header

_MARKER = re.compile(r"(?:[ivxlc]+|[a-z]|\d{1,2}(?:\.\d{1,2})*)[.)\-:]?$")
_LEADING = re.compile(r"(?:[IVXLC]+|[A-ZĐ]|\d{1,2}(?:\.\d{1,2})*)[.)\-:]\s*")
EXAMPLE = "vi du"  # in the first column, folded
_STARS = re.compile(r"\b([1-5]|ba|bon|nam) sao\b")
_DISTRICT = re.compile(r"(?:huyện|quận|thị xã|tx\.?|thành phố|tp\.?)\s+\S.*", re.IGNORECASE)
_COMMUNE = re.compile(r"(?:xã|phường|thị trấn|đặc khu)\s+\S.*", re.IGNORECASE)
_CLOSING = re.compile(r"(?:tong|cong|ghi chu|noi nhan|nguoi lap|tm\.?|kt\.?)\b")
_YEAR = re.compile(r"(?:nam |dot \d+ nam )?(20[12]\d)$")


@dataclass(frozen=True)
class Line:
    """One row of the file. ``cells``: field → value, or {} for a section row with its ``text``.

    ``filled`` are the fields that a section row or the sheet's name gave; ``notes`` tell what was
    done to cells, ``problems`` (field → remedy) why one cannot be read.
    """

    sheet: str
    number: int  # as a person counts
    cells: Mapping[str, Any]
    text: str = ""
    notes: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_section(self) -> bool:
        return not self.cells


@dataclass(frozen=True)
class Table:
    """What is read of a file: ``lines`` in its order. ``sheet`` is "" for all of the same columns."""

    name: str
    checksum: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def of_file(content: bytes, name: str) -> Table:
    """The list in a file whose header names its columns itself. Raises FileRefused."""
    book = spreadsheets.read(content, PurePath(name).name)
    page = book.pages[headers.best_page(book.pages)]
    header = headers.guess(page)
    headers.require(header, knows_province=False)
    return of_pages(book, [(page, header)])


def of_pages(book: Book, chosen: Sequence[tuple[Page, Header]]) -> Table:
    """The rows of the chosen pages, each with its header. Raises FileRefused where there are too many."""
    lines = [line for page, header in chosen for line in _lines(page, header)]
    if len(lines) > MAX_ROWS:
        raise FileRefused(_("Tệp có hơn 20.000 dòng. Hãy chia nhỏ danh sách."))
    columns = tuple(chosen[0][1].mapping.values())
    return Table(book.name, book.checksum, columns, tuple(lines))


def same_columns(book: Book, header: Header) -> list[tuple[Page, Header]]:
    """The pages that have the same headings as ``header``, each with its own header row."""
    found = [(page, headers.guess(page)) for page in book.pages]
    return [
        (page, Header(own.row, own.height, own.headings, header.mapping))
        for page, own in found
        if own.shape == header.shape
    ]


def _lines(page: Page, header: Header) -> Iterator[Line]:
    context = _Context(page.title)
    for y in range(header.row + header.height, len(page.grid)):
        shown = [clean(str(value)) for value in page.grid[y]]
        if not any(shown):
            continue
        places = {name: _uncovered(page, y, x) for x, name in header.mapping.items() if name != "ordinal"}
        cells = {name: page.at(*place) for name, place in places.items()}
        if _is_example(shown):
            yield Line(page.title, y + 1, {}, _("Dòng ví dụ của mẫu, không nhập."))
        elif text := _section_text(page, y, shown, cells):
            context.enter(text)
            yield Line(page.title, y + 1, {}, text)
        elif not _is_numbering(shown):
            notes = [f"{headers.FIELDS[n]}: {page.notes[p]}" for n, p in places.items() if p in page.notes]
            problems = {n: page.problems[p] for n, p in places.items() if p in page.problems}
            yield Line(page.title, y + 1, context.fill(cells), "", tuple(notes), problems)


def _uncovered(page: Page, y: int, x: int) -> tuple[int, int]:
    """Where the value of a cell stands: above it, where cells are merged downwards."""
    top, left = page.merged.get((y, x), (y, x))
    return (top, x) if left == x else (y, x)


def _section_text(page: Page, y: int, shown: Sequence[str], cells: Mapping[str, Any]) -> str:
    """The text of a row that is a heading or a closing note among data, "" for data."""
    texts = [(x, text) for x, text in enumerate(shown) if text]
    if cells.get("stars") and cells.get("name"):
        return ""
    marker = fold(texts[0][1]) if len(texts) == 2 and len(texts[0][1]) <= 6 else ""
    if len(texts) > 2 or (len(texts) == 2 and not _MARKER.match(marker)):
        return ""
    x, text = texts[-1]
    is_wide = page.merged.get((y, x + 2)) == (y, x)
    # A name alone, with or without its number, is a row of data that lacks the rest.
    if cells.get("name") == text and not is_wide:
        telling = _LEADING.match(text) or marker.strip(".)-:").isalpha() or _about(text) or _is_closing(text)
        return text if telling else ""
    return text if is_wide or not cells.get("name") else ""


def _is_example(shown: Sequence[str]) -> bool:
    """The template's own row, left in the file."""
    return fold(next(filter(None, shown))) == EXAMPLE


def _is_closing(text: str) -> bool:
    """ "Tổng cộng: 25 sản phẩm", "Nơi nhận": what stands under a list."""
    return bool(_CLOSING.match(fold(text)))


def _is_numbering(shown: Sequence[str]) -> bool:
    """The row "1 2 3 4 …" or "(1) (2) (3) …" that decisions print under the header."""
    numbers = [text.strip("()") for text in shown if text]
    return len(numbers) >= 3 and numbers == [str(i) for i in range(1, len(numbers) + 1)]


def _about(text: str) -> dict[str, str]:
    """What a section row or a sheet's name says of the rows below it."""
    text = _LEADING.sub("", clean(text)).rstrip(" :.")
    plain = fold(text)
    if match := _STARS.search(plain):
        return {"stars": match[0]}
    signs = plain.replace(" ", "")
    if signs and set(signs) in ({"*"}, {"★"}):
        return {"stars": signs}
    if match := _YEAR.match(plain):
        return {"award_year": match[1]}
    bare = re.split(r"[:(]", text)[0].strip()
    if _DISTRICT.match(bare):
        return {"district": bare}
    return {"commune": bare} if _COMMUNE.match(bare) else {}


class _Context:
    """What the section rows so far say. One of the same kind ends the earlier and all within it."""

    def __init__(self, title: str) -> None:
        self.base = {name: value for name, value in _about(title).items() if name != "commune"}
        self.stack: list[dict[str, str]] = []

    def enter(self, text: str) -> None:
        about = _about(text)
        for depth, earlier in enumerate(self.stack):
            if earlier.keys() == about.keys():
                del self.stack[depth:]
                break
        if about:
            self.stack.append(about)

    def fill(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The row's own cells first; a district is of no use beside an address that names one."""
        known = dict(self.base)
        for about in self.stack:
            known |= about
        if cells.get("decision_date") or cells.get("award_year"):
            known.pop("award_year", None)
        return dict(cells) | {name: value for name, value in known.items() if not cells.get(name)}
