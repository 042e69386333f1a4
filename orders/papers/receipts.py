"""The receipt (biên nhận) of an order. It is no invoice and says so: sellers issue invoices themselves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from core import papers
from core.money import format_vnd
from core.templatetags.market import moment, number, phone
from orders.papers import marks

TITLE = ParagraphStyle("receipt-title", papers.STRONG, fontSize=17, leading=23)
RIGHT = ParagraphStyle("receipt-right", papers.SMALL, alignment=TA_RIGHT)
SUM = ParagraphStyle("receipt-sum", papers.TEXT, alignment=TA_RIGHT)
TOTAL = ParagraphStyle("receipt-total", papers.STRONG, fontSize=13, leading=18, alignment=TA_RIGHT)
SELLER = ParagraphStyle(
    "receipt-seller", papers.STRONG, fontSize=11.5, leading=16, spaceBefore=8, keepWithNext=1
)
RIGHT_HEAD = ParagraphStyle("receipt-right-head", RIGHT, fontName=papers.BOLD)


@dataclass(frozen=True)
class ReceiptLine:
    """``discount`` is the vouchers' share of this line, whoever bears it."""

    name: str
    pack: str
    quantity: int
    unit_price: int
    discount: int = 0

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class ReceiptPart:
    """One producer's parcel. ``tax_code`` is "" for who has none; ``state`` is said in words."""

    code: str
    producer_name: str
    producer_address: str
    lines: Sequence[ReceiptLine]
    tax_code: str = ""
    producer_phone: str = ""
    shipping_fee: int = 0
    state: str = ""

    @property
    def goods(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def discount(self) -> int:
        return sum(line.discount for line in self.lines)

    @property
    def total(self) -> int:
        return self.goods + self.shipping_fee - self.discount


@dataclass(frozen=True)
class Receipt:
    """An order with its parts. Sums are counted from the lines, so the paper cannot contradict itself."""

    code: str
    placed_at: dt.datetime
    buyer_name: str
    buyer_phone: str
    buyer_address: str
    payment_method: str  # in words
    payment_state: str  # in words: "Đã trả 215.000 ₫ ngày 22/11/2026"
    order_url: str  # ASCII
    issued_at: dt.datetime
    parts: Sequence[ReceiptPart]
    refunded: int = 0
    is_illustrative: bool = False

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)


def receipt_pdf(receipt: Receipt) -> bytes:
    """A4, as many pages as the lines need."""
    title = _("Biên nhận %s") % receipt.code
    number_page = papers.number_pages(title)

    def decorate(canvas: Any, page: Any) -> None:
        number_page(canvas, page)
        if receipt.is_illustrative:
            width, height = page.pagesize
            marks.illustrative(canvas, at=(width / 2, height / 2), size=56)

    story = [_head(receipt), Spacer(1, 3 * mm)]
    for part in receipt.parts:
        story += _part(part)
    return papers.document(title, [*story, *_foot(receipt)], decorate=decorate)


def _head(receipt: Receipt) -> Flowable:
    left = [
        papers.text(_("Biên nhận đơn hàng %s") % receipt.code, TITLE),
        papers.text(_("Đặt lúc %s") % moment(receipt.placed_at), papers.QUIETLY),
        papers.text(f"{receipt.buyer_name} · {phone(receipt.buyer_phone)}", papers.STRONG),
        papers.text(receipt.buyer_address),
    ]
    return papers.columns(left, [marks.order_page(receipt.order_url, 30 * mm)], widths=(77, 23))


def _part(part: ReceiptPart) -> list[Flowable]:
    tax = _("Mã số thuế: %s") % part.tax_code if part.tax_code else ""
    about = " · ".join(filter(None, (part.producer_address, phone(part.producer_phone), tax)))
    sums: Sequence[str] = (_("Số lượng"), _("Đơn giá"), _("Giảm"), _("Thành tiền"))
    rows: list[list[Any]] = [
        [_("Sản phẩm"), _("Quy cách"), *(papers.text(words, RIGHT_HEAD) for words in sums)]
    ]
    for line in part.lines:
        sums = (
            number(line.quantity),
            format_vnd(line.unit_price),
            _less(line.discount),
            format_vnd(line.total),
        )
        rows.append([line.name, line.pack, *(papers.text(words, RIGHT) for words in sums)])
    return [
        papers.text(_("Người bán: %s") % part.producer_name, SELLER),
        papers.text(about, papers.SMALL),
        papers.text(" · ".join(filter(None, (_("Kiện %s") % part.code, part.state))), papers.QUIETLY),
        Spacer(1, 1.5 * mm),
        papers.table(rows, widths=(34, 16, 12, 16, 14, 20)),
        Spacer(1, 1 * mm),
        sum_table(part.goods, part.shipping_fee, part.discount, _("Cộng kiện này"), part.total, SUM),
    ]


def _foot(receipt: Receipt) -> list[Flowable]:
    goods = sum(part.goods for part in receipt.parts)
    fees = sum(part.shipping_fee for part in receipt.parts)
    less = sum(part.discount for part in receipt.parts)
    refunded = [papers.text(_("Đã hoàn: %s") % format_vnd(receipt.refunded))] if receipt.refunded else []
    disclaimer = _("Biên nhận này không phải là hóa đơn. Cần hóa đơn, xin liên hệ từng người bán nêu trên.")
    return [
        Spacer(1, 4 * mm),
        papers.text(_("Cả đơn"), SELLER),
        sum_table(goods, fees, less, _("Tổng cộng"), receipt.total, TOTAL),
        Spacer(1, 2 * mm),
        papers.text(_("Cách trả tiền: %s") % receipt.payment_method),
        papers.text(_("Tình trạng: %s") % receipt.payment_state, papers.STRONG),
        *refunded,
        Spacer(1, 4 * mm),
        papers.text(disclaimer, papers.STRONG),
        papers.text(_("In lúc %s") % moment(receipt.issued_at), papers.QUIETLY),
    ]


def sum_table(goods: int, fee: int, less: int, words: str, total: int, style: ParagraphStyle) -> Flowable:
    """Goods, fee, discount and what comes of them, at the right."""
    rows = [(_("Tiền hàng"), format_vnd(goods)), (_("Phí giao"), format_vnd(fee))]
    rows += [(_("Giảm giá"), _less(less))] if less else []
    cells = [[papers.text(label, SUM), papers.text(amount, SUM)] for label, amount in rows]
    cells.append([papers.text(words, style), papers.text(format_vnd(total), style)])
    return Table(
        cells,
        colWidths=["65%", "35%"],
        style=[
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("LINEABOVE", (1, -1), (1, -1), 0.7, papers.INK),
        ],
    )


def _less(discount: int) -> str:
    return f"−{format_vnd(discount)}" if discount else ""
