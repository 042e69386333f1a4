"""The list of a decision as offices file it: spreadsheet, text document, PDF."""

from dataclasses import dataclass
from typing import Any

import docx
import openpyxl
from django.utils.translation import gettext as _
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from core.cells import safe
from ratings.exports import saved
from ratings.models import RatingDecision
from ratings.services import papers

WIDTHS = (12, 62, 55, 66, 18, 20, 34)  # mm of the seven columns on A4, landscape


@dataclass(frozen=True)
class Appendix:
    """Title lines, what must not be overlooked ("" for nothing), headings and rows of seven cells."""

    titles: list[str]
    mark: str
    headings: list[str]
    rows: list[list[Any]]  # TT, product, producer, address, Decimal | None, stars, note


def of(*, decision: RatingDecision) -> Appendix:
    marks = [
        _("DỰ THẢO, CHƯA CÓ HIỆU LỰC") if decision.status != "signed" else "",
        _("DỮ LIỆU MINH HỌA") if decision.is_illustrative else "",
    ]
    headings = [
        _("TT"),
        _("Tên sản phẩm"),
        _("Tên chủ thể"),
        _("Địa chỉ"),
        _("Điểm"),
        _("Hạng sao"),
        _("Ghi chú"),
    ]
    columns = ("position", "product_name", "producer_name", "address", "score", "stars", "note")
    return Appendix(
        titles=_titles(decision),
        mark=" · ".join(mark for mark in marks if mark),
        headings=headings,
        rows=[[getattr(line, column) for column in columns] for line in decision.lines.all()],
    )


def _titles(decision: RatingDecision) -> list[str]:
    if decision.kind == RatingDecision.Kind.REVOCATION:
        name = _("Danh sách sản phẩm OCOP bị thu hồi công nhận")
    else:
        name = _("Danh sách sản phẩm OCOP được công nhận")
    titles = [_("PHỤ LỤC"), f"{name} {decision.round_name}".strip()]
    if day := decision.decided_on:
        head = _("(Kèm theo Quyết định số %(number)s ngày %(day)s tháng %(month)s năm %(year)s của %(who)s)")
        titles.append(
            head
            % {
                "number": decision.number,
                "day": f"{day:%d}",
                "month": f"{day:%m}",
                "year": day.year,
                "who": decision.authority,
            }
        )
    if decision.reason:
        titles.append(_("Lý do: %s") % decision.reason)
    return titles


def as_xlsx(*, decision: RatingDecision) -> bytes:
    appendix = of(decision=decision)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _("Phụ lục")
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for text in [*appendix.titles, appendix.mark]:
        sheet.append([safe(text)])
        row = sheet.max_row
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(WIDTHS))
        sheet.cell(row, 1).font = Font(bold=row != 3)
        sheet.cell(row, 1).alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.append(appendix.headings)
    head = sheet.max_row
    for values in appendix.rows:
        sheet.append([safe(value) for value in values])
    edge = Side(style="thin")
    for cells in sheet.iter_rows(min_row=head, max_col=len(WIDTHS)):
        for cell in cells:
            cell.border = Border(edge, edge, edge, edge)
            in_middle = cell.row == head or cell.column in (1, 5, 6)
            cell.alignment = Alignment(
                horizontal="center" if in_middle else None, vertical="center", wrap_text=True
            )
            cell.font = Font(bold=cell.row == head)
            if cell.column == 5:
                cell.number_format = "0.00"
    for column, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width / 2
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.print_title_rows = f"{head}:{head}"
    return saved(book)


def as_docx(*, decision: RatingDecision) -> bytes:
    appendix = of(decision=decision)
    paper = docx.Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    for number, text in enumerate([*appendix.titles, appendix.mark], start=1):
        if text:
            line = paper.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.paragraph_format.space_after = Pt(4)
            run = line.add_run(text)
            run.bold, run.italic = number != 3, number == 3
    table = paper.add_table(rows=0, cols=len(WIDTHS), style="Table Grid")
    table.autofit = False
    for values in [appendix.headings, *(_printed(row) for row in appendix.rows)]:
        is_head = not table.rows
        row = table.add_row()
        for index, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            cell.width = Mm(WIDTHS[index])
            cell.text = ""
            cell.paragraphs[0].add_run(str(value)).bold = is_head
            if is_head or index in (0, 4, 5):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        if is_head:  # repeated on each page
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return saved(paper)


def as_pdf(*, decision: RatingDecision) -> bytes:
    appendix = of(decision=decision)
    story: list[Any] = [
        papers.text(text, papers.TITLE if number <= 2 else papers.CENTRED)
        for number, text in enumerate(appendix.titles, start=1)
    ]
    if appendix.mark:
        story.append(papers.text(appendix.mark, papers.MARK))
    rows = [appendix.headings, *(_printed(row) for row in appendix.rows)]
    table = papers.table(rows, widths=WIDTHS, style=papers.TEXT)
    return papers.document(appendix.titles[1], [*story, Spacer(1, 5 * mm), table], is_wide=True)


FORMATS = {
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (as_pdf, "application/pdf"),
}


def _printed(row: list[Any]) -> list[str]:
    """Cells as they are read: points with a decimal comma, blanks as nothing."""
    *front, score, stars, note = row
    points = "" if score is None else f"{score:.2f}".replace(".", ",")
    return [*map(str, front), points, _("%s sao") % stars if stars else "", note]
