"""The head of a decision that is being drafted: number, date, authority, and who wrote it."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import MarketError, NotAllowed
from core.models import Province
from core.services import audit
from core.templatetags.market import day
from core.text import clean
from ratings import policies, validity
from ratings.models import RatingDecision
from ratings.states import DecisionStatus

NUMBER_LENGTH = 60


class InvalidDraft(MarketError):
    """A particular that a decision cannot have. Data: field."""

    code = "invalid_draft"


class NumberTaken(MarketError):
    """Data: number, year."""

    code = "number_taken"
    status = 409


class NoDraft(MarketError):
    """Signed or dropped in the meantime. Data: status."""

    code = "no_draft"
    status = 409


class NotTheDrafter(MarketError):
    code = "not_the_drafter"
    status = 403
    message = gettext_lazy("Chỉ người soạn sửa được dự thảo. Người khác bỏ dự thảo rồi soạn lại.")


def authority_of(province: Province) -> str:
    """ "UBND thành phố Đà Nẵng", "UBND tỉnh Quảng Ngãi"."""
    return f"UBND {province.name[:1].lower()}{province.name[1:]}"


def columns(
    *, number: str, decided_on: dt.date, authority: str, level: str, round_name: str
) -> dict[str, Any]:
    """Checked columns of the head. Raises InvalidDraft, which names the field."""
    number, authority = clean(number), clean(authority)
    if not number or len(number) > NUMBER_LENGTH:
        text = _("Số quyết định: ghi từ 1 đến %s ký tự, ví dụ 123/QĐ-UBND.") % NUMBER_LENGTH
        raise InvalidDraft(text, data={"field": "number"})
    if not authority:
        raise InvalidDraft(_("Cơ quan ban hành: không để trống."), data={"field": "authority"})
    if decided_on > clock.today():
        text = _("Ngày ký %s ở tương lai. Ghi ngày hôm nay hoặc trước đó.") % day(decided_on)
        raise InvalidDraft(text, data={"field": "decided_on"})
    known = validity.on_day(decided_on)
    return {
        "number": number,
        "decided_on": decided_on,
        "decided_text": known.text,
        "precision": known.precision,
        "decided_earliest": decided_on,
        "decided_latest": decided_on,
        "award_year": decided_on.year,
        "level": level,
        "authority": authority[:160],
        "round_name": clean(round_name)[:60],
    }


def insert(
    *, kind: str, province: Province, head: dict[str, Any], actor: Any, at: dt.datetime | None, **more: Any
) -> RatingDecision:
    """A new draft, written by the actor. Raises NotAllowed, NumberTaken."""
    if actor is None:
        raise NotAllowed  # a decision is drafted and signed by people
    policies.require(policies.is_province_desk(actor, province))
    row = RatingDecision(
        kind=kind,
        status=DecisionStatus.DRAFT,
        province=province,
        province_at_award=province.short_name,
        drafted_by=actor,
        **head,
        **more,
    )
    save(row=row)
    audit.record(action="ratings.decision.drafted", obj=row, actor=actor, at=at)
    return row


def save(*, row: RatingDecision) -> None:
    """Write the head; the database decides whether its number is free. Raises NumberTaken."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if _constraint(error) != "decision_number_once_a_year":
            raise
        year = row.decided_on.year if row.decided_on else None
        text = _("%(authority)s đã có quyết định số %(number)s trong năm %(year)s. Kiểm tra lại số.")
        facts = {"number": row.number, "year": year}
        raise NumberTaken(text % {**facts, "authority": row.authority}, data=facts) from error


def locked(*, decision: RatingDecision) -> RatingDecision:
    """The draft afresh, nobody else's until the transaction ends. Raises NoDraft."""
    row = (
        RatingDecision.objects.select_for_update(of=("self",)).select_related("province").get(pk=decision.pk)
    )
    if row.status != DecisionStatus.DRAFT:
        text = _("Quyết định %(number)s không còn là dự thảo: %(status)s. Tải lại trang để xem.")
        facts = {"number": row.number, "status": row.get_status_display().lower()}
        raise NoDraft(text % facts, data={"status": row.status})
    return row


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)
