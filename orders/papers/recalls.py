"""A recall on paper: whom to call as a spreadsheet, and the report as PDF."""

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from core import papers
from core.cells import safe
from core.money import format_vnd
from core.templatetags.market import day, moment, number, phone
from orders.models import RecallNotice
from orders.selectors.recalls import Progress, Told
from orders.templatetags.entries import lasted

_WIDTHS = (28, 16, 30, 44, 10, 20, 18, 40)


def call_rows(notices: Iterable[RecallNotice]) -> list[list[Any]]:
    """One buyer a row, under a heading."""
    rows: list[list[Any]] = [
        [
            _("Người mua"),
            _("Điện thoại"),
            _("Kiện"),
            _("Lô"),
            _("Số gói"),
            _("Đã báo"),
            _("Lúc"),
            _("Ghi chú"),
        ]
    ]
    for notice in notices:
        parts = list(notice.parts.all())
        rows.append(
            [
                notice.name,
                phone(notice.phone),
                ", ".join(dict.fromkeys(part.sub_order.code for part in parts)),
                "; ".join(dict.fromkeys(f"{part.lot.product.name}, {part.lot.code}" for part in parts)),
                sum(part.units for part in parts),
                notice.get_told_by_display() or _("chưa báo"),
                moment(notice.told_at) if notice.told_at else "",
                notice.note,
            ]
        )
    return rows


def calls_xlsx(notices: Iterable[RecallNotice]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = _("Người mua phải báo")
    for row in call_rows(notices):
        sheet.append([safe(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def report_pdf(progress: Progress, history: Iterable[Told], *, printed_at: dt.datetime) -> bytes:
    """All figures, the lots, what was done when, and the closing words."""
    recall = progress.recall
    title = _("Báo cáo thu hồi %s") % recall.code
    kind = _("Diễn tập") if recall.is_mock else _("Thu hồi thật")
    story: list[Flowable] = [
        papers.text(title, papers.CENTRED_STRONG),
        papers.text(f"{recall.producer.name} · {kind} · {recall.get_status_display()}", papers.CENTRED),
        Spacer(1, 4 * mm),
        *_words(_("Mức"), recall.get_level_display()),
        *_words(_("Lý do"), recall.reason),
        *_words(_("Người mua cần làm"), recall.instruction),
        papers.table(
            [
                [_("Lô"), _("Sản phẩm"), _("Ngày sản xuất"), _("Làm ra"), _("Đã gửi"), _("Đang giữ")],
                *(
                    [
                        lot.code,
                        lot.product.name,
                        day(lot.produced_on),
                        number(lot.quantity),
                        number(lot.sent),
                        number(lot.held),
                    ]
                    for lot in progress.reach.lots
                ),
            ],
            widths=(18, 34, 16, 12, 12, 12),
        ),
        Spacer(1, 4 * mm),
        papers.table([[_("Số liệu"), ""], *figures(progress)], widths=(60, 40)),
        Spacer(1, 4 * mm),
        papers.table(
            [
                [_("Lúc"), _("Việc"), _("Ai"), _("Lý do")],
                *([moment(x.at), x.label, x.who or _("Sàn"), x.why] for x in history),
            ],
            widths=(20, 34, 24, 30),
        ),
        Spacer(1, 4 * mm),
        *_words(_("Báo cáo kết thúc"), recall.report or _("Đợt thu hồi chưa kết thúc.")),
        papers.text(_("In lúc %s") % moment(printed_at), papers.QUIETLY),
    ]
    return papers.document(title, story)


def figures(progress: Progress) -> list[list[str]]:
    """Name and figure, as the page and the report show them."""
    found = [
        (_("Người mua tìm thấy"), number(progress.buyers)),
        (_("Đã báo bằng thư"), number(progress.by_mail)),
        (_("Đã gọi điện"), number(progress.called)),
        (_("Chưa báo được"), number(progress.unreached)),
        (_("Gói làm ra"), number(progress.reach.made)),
        (_("Gói đã gửi trước khi thu hồi"), number(progress.sent)),
        (_("Gói đã về"), number(progress.returned)),
        (_("Gói được hoàn tiền"), f"{number(progress.refunded_units)} ({format_vnd(progress.refunded)})"),
        (_("Gói đang giữ trong kho"), number(progress.reach.held)),
        (_("Gói đã tiêu hủy"), number(progress.destroyed)),
        (_("Gói còn ở ngoài"), number(progress.outside)),
        (_("Ngừng bán sau khi mở"), _("không ngừng") if progress.recall.is_mock else _("cùng lúc")),
        (_("Tìm xong người mua sau"), lasted(progress.found_after)),
        (_("Báo xong người mua sau"), lasted(progress.told_after)),
    ]
    return [[str(name), str(figure)] for name, figure in found]


def _words(label: str, words: str) -> list[Flowable]:
    return [papers.text(label, papers.STRONG), papers.text(words), Spacer(1, 2 * mm)]
