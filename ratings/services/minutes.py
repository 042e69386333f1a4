"""Biên bản: the minutes of a session as PDF and xlsx."""

from collections.abc import Iterator
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from core.models import StatusChange
from core.templatetags.market import day, moment
from ratings.exports import saved
from ratings.selectors.minutes import Heard, HeardRound, Minutes
from ratings.services import papers
from ratings.states import ItemStatus
from ratings.wording import score, verdict


def _title(book: Minutes) -> str:
    return _("Biên bản họp hội đồng: %s") % book.council.name


def as_pdf(book: Minutes) -> bytes:
    council = book.council
    story: list[Flowable] = [
        papers.letter_head(_("HỘI ĐỒNG ĐÁNH GIÁ, PHÂN HẠNG SẢN PHẨM OCOP"), council.province.name),
        papers.text(_("BIÊN BẢN HỌP HỘI ĐỒNG"), papers.TITLE),
        papers.text(council.name, papers.CENTRED_STRONG),
    ]
    if council.is_illustrative:
        story.append(papers.text(_("Dữ liệu minh họa"), papers.CENTRED))
    story.append(papers.text(_("1. Thời gian, địa điểm"), papers.HEADING))
    story += [papers.text(line) for line in _when(book)]
    story.append(papers.text(_("2. Thành phần"), papers.HEADING))
    story.append(papers.table(_members(book), widths=(1.4, 6, 9, 5, 3)))
    story += [Spacer(1, 2 * mm), *(papers.text(line) for line in _attendance(book))]
    story.append(papers.text(_("3. Kết quả"), papers.HEADING))
    story += [papers.text(line) for line in _rules(book)]
    story += [Spacer(1, 2 * mm), papers.table(_results(book), widths=(1.5, 5.5, 5.5, 6.4, 2.5, 2.7, 5.5))]
    story.append(papers.text(_("4. Diễn biến từng hồ sơ"), papers.HEADING))
    for number, heard in enumerate(book.heard, 1):
        story += _course(number, heard)
    story += [Spacer(1, 8 * mm), KeepTogether(_signatures(book))]
    return papers.document(_title(book), story)


def _when(book: Minutes) -> list[str]:
    lines = [_("Ngày họp: %s.") % day(book.council.held_on)]
    if book.opened_at:
        lines.append(_("Khai mạc lúc %s.") % moment(book.opened_at))
    if book.closed_at:
        lines.append(_("Kết thúc lúc %s.") % moment(book.closed_at))
    if book.council.venue:
        lines.append(_("Địa điểm: %s.") % book.council.venue)
    return lines


def _members(book: Minutes) -> list[list[Any]]:
    head = [_("TT"), _("Họ tên"), _("Chức vụ, đơn vị"), _("Vai trò"), _("Có mặt")]
    return [
        head,
        *(
            [
                number,
                member.user,
                member.title,
                member.get_role_display(),
                _("có") if member.is_present else _("vắng"),
            ]
            for number, member in enumerate(book.members, 1)
        ),
    ]


def _attendance(book: Minutes) -> list[str]:
    return [
        _("Có mặt %(present)s trên %(members)s thành viên (quy định của phiên: ít nhất %(percent)s %%).")
        % {
            "present": len(book.present),
            "members": len(book.members),
            "percent": book.council.quorum_percent,
        },
        _("Thư ký: %s.") % book.council.secretary,
    ]


def _rules(book: Minutes) -> list[str]:
    lines = []
    for version in book.versions:
        lines.append(_("Chấm theo %(name)s (%(decision)s).") % _named(version))
        if version.note:
            lines.append(version.note)
    lines.append(_("Điểm là trung bình cộng các phiếu đã khóa của vòng cuối, làm tròn hai chữ số thập phân."))
    return lines


def _named(version: Any) -> dict[str, str]:
    return {"name": version.name, "decision": version.decision}


def _results(book: Minutes) -> list[list[Any]]:
    head = [
        _("TT"),
        _("Sản phẩm"),
        _("Chủ thể"),
        _("Mã hồ sơ"),
        _("Điểm"),
        _("Chênh lệch"),
        _("Kết quả"),
    ]
    rows: list[list[Any]] = [head]
    for number, heard in enumerate(book.heard, 1):
        item, dossier = heard.item, heard.item.dossier
        rows.append(
            [
                number,
                dossier.product.name,
                dossier.product.producer.name,
                dossier.code,
                score(item.score) or "–",
                (item.score is not None and score(item.spread)) or "–",
                verdict(item),
            ]
        )
    return rows


