"""PDF papers: fonts with Vietnamese marks, a few styles, one way to build a document."""

import io
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

REGULAR, BOLD = "BeVietnamPro-Regular", "BeVietnamPro-SemiBold"
INK, QUIET, LEAF, RED, LINE = (HexColor(c) for c in ("#1F2A24", "#55605A", "#1E5B43", "#B3261E", "#D9CFBB"))
PAGE = landscape(A4)
MARGIN = 15 * mm

Decorate = Callable[[Any, Any], None]  # draws on each page: (canvas, document)


@cache
def styles() -> dict[str, ParagraphStyle]:
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, settings.BASE_DIR / "static" / "fonts" / "ttf" / f"{name}.ttf"))
    text = ParagraphStyle("text", fontName=REGULAR, fontSize=10, leading=14, textColor=INK)
    return {
        "text": text,
        "bold": ParagraphStyle("bold", text, fontName=BOLD),
        "quiet": ParagraphStyle("quiet", text, fontSize=8.5, leading=12, textColor=QUIET),
        "title": ParagraphStyle("title", text, fontName=BOLD, fontSize=14, leading=19, alignment=TA_CENTER),
        "centred": ParagraphStyle("centred", text, alignment=TA_CENTER),
        "name": ParagraphStyle("name", text, fontName=BOLD, fontSize=24, leading=31, alignment=TA_CENTER),
        "alarm": ParagraphStyle("alarm", text, fontName=BOLD, textColor=RED),
        "mark": ParagraphStyle("mark", text, fontName=BOLD, textColor=RED, alignment=TA_CENTER),
    }


def paragraph(text: Any, style: str = "text") -> Paragraph:
    """A paragraph of plain text: nothing in it is markup."""
    return Paragraph(escape(str(text)), styles()[style])


def document(title: str, story: Sequence[Flowable], *, decorate: Decorate | None = None) -> bytes:
    """A PDF in A4, landscape."""
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out,
        pagesize=PAGE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title,
        lang="vi",
    )
    draw = decorate or _nothing
    paper.build(list(story), onFirstPage=draw, onLaterPages=draw)
    return out.getvalue()


def _nothing(canvas: Any, paper: Any) -> None:
    """Nothing beside the story."""
