"""The label on a parcel (tem giao hàng), 100 × 150 mm: what a driver must read at arm's length is large."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from reportlab.graphics import renderPDF
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepInFrame

from core import papers
from core.money import format_vnd
from core.templatetags.market import phone as spoken
from orders.carriers.base import Place
from orders.papers import marks

WIDTH, HEIGHT = PAGE = 100 * mm, 150 * mm
EDGE = 4 * mm
INNER = WIDTH - 2 * EDGE

SMALL = ParagraphStyle("label-small", papers.TEXT, fontSize=8, leading=10.5)
PLAIN = ParagraphStyle("label", papers.TEXT, fontSize=10, leading=13)
STRONG = ParagraphStyle("label-strong", PLAIN, fontName=papers.BOLD)
NAME = ParagraphStyle("label-name", STRONG, fontSize=14, leading=17.5)
PLACE = ParagraphStyle("label-place", STRONG, fontSize=15, leading=18.5)
CODE = ParagraphStyle("label-code", STRONG, fontSize=13, leading=16, alignment=TA_CENTER)
SUM = ParagraphStyle("label-sum", STRONG, fontSize=21, leading=26)


@dataclass(frozen=True)
class Label:
    """One parcel. ``hide_phone`` leaves the last three digits to be seen; drivers have the rest."""

    code: str  # the sub-order's, ASCII
    sender: Place
    recipient: Place
    carrier_name: str
    cod_amount: int
    weight_g: int
    tracking_code: str = ""
    contents: str = ""
    note: str = ""
    may_look: bool = True
    hide_phone: bool = False
    is_illustrative: bool = False


def label_pdf(labels: Sequence[Label]) -> bytes:
    """One page for each label. Raises ValueError when there is none."""
    if not labels:
        raise ValueError("no label to print")
    papers.load_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=PAGE, lang="vi")
    canvas.setTitle(_("Tem giao hàng"))
    for label in labels:
        _draw(canvas, label)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def masked(phone: str) -> str:
    """ "+84912345678" → "•••• ••• 678"."""
    return f"•••• ••• {phone[-3:]}"


def _draw(canvas: Canvas, label: Label) -> None:
    """From top to bottom in boxes of fixed height, so that a long name never pushes a sum off the page."""
    boxes = (
        (12 * mm, _carrier(label)),
        (23 * mm, _codes(label)),
        (15 * mm, _sender(label)),
        (45 * mm, _recipient(label)),
    )
    top = HEIGHT - EDGE
    for height, story in boxes:
        _box(canvas, EDGE, top - height, INNER, height, story)
        top -= height
        canvas.setStrokeColor(papers.LINE)
        canvas.line(EDGE, top, WIDTH - EDGE, top)
    side = 29 * mm
    _box(canvas, EDGE, top - side, INNER - side, side, _sum(label))
    _box(canvas, EDGE, EDGE, INNER, top - side - EDGE, _details(label))
    renderPDF.draw(marks.qr(label.code, side), canvas, WIDTH - EDGE - side, top - side)
    canvas.setStrokeColor(papers.INK)
    canvas.setLineWidth(1.2)
    canvas.roundRect(EDGE / 2, EDGE / 2, WIDTH - EDGE, HEIGHT - EDGE, 2 * mm)
    if label.is_illustrative:
        marks.illustrative(canvas, at=(WIDTH / 2, HEIGHT / 2), size=30)


def _box(canvas: Canvas, x: float, y: float, width: float, height: float, story: Sequence[Flowable]) -> None:
    """The story from the box's top, drawn smaller when it would not fit."""
    pad = 1.2 * mm
    frame = KeepInFrame(width - 2 * pad, height - 2 * pad, list(story), mode="shrink")
    _width, used = frame.wrapOn(canvas, width - 2 * pad, height - 2 * pad)
    frame.drawOn(canvas, x + pad, y + height - pad - used)


def _carrier(label: Label) -> list[Flowable]:
    tracking = _("Mã vận đơn: %s") % label.tracking_code if label.tracking_code else ""
    return [papers.text(label.carrier_name, NAME), papers.text(tracking, SMALL)]


def _codes(label: Label) -> list[Flowable]:
    bars = marks.bars(label.code, width=INNER - 3 * mm, height=14 * mm)
    bars.hAlign = "CENTER"
    return [bars, papers.text(label.code, CODE)]


def _sender(label: Label) -> list[Flowable]:
    place = label.sender
    return [
        papers.text(_("Người gửi: %s") % place.name, STRONG),
        papers.text(f"{spoken(place.phone)} · {place.one_line}", SMALL),
    ]


def _recipient(label: Label) -> list[Flowable]:
    place = label.recipient
    phone = masked(place.phone) if label.hide_phone else spoken(place.phone)
    return [
        papers.text(_("Người nhận"), SMALL),
        papers.text(place.name, NAME),
        papers.text(phone, NAME),
        papers.text(place.address_line, PLAIN),
        papers.text(place.commune, PLACE),
        papers.text(place.province, PLACE),
    ]


def _sum(label: Label) -> list[Flowable]:
    """In a box of its own: what a driver collects is never small because somebody wrote a long note."""
    if label.cod_amount:
        money = [papers.text(_("Thu hộ (COD)"), SMALL), papers.text(format_vnd(label.cod_amount), SUM)]
    else:
        money = [papers.text(_("KHÔNG THU TIỀN"), NAME), papers.text(_("Người mua đã trả đủ."), SMALL)]
    look = _("CHO XEM HÀNG") if label.may_look else _("KHÔNG CHO XEM HÀNG")
    weight = _("Khối lượng: %s kg") % kilograms(label.weight_g)
    return [*money, papers.text(look, STRONG), papers.text(weight, PLAIN)]


def _details(label: Label) -> list[Flowable]:
    lines = (
        _("Ghi chú: %s") % _short(label.note) if label.note else "",
        _("Hàng: %s") % _short(label.contents) if label.contents else "",
    )
    return [papers.text(line, SMALL) for line in lines if line]


def _short(words: str, most: int = 110) -> str:
    """The packing slip has the rest."""
    return words if len(words) <= most else f"{words[:most].rstrip()}…"


def kilograms(grams: int) -> str:
    """1250 → "1,25"."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",")
