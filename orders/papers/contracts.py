"""The contract of a remote sale, to keep: both sides, the goods as the page described them, the terms.

The buyer must be able to download it (Luật 19/2023/QH15, Đ.38).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from core import papers
from core.money import format_vnd
from core.templatetags.market import moment, number, phone
from orders.papers import marks
from orders.papers.receipts import RIGHT, RIGHT_HEAD, SELLER, SUM, TITLE, ReceiptPart, sum_table


@dataclass(frozen=True)
class ContractLine:
    """Beside the line of the receipt: its star in words, and (name, words) from the label."""

    star: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ContractPart:
    """One seller. ``lines`` go with those of ``about``."""

    about: ReceiptPart
    kind: str
    representative: str
    way: str
    lines: Sequence[ContractLine]


@dataclass(frozen=True)
class Contract:
    code: str
    placed_at: dt.datetime
    buyer_name: str
    buyer_phone: str
    buyer_address: str
    parts: Sequence[ContractPart]
    payment_method: str
    payment_state: str
    terms: Sequence[str]
    total: int
    is_illustrative: bool = False


def contract_pdf(contract: Contract) -> bytes:
    """A4, as many pages as it needs."""
    title = _("Hợp đồng mua bán %s") % contract.code
    number_page = papers.number_pages(title)

    def decorate(canvas: Any, page: Any) -> None:
        number_page(canvas, page)
        if contract.is_illustrative:
            width, height = page.pagesize
            marks.illustrative(canvas, at=(width / 2, height / 2), size=56)

    story = [
        papers.text(_("Hợp đồng mua bán từ xa"), TITLE),
        papers.text(
            _("Đơn hàng %(code)s, đặt lúc %(when)s")
            % {"code": contract.code, "when": moment(contract.placed_at)},
            papers.QUIETLY,
        ),
        papers.text(_("Bên mua: %s") % contract.buyer_name, SELLER),
        papers.text(f"{phone(contract.buyer_phone)} · {contract.buyer_address}", papers.SMALL),
    ]
    for part in contract.parts:
        story += _part(part)
    return papers.document(title, [*story, *_terms(contract)], decorate=decorate)


def _part(part: ContractPart) -> list[Flowable]:
    about = part.about
    facts = (
        part.kind,
        _("Mã số thuế: %s") % about.tax_code if about.tax_code else "",
        _("Người đại diện: %s") % part.representative if part.representative else "",
        about.producer_address,
        phone(about.producer_phone),
    )
    heads = (_("Đơn giá"), _("Số lượng"), _("Giảm"), _("Thành tiền"))
    rows: list[list[Any]] = [[_("Hàng"), *(papers.text(words, RIGHT_HEAD) for words in heads)]]
    for line, more in zip(about.lines, part.lines, strict=True):
        told = [
            f"{line.name}, {line.pack}",
            more.star,
            *(f"{name}: {words}" for name, words in more.facts),
        ]
        figures = (
            format_vnd(line.unit_price),
            number(line.quantity),
            f"−{format_vnd(line.discount)}" if line.discount else "",
            format_vnd(line.total),
        )
        rows.append(
            ["\n".join(filter(None, told)), *(papers.text(words, RIGHT) for words in figures)],
        )
    return [
        papers.text(_("Bên bán: %s") % about.producer_name, SELLER),
        papers.text(" · ".join(filter(None, facts)), papers.SMALL),
        papers.text(
            " · ".join((_("Kiện %s") % about.code, part.way, about.state)),
            papers.QUIETLY,
        ),
        Spacer(1, 1.5 * mm),
        papers.table(rows, widths=(50, 15, 11, 14, 17)),
        Spacer(1, 1 * mm),
        sum_table(about.goods, about.shipping_fee, about.discount, _("Cộng kiện này"), about.total, SUM),
    ]


def _terms(contract: Contract) -> list[Flowable]:
    numbered = [papers.text(f"{n}. {words}") for n, words in enumerate(contract.terms, 1)]
    return [
        papers.text(_("Tổng cộng: %s") % format_vnd(contract.total), SELLER),
        papers.text(_("Cách trả tiền: %s") % contract.payment_method),
        papers.text(_("Tình trạng: %s") % contract.payment_state),
        papers.text(_("Điều khoản"), SELLER),
        *numbered,
    ]