def _course(number: int, heard: Heard) -> list[Flowable]:
    dossier = heard.item.dossier
    head = papers.text(f"{number}. {dossier.product.name} ({dossier.code})", papers.STRONG)
    lines: list[Flowable] = [papers.text(line) for line in course(heard)]
    return [KeepTogether([head, *lines[:1]]), *lines[1:], Spacer(1, 2 * mm)]


def course(heard: Heard) -> Iterator[str]:
    """What happened to the dossier, a sentence each, in order."""
    words = list(heard.words)
    for number, heard_round in enumerate(heard.rounds):
        yield _round_line(heard_round)
        for stop in heard_round.stops:
            yield _("%(who)s nêu điều kiện loại ở tiêu chí %(criterion)s: %(why)s") % {
                "who": stop.card.member.user,
                "criterion": stop.criterion,
                "why": stop.comment,
            }
        if number < len(words):
            yield _words_line(words[number])
    for change in words[len(heard.rounds) :]:
        yield _words_line(change)
    if not heard.rounds and not words:
        yield verdict(heard.item)


def _round_line(heard: HeardRound) -> str:
    totals = "; ".join(f"{card.member.user} {score(card.total)}" for card in heard.cards)
    line = _("Vòng %(number)s: %(totals)s.") % {"number": heard.number, "totals": totals}
    if heard.stops:
        return line
    return (
        line
        + " "
        + _("Trung bình %(mean)s, chênh lệch %(spread)s.")
        % {
            "mean": score(heard.outcome.score),
            "spread": score(heard.outcome.spread),
        }
    )


def _words_line(change: StatusChange) -> str:
    labels: dict[tuple[str, str], str] = {
        (ItemStatus.DISCUSSING, ItemStatus.SCORING): _("Thảo luận, chấm lại: %s"),
        (ItemStatus.BLOCKED, ItemStatus.SCORING): _("Kết luận không vi phạm điều kiện loại, chấm lại: %s"),
        (ItemStatus.BLOCKED, ItemStatus.DONE): _("Kết luận vi phạm điều kiện loại: %s"),
    }
    known = labels.get((change.from_state, change.to_state))
    return (known or _("Đưa ra khỏi phiên: %s")) % change.reason


def _signatures(book: Minutes) -> list[Flowable]:
    def sign(role: str, name: Any) -> list[Flowable]:
        return [
            papers.text(role, papers.CENTRED_STRONG),
            Spacer(1, 22 * mm),
            papers.text(name, papers.CENTRED),
        ]

    chair = book.chair.user if book.chair else ""
    return [papers.columns(sign(_("THƯ KÝ"), book.council.secretary), sign(_("CHỦ TỊCH HỘI ĐỒNG"), chair))]


def as_xlsx(book: Minutes) -> bytes:
    """Three sheets: the session and its members, the results, what each member gave in each round."""
    file = openpyxl.Workbook()
    first = file.active
    first.title = _("Phiên họp")
    papers.fill(
        first,
        [[line] for line in (_title(book), *_when(book), *_attendance(book), *_rules(book))],
        (6, 30, 40),
    )
    first.append([])
    start = first.max_row + 1
    papers.fill(first, _members(book))
    for cell in first[start]:
        cell.font = Font(bold=True)
    papers.fill(file.create_sheet(_("Kết quả")), _results(book), (6, 40, 34, 20, 10, 12, 34), has_head=True)
    head = [_("TT"), _("Sản phẩm"), _("Mã hồ sơ"), _("Vòng"), _("Thành viên"), _("Tổng điểm")]
    rows: list[list[Any]] = [head]
    for number, heard in enumerate(book.heard, 1):
        for heard_round in heard.rounds:
            for card in heard_round.cards:
                dossier = heard.item.dossier
                rows.append(
                    [
                        number,
                        dossier.product.name,
                        dossier.code,
                        heard_round.number,
                        card.member.user,
                        card.total,
                    ]
                )
    papers.fill(file.create_sheet(_("Điểm từng thành viên")), rows, (6, 40, 20, 8, 30, 12), has_head=True)
    return saved(file)
