"""Lists of money as banks and carriers export them: which column is what, row by row.

A ``Vocabulary`` knows the headings of one kind of list. A ``Mapping`` says where the fields stand in
one shape of file: guessed, set right by a person, kept, and found again in the next file.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core import cells, headings
from core.cells import DateOrder, Decimal
from core.errors import FileRefused
from core.headings import Header
from core.spreadsheets import MAX_ROWS, Page
from core.text import fold

WITHIN = 40  # rows; an account's address, balances and notes stand above the header
_LONGEST_HEADING = 90
_SHOWN = 80  # characters of a wrong cell that are worth repeating
_WORDS = re.compile(r"[a-z0-9]+")
_PARTS = re.compile(r"[/|()\[\]]")
# "Tổng cộng:", "Cộng phát sinh/Total", "Số dư đầu kỳ", but not "Tổng công ty …" or "Cộng đồng …".
_CLOSING = re.compile(
    r"(?:(?:tong|cong|total)"
    r"(?: (?:cong|so|phat sinh|ngay|thang|trang|doanh so|no|co|tien|gd|giao dich|amount|debit|credit))*"
    r"|so du (?:dau|cuoi|truoc|chuyen|hien|tai|mang)\b.*|(?:opening|closing|beginning|ending) balance.*)"
    r"\s*(?:[:/(|-].*)?"
)

Row = TypeVar("Row")


@dataclass(frozen=True)
class Mapping:
    """``columns``: field → column, from 0. ``first_row``: where the data begin, from 0.

    ``shape`` is that of the header, the same for files of the same kind.
    """

    columns: ReadOnly[str, int]
    first_row: int
    shape: str = ""
    date_order: DateOrder = "dmy"
    decimal: Decimal = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: ReadOnly[str, Any]) -> "Mapping":
        return cls(**kept)


@dataclass(frozen=True)
class Vocabulary:
    """``headings``: field → folded headings that mean it, the readiest first. ``labels`` for people.

    ``required``: of each group, one field must be there. ``dates`` and ``amounts`` are the fields that
    tell how the file writes them; a date that is merged downwards holds for all rows beside it.
    """

    headings: ReadOnly[str, tuple[str, ...]]
    labels: ReadOnly[str, Any]
    required: tuple[tuple[str, ...], ...]
    dates: tuple[str, ...]
    amounts: tuple[str, ...]

    @cached_property
    def _ranks(self) -> dict[str, tuple[str, int]]:
        return {
            heading: (name, rank)
            for name, known in self.headings.items()
            for rank, heading in enumerate(known)
        }

    def meaning(self, heading: str) -> tuple[str, int] | None:
        """A heading as a whole, one side of "Có/Credit", or the longest known words within it.

        One word alone, like "có", counts only where nothing else stands beside it.
        """
        if len(heading) > _LONGEST_HEADING:
            return None
        folded = fold(heading)
        whole = _plain(folded)
        for part in (whole, *map(_plain, _PARTS.split(folded))):
            if found := self._ranks.get(part):
                return found
        within = [known for known in self._ranks if " " in known and f" {known} " in f" {whole} "]
        return self._ranks[max(within, key=len)] if within else None

    def missing(self, found: ReadOnly[str, int]) -> list[str]:
        """Labels of the required fields that no column has."""
        return [
            " / ".join(str(self.labels[name]) for name in group)
            for group in self.required
            if not any(name in found for name in group)
        ]


@dataclass(frozen=True)
class Problem:
    """A row that is not read: where (``line`` as a person counts), what stood there, what to do."""

    line: int
    column: str  # "cột D (Ghi có)", "" for the row as a whole
    found: str
    remedy: str

    def __str__(self) -> str:
        place = f"{_('Dòng %s') % self.line}, {self.column}" if self.column else _("Dòng %s") % self.line
        return f"{place}: “{self.found}” – {self.remedy}"


@dataclass(frozen=True)
class Skipped:
    """A row that is no transaction: a total, a balance carried over, a signature."""

    line: int
    text: str


@dataclass(frozen=True)
class Reading(Generic[Row]):
    """Every row of the list that is not blank is in one of the three; headings alone are left out."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Line:
    """One row: field → text or date, "" where nothing stands or no column has it."""

    number: int
    values: ReadOnly[str, Any]
    text: str
    _mapping: Mapping = field(repr=False)
    _labels: ReadOnly[str, Any] = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name, "")

    def shown(self, name: str) -> str:
        return cells.text(self[name])

    def amount(self, name: str) -> int | None:
        """Đồng. Raises Unreadable."""
        try:
            return cells.amount(self[name], self._mapping.decimal)
        except cells.BadValue as error:
            raise self.unreadable(name, error.remedy) from error

    def unreadable(self, name: str, remedy: str) -> "Unreadable":
        """The problem with one cell, or with the row where ``name`` is ""."""
        found = self.shown(name) if name else self.text
        return Unreadable(Problem(self.number, self._place(name), found[:_SHOWN], remedy))

    def _place(self, name: str) -> str:
        column = self._mapping.columns.get(name)
        if column is None:
            return str(self._labels.get(name, ""))
        return _("cột %(letter)s (%(label)s)") % {
            "letter": get_column_letter(column + 1),
            "label": self._labels[name],
        }

    @property
    def is_closing(self) -> bool:
        """Is some cell the name of a total or of a balance carried over?"""
        return any(is_closing(part) for part in self.text.split(" | "))


