"""A recognition on paper, with a QR that leads to the page telling what it is worth today."""

import datetime as dt
import io
import math
from typing import Any

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, Spacer, Table

from core.templatetags.market import day
from ratings.models import Basis
from ratings.services import papers
from ratings.states import Standing
from ratings.wording import Entry

GOLD = HexColor("#E0A526")
PLATE = 13 * mm  # height of the plate that the stars stand on
EDGE = 8 * mm  # from the sheet's edge to the frame


def has_paper(entry: Entry) -> bool:
    """Only stars given by a decision are printed; what is merely told has no paper."""
    return entry.certificate.basis == Basis.DECISION and bool(entry.certificate.stars)


def as_pdf(entry: Entry, *, on: dt.date) -> bytes:
    """One page. The national OCOP mark is not drawn: its use is granted, not taken."""
    row = entry.certificate
    url = settings.SITE_URL + reverse("ratings:certificate", args=[row.number])
    footer = _("Bản điện tử in từ sổ công nhận ngày %(day)s; không thay giấy chứng nhận do cơ quan cấp.")
    side = [_qr(url), papers.text(_("Quét để xem tình trạng hôm nay"), papers.QUIETLY)]
    story = [
        Spacer(1, 3 * mm),
        papers.text(_("CÔNG NHẬN SẢN PHẨM OCOP"), papers.TITLE),
        papers.text(_("Số trong sổ công nhận: %s") % row.number, papers.CENTRED),
        Spacer(1, 7 * mm),
        papers.text(row.product_name, papers.NAME),
        Spacer(1, 2 * mm),
        papers.text(row.producer_name, papers.CENTRED),
        papers.text(row.address_as_written or entry.place_now, papers.CENTRED),
        Spacer(1, 6 * mm),
        Stars(row.stars or 0, is_live=entry.standing == Standing.LIVE),
        Spacer(1, 8 * mm),
        Table(
            [[_facts(entry, on), side]],
            colWidths=[200 * mm, 46 * mm],
            style=[("VALIGN", (0, 0), (-1, -1), "TOP")],
        ),
        Spacer(1, 4 * mm),
        papers.text(footer % {"day": day(on)}, papers.QUIETLY),
        papers.text(url, papers.QUIETLY),
    ]

    def decorate(canvas: Any, paper: Any) -> None:
        width, height = papers.WIDE
        canvas.setStrokeColor(papers.LEAF)
        for inset, line in ((EDGE, 1.5), (EDGE + 1.5 * mm, 0.5)):
            canvas.setLineWidth(line)
            canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
        if row.decision.is_illustrative:
            _watermark(canvas, _("DỮ LIỆU MINH HỌA"))

    return papers.document(_("Công nhận OCOP %s") % row.number, story, is_wide=True, decorate=decorate)


class Stars(Flowable):
    """A dark plate with "4 sao" drawn and written, grey when the star is not live."""

    def __init__(self, stars: int, *, is_live: bool) -> None:
        super().__init__()
        self.count, self.is_live = stars, is_live
        self.text = _("OCOP %s sao") % stars

    def wrap(self, *available: float) -> tuple[float, float]:
        self.room = available[0]
        return available[0], PLATE

    def draw(self) -> None:
        width, canvas = 92 * mm, self.canv
        left = (self.room - width) / 2
        canvas.setFillColor(papers.LEAF if self.is_live else papers.QUIET)
        canvas.roundRect(left, 0, width, PLATE, 3 * mm, stroke=0, fill=1)
        canvas.setFillColor(GOLD if self.is_live else papers.LINE)
        for index in range(self.count):
            _star(canvas, left + (10 + index * 8.5) * mm, PLATE / 2, 3.8 * mm)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.setFont(papers.BOLD, 15)
        canvas.drawRightString(left + width - 6 * mm, PLATE / 2 - 1.8 * mm, self.text)


def _facts(entry: Entry, on: dt.date) -> Table:
    row, decision = entry.certificate, entry.certificate.decision
    number = decision.number or _("nguồn không nêu số")
    decided = f"{number}, {entry.decided_text}" if entry.decided_text else number
    if entry.standing == Standing.REVOKED:
        validity = ""  # the last line says what became of it
    elif row.valid_until:
        validity = _("đến hết ngày %s") % day(row.valid_until)
    elif row.expiry_earliest:
        facts = {"from": day(row.expiry_earliest), "to": day(row.expiry_latest)}
        validity = _("hết hạn trong khoảng %(from)s – %(to)s") % facts
    else:
        validity = _("chưa tính được")
    points = "" if row.score is None else f"{row.score:.2f}".replace(".", ",")
    lines = [
        (_("Theo quyết định"), decided, papers.STRONG),
        (_("Cơ quan"), decision.authority, papers.TEXT),
        (_("Điểm"), points, papers.TEXT),
        (_("Có giá trị"), validity, papers.STRONG),
        (
            _("Tình trạng ngày %s") % day(on),
            entry.headline,
            papers.TEXT if entry.standing == Standing.LIVE else papers.ALARM,
        ),
    ]
    return Table(
        [
            [papers.text(label, papers.QUIETLY), papers.text(words, style)]
            for label, words, style in lines
            if words
        ],
        colWidths=[48 * mm, 146 * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, -2), 0.5, papers.LINE),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ],
    )


def _qr(content: str) -> Image:
    out = io.BytesIO()
    qrcode.make(content, border=2).save(out, "PNG")
    out.seek(0)
    return Image(out, width=40 * mm, height=40 * mm, hAlign="LEFT")


def _star(canvas: Any, x: float, y: float, radius: float) -> None:
    path = canvas.beginPath()
    for point in range(10):
        reach = radius if point % 2 == 0 else radius * 0.45
        angle = math.pi / 2 + point * math.pi / 5
        place = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        (path.lineTo if point else path.moveTo)(*place)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _watermark(canvas: Any, text: str) -> None:
    width, height = papers.WIDE
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(30)
    canvas.setFillColor(papers.RED, alpha=0.13)
    canvas.setFont(papers.BOLD, 62)
    canvas.drawCentredString(0, -20, text)
    canvas.restoreState()
