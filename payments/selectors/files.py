"""What a file about money says, before it is booked."""

from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from core import columns
from core.columns import Problem, Skipped
from core.headings import Header
from core.spreadsheets import Book, Page
from payments.models import MoneyFile
from payments.services import files
from payments.services.files import Reader

SHOWN = 30  # rows, problems and skipped rows each
_CELL = 60  # characters


@dataclass(frozen=True)
class Preview:
    """``rows``: the first ones, a (title, cell) for each column. ``refusal``: why there are none, or ""."""

    total: int = 0
    known: int = 0
    rows: list[list[tuple[Any, Any]]] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    doubts: list[str] = field(default_factory=list)
    refusal: str = ""

    @property
    def new(self) -> int:
        return self.total - self.known


def preview(*, reader: Reader, file: MoneyFile) -> Preview:
    """Raises FileRefused where the kept file cannot be read any more."""
    page = files.page_of(file=file, book=files.open_book(file=file))
    mapping = files.mapping_of(file=file)
    if mapping is None:
        return Preview(refusal=str(columns.why_not(page, reader.words)))
    reading = reader.read(page, mapping, file.source)
    return Preview(
        total=len(reading.rows),
        known=reader.known(reading.rows),
        rows=[list(zip(reader.titles, row, strict=True)) for row in reader.cells(reading.rows[:SHOWN])],
        problems=reading.problems,
        skipped=reading.skipped,
        doubts=reader.doubts(page, mapping, file.source),
    )


@dataclass(frozen=True)
class Layout:
    """A page as a person sees it, to say what is what: (value, label) of sheets and columns."""

    sheets: list[tuple[str, str]]
    header: Header
    columns: list[tuple[int, str]]
    chosen: dict[str, int]
    rows: list[tuple[int, bool, list[str]]]  # number as a person counts, is it the header, cells


def layout(*, reader: Reader, file: MoneyFile) -> Layout:
    """Raises FileRefused."""
    book = files.open_book(file=file)
    page = files.page_of(file=file, book=book)
    header = files.header_of(file=file, page=page, words=reader.words)
    mapping = files.mapping_of(file=file)
    guessed = {name: column for column, name in header.mapping.items()}
    return Layout(
        sheets=_sheets(book),
        header=header,
        columns=[(x, _column(header, x)) for x in range(_width(page))],
        chosen=dict(mapping.columns) if mapping else guessed,
        rows=_first_rows(page, header),
    )


def _sheets(book: Book) -> list[tuple[str, str]]:
    return [(page.title[:60], page.title) for page in book.pages if page.grid]


def _width(page: Page) -> int:
    return max((len(row) for row in page.grid[: columns.WITHIN + SHOWN]), default=0)


def _column(header: Header, x: int) -> str:
    heading = header.headings[x] if x < len(header.headings) else ""
    return f"{get_column_letter(x + 1)} – {heading[:_CELL]}" if heading else get_column_letter(x + 1)


def _first_rows(page: Page, header: Header) -> list[tuple[int, bool, list[str]]]:
    last = header.row + header.height
    return [
        (y + 1, header.row <= y < last, [str(value)[:_CELL] for value in row])
        for y, row in enumerate(page.grid[: max(last + 6, 12)])
    ]
