"""Papers as PDF with Vietnamese letters inside: one face, a few styles, ruled tables, numbered pages."""

import io
import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

FONT, BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
INK, QUIET, LINE, SAND, LEAF, RED = (
    colors.HexColor(code) for code in ("#1f2a24", "#55605a", "#8b8471", "#f1eadb", "#1e5b43", "#b3261e")
)
MARGIN = 18 * mm

Decorate = Callable[[Any, Any], None]  # draws beside the story on each page: (canvas, document)

TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=8.5, leading=12)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
CENTRED = ParagraphStyle("centred", TEXT, alignment=TA_CENTER)
CENTRED_STRONG = ParagraphStyle("centred-strong", CENTRED, fontName=BOLD)
QUIETLY = ParagraphStyle("quietly", SMALL, textColor=QUIET)


@cache
def load_fonts() -> None:
    """Call before drawing on a bare canvas; everything in this module does so itself."""
    folder = settings.BASE_DIR / "static/fonts/ttf"
    pdfmetrics.registerFont(TTFont(FONT, folder / "BeVietnamPro-Regular.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, folder / "BeVietnamPro-SemiBold.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def text(words: Any, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of plain words: what looks like markup is shown as it is, line breaks stay."""
    load_fonts()
    return Paragraph(escape(str(words)).replace("\n", "<br/>"), style)


def table(rows: Sequence[Sequence[Any]], *, widths: Sequence[float], style: ParagraphStyle = SMALL) -> Table:
    """Ruled, with a heading row that comes back on every page. Widths in shares of the line."""
    load_fonts()
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


def columns(*cells: Sequence[Flowable], widths: Sequence[float] = ()) -> Table:
    """Side by side without rules: letter heads, signatures. Widths in shares of the line, else equal."""
    shares = widths or [1] * len(cells)
    found = Table([list(cells)], colWidths=[f"{100 * share / sum(shares):.3f}%" for share in shares])
    found.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return found


def document(
    title: str,
    story: Sequence[Flowable],
    *,
    pagesize: tuple[float, float] = A4,
    margin: float = MARGIN,
    decorate: Decorate | None = None,
) -> bytes:
    """A file of pages of this size with their numbers at the foot; or decorated instead."""
    load_fonts()
    draw = decorate or number_pages(title, margin=margin)
    stream = io.BytesIO()
    SimpleDocTemplate(
        stream,
        pagesize=pagesize,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin - 2 * mm,
        bottomMargin=max(margin, 16 * mm),
        title=title,
        lang="vi",
    ).build(list(story), onFirstPage=draw, onLaterPages=draw)
    return stream.getvalue()


def number_pages(title: str, *, margin: float = MARGIN) -> Decorate:
    """The title and "Trang 1" at the foot, counted from the first page that this draws on."""
    pages = itertools.count(1)

    def draw(canvas: Any, page: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.drawString(margin, 9 * mm, title[:110])
        canvas.drawRightString(page.pagesize[0] - margin, 9 * mm, _("Trang %s") % next(pages))
        canvas.restoreState()

    return draw
