"""The reconciliation of cash on delivery as a workbook."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import clock
from core.cells import safe
from core.templatetags.market import moment
from orders import carriers
from payments.models import CodCollection, RemittanceRow
from payments.selectors.cod import Account, Reconciliation
from payments.states import CodStatus


def as_xlsx(*, page: Reconciliation, carrier: str) -> bytes:
    """Sums by carrier and producer, what is on its way parcel by parcel, and all differences."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    _sheet(book, _("Theo đơn vị"), _headings(), map(_sums, [*page.carriers.values(), page.total]))
    _sheet(book, _("Theo chủ thể"), _headings(), map(_sums, page.producers))
    _sheet(book, _("Đang trên đường"), _parcel_headings(), map(_parcel, _on_the_way(carrier)))
    _sheet(book, _("Chênh lệch"), _row_headings(), map(_row, _differences(carrier)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _headings() -> list[str]:
    return [
        _("Tên"),
        _("Số kiện đã thu"),
        _("Đã thu"),
        _("Đã về"),
        _("Đã xóa chênh lệch"),
        _("Đang trên đường"),
        _("Trong đó quá hạn"),
        _("Phí vận chuyển"),
        _("Dòng chờ xử lý"),
    ]


def _sums(one: Account) -> list[Any]:
    return [
        one.name or _("Tổng cộng"),
        one.parcels,
        one.collected,
        one.remitted,
        one.written_off,
        one.in_transit,
        one.overdue,
        one.fees,
        one.waiting,
    ]


def _parcel_headings() -> list[str]:
    return [_("Mã kiện"), _("Đơn vị"), _("Mã vận đơn"), _("Chủ thể"), _("Đã thu"), _("Thu lúc"), _("Số ngày")]


def _on_the_way(carrier: str) -> Iterable[CodCollection]:
    rows = CodCollection.objects.by_carriers().filter(status=CodStatus.COLLECTED)
    rows = rows.filter(carrier=carrier) if carrier else rows
    return rows.select_related("producer").order_by("collected_at", "pk")


def _parcel(one: CodCollection) -> list[Any]:
    days = (clock.now() - one.collected_at).days if one.collected_at else ""
    return [
        one.reference,
        carriers.name_of(one.carrier),
        one.tracking_code,
        one.producer.name,
        one.amount,
        moment(one.collected_at),
        days,
    ]


def _row_headings() -> list[str]:
    return [
        _("Mã kiện"),
        _("Mã vận đơn"),
        _("Đơn vị"),
        _("Chủ thể"),
        _("Kết quả"),
        _("Phải thu"),
        _("Bảng ghi đã thu"),
        _("Phí"),
        _("Đã xóa"),
        _("Cách xử lý"),
        _("Tệp"),
        _("Dòng"),
    ]


def _differences(carrier: str) -> Iterable[RemittanceRow]:
    rows = RemittanceRow.objects.exclude(outcome="matched").select_related("file", "producer", "collection")
    return (rows.filter(file__source=carrier) if carrier else rows).order_by("pk")


def _row(one: RemittanceRow) -> list[Any]:
    return [
        one.parcel_code,
        one.tracking_code,
        carriers.name_of(one.file.source),
        one.producer.name if one.producer else "",
        one.get_outcome_display(),
        one.collection.amount if one.collection else "",
        one.collected,
        one.fee,
        one.difference,
        one.resolution,
        one.file.name,
        one.line,
    ]


def _sheet(book: Any, title: str, headings: list[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(headings)
    for values in rows:
        sheet.append([safe(value) for value in values])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(cell.column)].width = max(14, len(str(cell.value)) + 4)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.number_format = "#,##0" if isinstance(cell.value, int) else "@"
    sheet.freeze_panes = "B2"
