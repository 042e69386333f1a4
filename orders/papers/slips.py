"""The packing slip (phiếu đóng gói): what goes into the box, to tick while packing, and left in it."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)

from core import papers
from core.money import format_vnd
from core.templatetags.market import moment, number
from orders.papers import marks

MARGIN = 12 * mm

TITLE = ParagraphStyle("slip-title", papers.STRONG, fontSize=15, leading=20)
RIGHT = ParagraphStyle("slip-right", papers.SMALL, alignment=TA_RIGHT)


@dataclass(frozen=True)
class SlipLine:
    name: str
    pack: str  # "chai 500 ml"
    quantity: int
    unit_price: int = 0
    total: int = 0
    lot: str = ""


@dataclass(frozen=True)
class PackingSlip:
    """One parcel. ``order_url`` is ASCII. A gift has ``show_prices`` off: no sum stands anywhere on it."""

    code: str
    producer_name: str
    recipient_name: str
    recipient_place: str
    placed_at: dt.datetime
    order_url: str
    lines: Sequence[SlipLine]
    buyer_note: str = ""
    show_prices: bool = True
    is_illustrative: bool = False


def packing_slip_pdf(slips: Sequence[PackingSlip], *, on_a4: bool = False) -> bytes:
    """Each slip begins a page of A5, or A4. Raises ValueError when there is none."""
    if not slips:
        raise ValueError("no slip to print")
    size = A4 if on_a4 else A5
    papers.load_fonts()
    stream = io.BytesIO()
    book = BaseDocTemplate(stream, pagesize=size, title=_("Phiếu đóng gói"), lang="vi")
    story: list[Flowable] = []
    for number_of_slip, slip in enumerate(slips):
        page = str(number_of_slip)
        book.addPageTemplates(PageTemplate(page, [_frame(size)], onPage=_decorate(slip)))
        story += [NextPageTemplate(page), PageBreak()] if story else []
        story += _story(slip)
    book.build(story)
    return stream.getvalue()


def _frame(size: tuple[float, float]) -> Frame:
    width, height = size
    foot = 16 * mm
    return Frame(
        MARGIN,
        foot,
        width - 2 * MARGIN,
        height - MARGIN - foot,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )


def _decorate(slip: PackingSlip) -> papers.Decorate:
    """Loose pages on a packing table: each says whose it is, and slips are numbered on their own."""
    number_page = papers.number_pages(_("Phiếu đóng gói %s") % slip.code, margin=MARGIN)

    def draw(canvas: Any, page: Any) -> None:
        number_page(canvas, page)
        if slip.is_illustrative:
            width, height = page.pagesize
            marks.illustrative(canvas, at=(width / 2, height / 2), size=40)

    return draw


def _story(slip: PackingSlip) -> list[Flowable]:
    head = [
        papers.text(_("Phiếu đóng gói"), TITLE),
        papers.text(slip.code, TITLE),
        papers.text(slip.producer_name, papers.STRONG),
        papers.text(_("Gửi: %s") % slip.recipient_name, papers.SMALL),
        papers.text(slip.recipient_place, papers.SMALL),
        papers.text(_("Đặt lúc %s") % moment(slip.placed_at), papers.QUIETLY),
    ]
    note = [papers.text(_("Lời nhắn của người mua: %s") % slip.buyer_note)] if slip.buyer_note else []
    pieces = sum(line.quantity for line in slip.lines)
    counted = _("Tất cả %(lines)s loại, %(pieces)s món.")
    count = papers.text(counted % {"lines": len(slip.lines), "pieces": number(pieces)}, papers.STRONG)
    return [
        papers.columns(head, [marks.order_page(slip.order_url, 28 * mm)], widths=(70, 30)),
        Spacer(1, 3 * mm),
        *note,
        Spacer(1, 2 * mm),
        _table(slip),
        Spacer(1, 3 * mm),
        count,
    ]


def _table(slip: PackingSlip) -> Flowable:
    """Quantity before the name: that is what the eye looks for while packing."""
    heads = [_("Số lượng"), _("Sản phẩm"), _("Quy cách")]
    widths: list[float] = [12, 44, 22]
    if slip.show_prices:
        heads += [_("Thành tiền")]
        widths += [20]
    rows: list[list[Any]] = [[*heads, _("Đã xếp")]]
    for line in slip.lines:
        name = f"{line.name}\n{_('Lô %s') % line.lot}" if line.lot else line.name
        price = [papers.text(format_vnd(line.total), RIGHT)] if slip.show_prices else []
        rows.append([number(line.quantity), name, line.pack, *price, marks.TickBox()])
    return papers.table(rows, widths=[*widths, 11])
