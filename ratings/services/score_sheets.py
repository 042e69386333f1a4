"""Phiếu chấm: every member's card of one dossier, and all of them side by side, as PDF and xlsx."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from core.templatetags.market import moment
from ratings.exports import saved
from ratings.models import CouncilItem, Score, Scorecard
from ratings.selectors.council import Round
from ratings.services import papers
from ratings.wording import points, score, verdict

_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Sheets:
    item: CouncilItem
    rounds: list[Round]

    @property
    def title(self) -> str:
        dossier = self.item.dossier
        return _("Phiếu chấm: %(product)s (%(code)s)") % {
            "product": dossier.product.name,
            "code": dossier.code,
        }


def as_pdf(sheets: Sheets) -> bytes:
    """The matrix of each round first, then a page for each card."""
    story: list[Flowable] = []
    for found in sheets.rounds:
        story += _heading(sheets, _("TỔNG HỢP ĐIỂM, VÒNG %s") % found.number)
        widths = (1.6, 7, *([2.2] * len(found.cards)))
        story += [papers.table(_shown(_matrix(found)), widths=widths), Spacer(1, 3 * mm)]
        story += [papers.text(line) for line in _outcome(sheets, found)]
        story.append(PageBreak())
    cards = [(found, index) for found in sheets.rounds for index in range(len(found.cards))]
    for place, (found, index) in enumerate(cards):
        card = found.cards[index]
        story += _heading(sheets, _("PHIẾU CHẤM ĐIỂM, VÒNG %s") % found.number)
        story += [papers.text(_whose(card)), Spacer(1, 2 * mm)]
        story.append(papers.table(_shown(_card_rows(found, index)), widths=(1.6, 8, 7, 1.6, 8)))
        story += [Spacer(1, 3 * mm), *(papers.text(line) for line in _card_foot(card))]
        if place < len(cards) - 1:
            story.append(PageBreak())
    return papers.document(sheets.title, story, is_wide=True)


def _heading(sheets: Sheets, title: str) -> list[Flowable]:
    item, dossier = sheets.item, sheets.item.dossier
    version = dossier.criteria_set.version
    lines = [
        f"{dossier.product.name} · {dossier.product.producer.name} · {dossier.code}",
        f"{item.council.name} · {version.name} ({version.decision}) · {dossier.criteria_set.name}",
    ]
    if item.council.is_illustrative or dossier.is_illustrative:
        lines.append(_("Dữ liệu minh họa"))
    centred = [papers.text(line, papers.CENTRED) for line in lines]
    return [papers.text(title, papers.TITLE), *centred, Spacer(1, 4 * mm)]


def _matrix(found: Round) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Số"), _("Tiêu chí"), *(card.member.user for card in found.cards)]]
    for row in found.rows:
        rows.append([row.criterion.code, row.criterion.title, *(_given(given) for given in row.scores)])
    rows.append(["", _("Tổng điểm"), *(card.total for card in found.cards)])
    return rows


def _given(found: Score | None) -> Decimal | str:
    if found is None:
        return "–"
    if found.is_stopped:
        return _("LOẠI")
    return found.option.points if found.option else "–"


def _shown(rows: list[list[Any]]) -> list[list[Any]]:
    """Points as people write them; the sums of the last row with two decimals."""
    return [
        [write(cell) if isinstance(cell, Decimal) else cell for cell in row]
        for write, part in ((points, rows[:-1]), (score, rows[-1:]))
        for row in part
    ]


def _outcome(sheets: Sheets, found: Round) -> list[str]:
    lines = [
        _("%(who)s nêu điều kiện loại ở tiêu chí %(criterion)s: %(why)s")
        % {"who": stop.card.member.user, "criterion": stop.criterion, "why": stop.comment}
        for stop in found.stops
    ]
    if not found.stops:
        lines.append(
            _("Trung bình %(mean)s, chênh lệch %(spread)s.")
            % {"mean": score(found.outcome.score), "spread": score(found.outcome.spread)}
        )
    if found is sheets.rounds[-1]:
        lines.append(verdict(sheets.item))
    return lines


def _whose(card: Scorecard) -> str:
    title = f", {card.member.title}" if card.member.title else ""
    return f"{card.member.get_role_display()}: {card.member.user}{title}"


def _card_rows(found: Round, index: int) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Số"), _("Tiêu chí"), _("Lựa chọn"), _("Điểm"), _("Nhận xét, lý do")]]
    for row in found.rows:
        given = row.scores[index]
        chosen = given.option.label if given and given.option else ""
        if given and given.is_stopped:
            chosen = row.criterion.stop_rule
        comment = given.comment if given else ""
        rows.append([row.criterion.code, row.criterion.title, chosen, _given(given), comment])
    rows.append(["", _("Tổng điểm"), "", found.cards[index].total, ""])
    return rows


def _card_foot(card: Scorecard) -> list[str]:
    lines = [_("Nhận xét chung: %s") % card.comment] if card.comment else []
    return [*lines, _("Khóa phiếu lúc %s.") % moment(card.locked_at)]


def as_xlsx(sheets: Sheets) -> bytes:
    """One sheet for each round's matrix, one for each card."""
    file = openpyxl.Workbook()
    file.remove(file.active)
    for found in sheets.rounds:
        sheet = file.create_sheet(_("Tổng hợp vòng %s") % found.number)
        papers.fill(sheet, _matrix(found), (8, 44, *([16] * len(found.cards))), has_head=True)
        sheet.append([])
        papers.fill(sheet, [[line] for line in (sheets.title, *_outcome(sheets, found))])
    for found in sheets.rounds:
        for index, card in enumerate(found.cards):
            name = _NOT_IN_A_SHEET_NAME.sub(" ", f"V{found.number}.{index + 1} {card.member.user}")
            rows = _card_rows(found, index)
            papers.fill(file.create_sheet(name[:31].strip()), rows, (8, 44, 40, 10, 40), has_head=True)
    return saved(file)
