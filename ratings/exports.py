"""The register as a file that a spreadsheet opens as it is."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.cells import safe
from core.templatetags.market import day
from ratings.wording import Entry

MAX_ROWS = 20_000


def headings() -> list[str]:
    return [
        _("Số trong sổ"),
        _("Tên sản phẩm"),
        _("Chủ thể"),
        _("Địa chỉ theo nguồn"),
        _("Địa danh hiện nay"),
        _("Tỉnh khi công nhận"),
        _("Hạng sao"),
        _("Điểm"),
        _("Căn cứ"),
        _("Số quyết định"),
        _("Ngày ký"),
        _("Năm công nhận"),
        _("Cơ quan"),
        _("Có giá trị đến hết ngày (tính theo 36 tháng)"),
        _("Tình trạng"),
        _("Giải thích"),
        _("Bộ sản phẩm"),
        _("Nguồn"),
        _("Dữ liệu minh họa"),
    ]


def cells(entry: Entry) -> list[Any]:
    row, decision = entry.certificate, entry.certificate.decision
    product_set = row.product.product_set
    values: list[Any] = [
        row.number,
        row.product_name,
        row.producer_name,
        row.address_as_written,
        entry.place_now,
        decision.province_at_award,
        row.stars,
        row.score,
        row.get_basis_display(),
        decision.number,
        entry.decided_text,
        decision.award_year,
        decision.authority,
        day(row.valid_until),
        entry.label,
        entry.detail,
        product_set.name if product_set else "",
        row.source_url,
        _("minh họa") if decision.is_illustrative else "",
    ]
    return [safe(value) for value in values]


def as_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """Lines as they come; the mark in front lets Excel see that it is UTF-8."""
    line = io.StringIO()
    writer = csv.writer(line)

    def written(values: list[Any]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow(values)
        return line.getvalue()

    yield "\ufeff" + written(headings())
    for entry in entries:
        yield written(cells(entry))


def as_xlsx(entries: Iterable[Entry]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Sổ công nhận"))
    sheet.freeze_panes = "C2"
    for index, width in enumerate(
        (16, 34, 34, 34, 34, 16, 9, 8, 24, 16, 12, 10, 26, 18, 20, 34, 28, 40, 12), 1
    ):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append(headings())
    for entry in entries:
        sheet.append(cells(entry))
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook (or of a text document: both save themselves into a stream)."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
