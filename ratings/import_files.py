"""Files of an import: the rows with errors given back, and the template to fill in."""

from collections.abc import Sequence
from typing import Any

import openpyxl
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.cells import safe
from core.models import Province
from ratings.exports import saved
from ratings.models import ImportBatch
from ratings.services import import_batches
from ratings.services.headers import FIELDS
from ratings.services.matching import ERROR

TEMPLATE_NAME = "Mẫu nhập OCOP.xlsx"
_LEAF, _PALE = PatternFill("solid", fgColor="1E5B43"), PatternFill("solid", fgColor="F1EADB")
_EXAMPLE_ROWS = 2_000  # that have the drop-downs
_TEMPLATE = (
    "ordinal", "name", "subject", "subject_kind", "address", "commune", "province", "phone", "score",
    "stars", "decision_no", "decision_date", "expires", "source_url",
)  # fmt: skip
_WIDTHS = (7, 34, 34, 20, 34, 22, 18, 16, 9, 10, 20, 16, 16, 34)


def errors(batch: ImportBatch) -> bytes:
    """The rows that were refused, in the file's own columns, and why. Raises FileRefused."""
    page = import_batches.page_of(batch=batch, book=(book := import_batches.open_book(batch=batch)))
    header = import_batches.header_of(batch=batch, page=page)
    pages = {each.title[:60]: each for each in book.pages}
    rows = list(batch.rows.filter(outcome=ERROR))
    mapped = set(header.mapping.values())
    # What section rows said has no column of its own.
    further = [name for name in FIELDS if name not in mapped and any(row.raw.get(name) for row in rows)]
    out = openpyxl.Workbook(write_only=True)
    sheet = out.create_sheet(_("Dòng lỗi"))
    with translation.override("vi"):  # as the template's: the corrected file is handed in again
        added = [str(FIELDS[name]) for name in further]
    sheet.append([*map(safe, header.headings), *added, _("Lỗi")])
    for row in rows:
        origin = pages.get(row.sheet, page)
        cells = [
            row.raw.get(header.mapping[x], "") if x in header.mapping else origin.at(row.row_number - 1, x)
            for x in range(len(header.headings))
        ]
        sheet.append([safe(v) for v in (*cells, *(row.raw.get(name, "") for name in further), row.message)])
    return saved(out)


@translation.override("vi")
def template() -> bytes:
    """An empty list with drop-downs, an example that is not imported, and instructions.

    Vietnamese whatever the office reads: only Vietnamese headings are recognised when it comes back.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _("Danh sách")
    sheet.append([_("DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN")])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([_("Cột có dấu * phải điền. Xem trang Hướng dẫn.")])
    sheet.append(
        [f"{FIELDS[name]} *" if name in ("name", "stars") else str(FIELDS[name]) for name in _TEMPLATE]
    )
    sheet.append(
        [
            _("Ví dụ"), "Mật ong hoa cà phê", "HTX Nông nghiệp Ví Dụ", "HTX",
            "Thôn 2, xã Duy Sơn, huyện Duy Xuyên",
            "", "Đà Nẵng", "0905 123 456", "72,5", "4 sao", "12/QĐ-UBND", "15/10/2025", "", "",
        ]
    )  # fmt: skip
    for cell, width in zip(sheet[3], _WIDTHS, strict=True):
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _LEAF
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(cell.column)].width = width
    for cell in sheet[4]:
        cell.font, cell.fill = Font(italic=True, color="55605A"), _PALE
    for column in ("phone", "decision_date", "expires"):  # texts, so that no zero is lost
        letter = get_column_letter(_TEMPLATE.index(column) + 1)
        for y in range(5, 205):
            sheet[f"{letter}{y}"].number_format = "@"
    sheet.freeze_panes = "C4"
    provinces = list(Province.objects.order_by("sort_key").values_list("short_name", flat=True))
    _lists(book, provinces)
    _drop_down(sheet, "stars", '"3 sao,4 sao,5 sao"')
    _drop_down(sheet, "subject_kind", '"HTX,Tổ hợp tác,Doanh nghiệp,Hộ kinh doanh,Cơ sở,Cá nhân"')
    _drop_down(sheet, "province", f"'{_('Danh mục')}'!$A$2:$A${len(provinces) + 1}")
    _instructions(book)
    return saved(book)


def _drop_down(sheet: Any, column: str, source: str) -> None:
    choice = DataValidation(type="list", formula1=source, allow_blank=True)
    choice.error, choice.errorTitle = _("Chọn một giá trị trong danh sách."), _("Chưa đúng")
    sheet.add_data_validation(choice)
    letter = get_column_letter(_TEMPLATE.index(column) + 1)
    choice.add(f"{letter}4:{letter}{_EXAMPLE_ROWS}")


def _lists(book: Any, provinces: Sequence[str]) -> None:
    sheet = book.create_sheet(_("Danh mục"))
    sheet.append([_("Tỉnh, thành phố hiện nay")])
    for name in provinces:
        sheet.append([name])
    sheet.sheet_state = "hidden"


def _instructions(book: Any) -> None:
    sheet = book.create_sheet(_("Hướng dẫn"))
    sheet.column_dimensions["A"].width = 100
    for text in (
        _("1. Mỗi dòng là một sản phẩm của một quyết định; công nhận nhiều lần thì ghi nhiều dòng."),
        _("2. Dòng ví dụ có chữ “Ví dụ” ở cột TT, không được nhập; có thể để nguyên hoặc xóa."),
        _("3. Hạng sao: 3, 4 hoặc 5. Ngày: ngày/tháng/năm; không rõ ngày thì ghi tháng/năm hoặc năm."),
        _("4. Thời hạn để trống: hệ thống tính 36 tháng từ ngày quyết định."),
        _("5. Địa chỉ ghi theo nguồn, kể cả tên huyện cũ; hệ thống tìm xã, phường hiện nay."),
        _("6. Có thể dùng tệp của đơn vị mình: tải lên rồi chọn cột tương ứng, không cần chép sang mẫu này."),
        _("7. Nhập lại cùng một danh sách không làm thay đổi gì."),
    ):
        sheet.append([text])
        sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True)
