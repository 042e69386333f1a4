"""Papers of the market: PDF with Vietnamese letters inside, a few styles, numbered pages; worksheets."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Table

from core import papers
from core.cells import safe
from core.papers import (
    BOLD,
    CENTRED,
    CENTRED_STRONG,
    LEAF,
    LINE,
    QUIET,
    QUIETLY,
    RED,
    STRONG,
    TEXT,
    Decorate,
    columns,
    table,
    text,
)

__all__ = [
    "BOLD",
    "CENTRED",
    "CENTRED_STRONG",
    "LEAF",
    "LINE",
    "QUIET",
    "QUIETLY",
    "RED",
    "STRONG",
    "TEXT",
    "columns",
    "document",
    "fill",
    "letter_head",
    "table",
    "text",
]

WIDE = landscape(A4)

TITLE = ParagraphStyle("title", CENTRED_STRONG, fontSize=15, leading=21, spaceBefore=14, spaceAfter=2)
NAME = ParagraphStyle("name", CENTRED_STRONG, fontSize=24, leading=31)
ALARM = ParagraphStyle("alarm", STRONG, textColor=RED)
MARK = ParagraphStyle("mark", CENTRED_STRONG, textColor=RED)
HEADING = ParagraphStyle("heading", STRONG, fontSize=11.5, leading=16, spaceBefore=12, spaceAfter=5)


def letter_head(*office: str) -> Table:
    """Office on the left, the country's name and motto on the right."""
    country = [
        text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", CENTRED_STRONG),
        text("Độc lập - Tự do - Hạnh phúc", CENTRED_STRONG),
    ]
    return columns([text(line, CENTRED_STRONG) for line in office], country)


def document(
    title: str, story: Sequence[Flowable], *, is_wide: bool = False, decorate: Decorate | None = None
) -> bytes:
    """An A4 file, upright or ``is_wide``, its pages numbered; or decorated instead."""
    return papers.document(title, story, pagesize=WIDE if is_wide else A4, decorate=decorate)


def fill(
    sheet: Any, rows: Sequence[Sequence[Any]], widths: Sequence[float] = (), *, has_head: bool = False
) -> None:
    """Rows into an openpyxl worksheet; a heading row stays in sight, and long words wrap."""
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row in rows:
        sheet.append([safe(_plain(cell)) for cell in row])
    if not has_head:
        return
    sheet.freeze_panes = "A2"
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)


def _plain(value: Any) -> Any:
    """Numbers stay numbers; everything else is written as people read it."""
    return value if value is None or isinstance(value, int | float | Decimal) else str(value)