class Unreadable(Exception):
    """Raised while one row is read; holds its Problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def is_closing(text: str) -> bool:
    return bool(_CLOSING.fullmatch(fold(text)))


def header_of(page: Page, vocabulary: Vocabulary) -> Header:
    """The likeliest header among the first rows; its second row, if any, holds no dates."""
    header = headings.guess(page, vocabulary.meaning, within=WITHIN)
    if header.height == 2 and any(_is_date(value) for value in page.grid[header.row + 1]):
        return headings.at(page, header.row, 1, vocabulary.meaning)
    return header


def guess(page: Page, vocabulary: Vocabulary) -> Mapping | None:
    """Where the fields stand, by the words of the header; None where a required one is missing."""
    header = header_of(page, vocabulary)
    columns = {name: column for column, name in header.mapping.items()}
    return None if vocabulary.missing(columns) else chosen(page, header, columns, vocabulary)


def chosen(page: Page, header: Header, columns: ReadOnly[str, int], vocabulary: Vocabulary) -> Mapping:
    """The columns that a person says, below a header; how dates and amounts are written shows itself."""
    mapping = Mapping(columns, header.row + header.height, header.shape)
    return replace(
        mapping,
        date_order=cells.order_of(_values(page, mapping, vocabulary.dates)),
        decimal=cells.decimal_of(_values(page, mapping, vocabulary.amounts)),
    )


def fit(page: Page, mapping: Mapping, vocabulary: Vocabulary) -> Mapping | None:
    """A kept mapping on another file: the same headings, in whichever row they stand there."""
    for row in range(min(WITHIN, len(page.grid))):
        for height in (1, 2):
            if headings.at(page, row, height, vocabulary.meaning).shape == mapping.shape:
                return replace(mapping, first_row=row + height)
    return None


def why_not(page: Page, vocabulary: Vocabulary) -> FileRefused:
    """What to tell where ``guess`` found nothing: what is missing, what was found, what to do."""
    header = header_of(page, vocabulary)
    missing = vocabulary.missing({name: column for column, name in header.mapping.items()})
    found = [heading for heading in header.headings if heading]
    if any(mark in heading for heading in found for mark in ("Ã", "á»", "Ä‘", "Æ°")):
        return FileRefused(
            _("Chữ trong tệp đã hỏng mã, ví dụ “%s”. Hãy tải lại tệp gốc từ ngân hàng, đừng mở rồi lưu lại.")
            % found[0][:40]
        )
    return FileRefused(
        _(
            "Không thấy cột %(missing)s trong %(within)s dòng đầu. Dòng gần đúng nhất có: %(found)s. "
            "Hãy tự chọn cột, hoặc tải lại tệp gốc."
        )
        % {
            "missing": ", ".join(f"“{label}”" for label in missing),
            "within": WITHIN,
            "found": ", ".join(f"“{text[:40]}”" for text in found[:12]) or _("(không có gì)"),
        },
        data={"missing": missing, "found": found[:40]},
    )


def lines(page: Page, mapping: Mapping, vocabulary: Vocabulary) -> Iterator[Line]:
    """The rows below the header, without blank ones, repeated headers and rows of column numbers.

    Raises FileRefused for a list that is too long: its end was not even read.
    """
    if len(page.grid) - mapping.first_row > MAX_ROWS:
        raise FileRefused(_("Tệp có hơn 20.000 dòng. Hãy xuất từng khoảng ngày ngắn hơn."))
    for y in range(mapping.first_row, len(page.grid)):
        values = {
            name: _value(page, y, x, spread=name in vocabulary.dates) for name, x in mapping.columns.items()
        }
        shown = [str(value) for value in page.grid[y] if value != ""]
        if shown and not _is_numbering(shown) and not _is_header(values, vocabulary):
            yield Line(y + 1, values, " | ".join(shown), mapping, vocabulary.labels)


def _value(page: Page, y: int, x: int, *, spread: bool) -> Any:
    """A merged cell counts once; only where ``spread`` does it hold for the rows below, too."""
    top, left = page.merged.get((y, x), (y, x))
    if (top, left) == (y, x) or (spread and left == x):
        return page.at(top, left)
    return ""


def _values(page: Page, mapping: Mapping, names: tuple[str, ...]) -> list[Any]:
    found = [mapping.columns[name] for name in names if name in mapping.columns]
    return [page.at(y, x) for y in range(mapping.first_row, len(page.grid)) for x in found]


def _is_date(value: Any) -> bool:
    try:
        return bool(cells.moment(value))
    except cells.BadValue:
        return False


def _is_numbering(shown: list[str]) -> bool:
    """The row "(1) (2) (3)" that some print under the header."""
    return len(shown) >= 3 and [text.strip("()") for text in shown] == [
        str(i) for i in range(1, len(shown) + 1)
    ]


def _is_header(values: ReadOnly[str, Any], vocabulary: Vocabulary) -> bool:
    """Printed again on a new page, or in a second language below the first."""
    if any(char.isdigit() for name in vocabulary.amounts for char in str(values.get(name, ""))):
        return False
    known = [vocabulary.meaning(str(value)) for value in values.values() if value != ""]
    named = [found for found in known if found]
    return len(named) >= 3 and len(named) * 2 > len(known)


def _plain(folded: str) -> str:
    return " ".join(_WORDS.findall(folded))
