"""Papers of the market: PDF with Vietnamese letters inside, a few styles, numbered pages; worksheets."""

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from core.cells import safe

FONT, BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
INK, QUIET, LINE, SAND, LEAF, RED = (
    colors.HexColor(code) for code in ("#1f2a24", "#55605a", "#8b8471", "#f1eadb", "#1e5b43", "#b3261e")
)
MARGIN = 18 * mm
WIDE = landscape(A4)

Decorate = Callable[[Any, Any], None]  # draws beside the story on each page: (canvas, document)

TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=8.5, leading=12)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
CENTRED = ParagraphStyle("centred", TEXT, alignment=TA_CENTER)
CENTRED_STRONG = ParagraphStyle("centred-strong", CENTRED, fontName=BOLD)
TITLE = ParagraphStyle("title", CENTRED_STRONG, fontSize=15, leading=21, spaceBefore=14, spaceAfter=2)
NAME = ParagraphStyle("name", CENTRED_STRONG, fontSize=24, leading=31)
QUIETLY = ParagraphStyle("quietly", SMALL, textColor=QUIET)
ALARM = ParagraphStyle("alarm", STRONG, textColor=RED)
MARK = ParagraphStyle("mark", CENTRED_STRONG, textColor=RED)
HEADING = ParagraphStyle("heading", STRONG, fontSize=11.5, leading=16, spaceBefore=12, spaceAfter=5)


@cache
def _fonts() -> None:
    folder = settings.BASE_DIR / "static/fonts/ttf"
    pdfmetrics.registerFont(TTFont(FONT, folder / "BeVietnamPro-Regular.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, folder / "BeVietnamPro-SemiBold.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def text(words: Any, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of plain words: what looks like markup is shown as it is, line breaks stay."""
    _fonts()
    return Paragraph(escape(str(words)).replace("\n", "<br/>"), style)


def table(rows: Sequence[Sequence[Any]], *, widths: Sequence[float], style: ParagraphStyle = SMALL) -> Table:
    """Ruled, with a heading row that comes back on every page. Widths in shares of the line."""
    _fonts()
    head = ParagraphStyle("head", style, fontName=BOLD)
    cells = [
        [cell if isinstance(cell, Flowable) else text(cell, style if number else head) for cell in row]
        for number, row in enumerate(rows)
    ]
    found = Table(cells, colWidths=[f"{100 * width / sum(widths):.3f}%" for width in widths], repeatRows=1)
    found.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), SAND),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    return found


def columns(*cells: Sequence[Flowable]) -> Table:
    """Side by side without rules: letter heads, signatures."""
    found = Table([list(cells)], colWidths=[f"{100 / len(cells):.3f}%"] * len(cells))
    found.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return found


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
    _fonts()
    draw = decorate or _number(title)
    stream = io.BytesIO()
    SimpleDocTemplate(
        stream,
        pagesize=WIDE if is_wide else A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        lang="vi",
    ).build(list(story), onFirstPage=draw, onLaterPages=draw)
    return stream.getvalue()


def _number(title: str) -> Decorate:
    def draw(canvas: Any, page: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, 9 * mm, title[:110])
        canvas.drawRightString(page.pagesize[0] - MARGIN, 9 * mm, _("Trang %s") % page.page)
        canvas.restoreState()

    return draw


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
