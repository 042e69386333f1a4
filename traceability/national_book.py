"""The ten items as a workbook: a row for each lot, and the stages on a sheet of their own."""

from collections.abc import Iterable
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core.cells import safe
from traceability.national import ITEMS, Form

_WIDTHS = (30, 40, 30, 40, 12, 14, 44, 24, 16, 30, 30)


def write(forms: Iterable[Form], file: IO[bytes]) -> None:
    """Row by row: a lot is forgotten when it is written."""
    book = openpyxl.Workbook(write_only=True)
    lots, stages = book.create_sheet(_("Lô")), book.create_sheet(_("Công đoạn"))
    for column, width in enumerate(_WIDTHS):
        lots.column_dimensions["ABCDEFGHIJK"[column]].width = width
    lots.append(
        _bold(lots, [*(f"{number}. {name}" for number, (_key, name) in ITEMS.items()), _("Còn thiếu")])
    )
    stages.append(
        _bold(
            stages,
            [_("Mã truy xuất của lô"), _("Công đoạn"), _("Mã sản phẩm"), _("Mã địa điểm"), _("Thời gian")],
        )
    )
    for form in forms:
        count = _("%(count)s công đoạn") % {"count": len(form.stages)}
        values = {**form.values, 5: count}
        missing = ", ".join(str(ITEMS[number][1]) for number in form.missing)
        lots.append([*(safe(values[number]) for number in ITEMS), missing])
        for stage in form.stages:
            row = (form.values[7], stage.name, stage.product_code, stage.location_code, stage.time)
            stages.append([safe(value) for value in row])
    book.save(file)


def _bold(sheet: Any, texts: list[str]) -> list[WriteOnlyCell]:
    cells = [WriteOnlyCell(sheet, value=str(text)) for text in texts]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells
