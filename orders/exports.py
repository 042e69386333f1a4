"""A list of parcels as a file: CSV or xlsx, one parcel a row; no text in it runs as a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from accounts import phones
from core.cells import safe
from core.templatetags.market import moment
from orders.models import SubOrder

_WIDTHS = (16, 17, 18, 22, 14, 44, 44, 14, 12, 14, 14, 14, 14, 18, 20, 30)


def _headings() -> list[str]:
    return [
        _("Mã kiện"),
        _("Đặt lúc"),
        _("Trạng thái"),
        _("Người nhận"),
        _("Điện thoại"),
        _("Nơi nhận"),
        _("Hàng"),
        _("Tiền hàng (đ)"),
        _("Phí giao (đ)"),
        _("Bạn giảm (đ)"),
        _("Sàn giảm (đ)"),
        _("Tổng cộng (đ)"),
        _("Thu hộ (đ)"),
        _("Đơn vị vận chuyển"),
        _("Mã vận đơn"),
        _("Ghi chú"),
    ]


def _cells(row: SubOrder) -> list[Any]:
    order, shipment = row.order, getattr(row, "shipment", None)
    where = row.pickup_point.name if row.pickup_point else order.address_line
    values = [
        row.code,
        moment(order.placed_at),
        row.get_status_display(),
        order.recipient,
        phones.national(order.phone),
        ", ".join(filter(None, (where, order.commune.name, order.province.name))),
        "; ".join(f"{line.quantity} × {line.product_name} ({line.variant_name})" for line in row.lines.all()),
        row.goods_total,
        row.shipping_fee,
        row.producer_discount,
        row.market_discount,
        row.total,
        row.to_collect,
        shipment.carrier_name if shipment else "",
        shipment.tracking_code if shipment else "",
        order.note,
    ]
    return [safe(value) for value in values]


def as_csv(rows: Iterable[SubOrder]) -> bytes:
    """UTF-8 with the mark by which Excel sees that."""
    stream = io.StringIO()
    csv.writer(stream).writerows([_headings(), *map(_cells, rows)])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[SubOrder]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = _("Đơn hàng")
    sheet.append(_headings())
    for row in rows:
        sheet.append(_cells(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
