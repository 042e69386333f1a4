"""What scanners and pens look for: QR codes, bar codes, boxes to tick; and the mark of invented data."""

from typing import Any

from django.utils.translation import gettext as _
from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from core import papers

UNDER_QR = ParagraphStyle("under-qr", papers.QUIETLY, alignment=TA_CENTER)
QUIET_ZONE = 10  # modules of white on either side of a Code 128
MODULE = 0.5 * mm  # the widest bar that is drawn: scanners at hand take 0.25 mm and more


def qr(content: str, size: float) -> Any:
    """A drawing with its quiet zone of four modules inside. ASCII only: decoders disagree on more."""
    return createBarcodeDrawing("QR", value=content, barLevel="M", width=size, height=size)


def order_page(url: str, size: float) -> Table:
    """The QR of the order's page with a word under it."""
    bare = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
    bare += [("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
    words = papers.text(_("Quét để xem đơn"), UNDER_QR)
    return Table([[qr(url, size)], [words]], colWidths=[size], style=bare)


def bars(content: str, *, width: float, height: float) -> Any:
    """Code 128 with its quiet zone, as wide as there is room for. ASCII only."""
    thin = createBarcodeDrawing("Code128", value=content, barWidth=1, barHeight=height, quiet=0).width
    module = min(MODULE, width / (thin + 2 * QUIET_ZONE))
    return createBarcodeDrawing(
        "Code128",
        value=content,
        barWidth=module,
        barHeight=height,
        quiet=1,
        lquiet=QUIET_ZONE * module,
        rquiet=QUIET_ZONE * module,
    )


class TickBox(Flowable):
    """An empty square for a pen."""

    side = 4 * mm

    def wrap(self, *_available: float) -> tuple[float, float]:
        return self.side, self.side

    def draw(self) -> None:
        self.canv.setStrokeColor(papers.INK)
        self.canv.rect(0, 0, self.side, self.side)


def illustrative(canvas: Any, *, at: tuple[float, float], size: float) -> None:
    """Across a page with people and sums that were made up for showing the market."""
    canvas.saveState()
    canvas.translate(*at)
    canvas.rotate(30)
    canvas.setFillColor(papers.RED, alpha=0.13)
    canvas.setFont(papers.BOLD, size)
    canvas.drawCentredString(0, 0, _("DỮ LIỆU MINH HỌA"))
    canvas.restoreState()
