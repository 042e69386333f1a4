"""What the commune's and the advisory team's desks do with a dossier that lies on them.

A step takes the dossier as the officer saw it. Who comes second is told where it lies now, and
nothing of theirs is half done.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import MarketError
from core.services import records
from ratings import policies
from ratings.models import Criterion, Desk, Dossier
from ratings.selectors import sheet as sheets
from ratings.services import reasons, workflow
from ratings.states import DossierStatus, ItemStatus

S = DossierStatus
# Which desk a returned dossier goes back to: the council's papers pass the advisory team again.
RETURNS_TO = {
    S.SUBMITTED: S.SUBMITTED,
    S.COMMUNE_CHECK: S.SUBMITTED,
    S.ADVISORY: S.ADVISORY,
    S.COUNCIL: S.ADVISORY,
}
STOPPING = frozenset({S.COMMUNE_CHECK, S.ADVISORY})  # where a desk may apply a stop rule
NAMED = 6  # criteria named in one message
UNTOLD = gettext_lazy("Hãy ghi lý do, để chủ thể biết phải bổ sung hoặc vì sao hồ sơ dừng lại.")


class DeskMoved(MarketError):
    """The dossier is not where the officer saw it, or the step is not one of this desk. Data: status."""

    code = "desk_moved"
    status = 409

    def __init__(self, status: str) -> None:
        message = _("Hồ sơ hiện ở bước «%s», nên việc này chưa được thực hiện. Hãy tải lại trang hồ sơ.")
        super().__init__(message % S(status).label, data={"status": status})


class AnswersMissing(MarketError):
    """Criteria lack an answer or a note. Data: answers, notes (ids of criteria)."""

    code = "answers_missing"
    status = 409

    def __init__(self, *, unanswered: list[Criterion], unexplained: list[Criterion]) -> None:
        parts = []
        if unanswered:
            parts.append(_("Chưa trả lời: %s.") % _named(unanswered))
        if unexplained:
            parts.append(_("Trả lời «Không» mà chưa ghi chú lý do: %s.") % _named(unexplained))
        parts.append(_("Hãy mở trang trả lời tiêu chí, điền đủ rồi chuyển lại."))
        data = {"answers": [c.pk for c in unanswered], "notes": [c.pk for c in unexplained]}
        super().__init__(" ".join(parts), data=data)


class NoStopRule(MarketError):
    """The criterion has no stop rule, or is not this desk's. Data: criterion."""

    code = "no_stop_rule"
    message = gettext_lazy(
        "Tiêu chí này không có điều kiện loại thuộc phần việc của bạn. Hãy chọn tiêu chí khác."
    )


class InSession(MarketError):
    """The dossier is before a council. Data: council."""

    code = "in_session"
    status = 409
    message = gettext_lazy(
        "Hồ sơ đang nằm trong một phiên hội đồng. Hãy đưa hồ sơ ra khỏi phiên trước, rồi trả lại."
    )


def receive(*, dossier: Dossier, actor: Any, at: dt.datetime | None = None) -> bool:
    """The commune takes the dossier in; False when it already did. Raises NotAllowed, DeskMoved."""
    with transaction.atomic():
        if not _is_held(dossier, actor, on={S.SUBMITTED}, to=S.COMMUNE_CHECK):
            return False
        return workflow.move(dossier=dossier, to=S.COMMUNE_CHECK, actor=actor, at=at)


def forward_from_commune(*, dossier: Dossier, actor: Any, at: dt.datetime | None = None) -> bool:
    """The commune has answered its criteria, and hands on to the province; False when it already did.

    Raises NotAllowed, DeskMoved, AnswersMissing.
    """
    with transaction.atomic():
        if not _is_held(dossier, actor, on={S.COMMUNE_CHECK}, to=S.ADVISORY):
            return False
        _require_answers(sheets.of_dossier(dossier, only_commune=True), Desk.COMMUNE)
        return workflow.move(dossier=dossier, to=S.ADVISORY, actor=actor, at=at)


def forward_to_council(*, dossier: Dossier, actor: Any, at: dt.datetime | None = None) -> bool:
    """The advisory team has scored every criterion; its total is kept. False when it already did.

    Raises NotAllowed, DeskMoved, AnswersMissing.
    """
    with transaction.atomic():
        if not _is_held(dossier, actor, on={S.ADVISORY}, to=S.COUNCIL):
            return False
        sheet = sheets.of_dossier(dossier)
        _require_answers(sheet, Desk.ADVISORY)
        total = sheet.total(Desk.ADVISORY)
        records.update(obj=dossier, values={"advisory_total": total}, actor=actor, at=at)
        return workflow.move(dossier=dossier, to=S.COUNCIL, actor=actor, at=at)


def give_back(*, dossier: Dossier, actor: Any, reason: str, at: dt.datetime | None = None) -> bool:
    """Return the dossier to the producer with what is to be mended; the desk gets it back from there.

    Raises ReasonMissing, NotAllowed, DeskMoved, InSession.
    """
    reason = reasons.required(reason, message=UNTOLD)
    with transaction.atomic():
        _is_held(dossier, actor, on=set(RETURNS_TO))
        done = [ItemStatus.DONE, ItemStatus.REMOVED]
        hearing = dossier.hearings.exclude(status__in=done).first()
        if hearing is not None:
            raise InSession(data={"council": hearing.council_id})
        dossier.returned_by = RETURNS_TO[S(dossier.status)]
        dossier.save(update_fields=["returned_by"])
        return workflow.move(dossier=dossier, to=S.RETURNED, actor=actor, reason=reason, at=at)


def reject(
    *, dossier: Dossier, criterion: Criterion, actor: Any, reason: str, at: dt.datetime | None = None
) -> bool:
    """End the dossier by a criterion's stop rule; the commune only by those of its own criteria.

    Raises ReasonMissing, NotAllowed, DeskMoved, NoStopRule.
    """
    reason = reasons.required(reason, message=UNTOLD)
    with transaction.atomic():
        _is_held(dossier, actor, on=STOPPING)
        if not stop_rules(dossier).filter(pk=criterion.pk).exists():
            raise NoStopRule(data={"criterion": criterion.pk})
        why = f"{criterion} ({criterion.stop_rule}): {reason}"
        return workflow.move(dossier=dossier, to=S.REJECTED, actor=actor, reason=why, at=at)


def stop_rules(dossier: Dossier) -> Any:
    """Criteria by which the desk that holds the dossier may end it; none at other steps."""
    criteria = dossier.criteria_set.criteria.exclude(stop_rule="")
    if dossier.status not in STOPPING:
        return criteria.none()
    return criteria.filter(is_for_commune=True) if dossier.status == S.COMMUNE_CHECK else criteria


def _is_held(dossier: Dossier, actor: Any, *, on: Iterable[str], to: str = "") -> bool:
    """Lock the dossier where the officer saw it; False when it lies at ``to`` already.

    The desk is the one that the officer saw, and the stored status must agree, so that nobody
    acts for a desk that is not theirs by claiming to have seen it elsewhere.
    """
    policies.require(policies.holds(actor, dossier))
    rows = Dossier.objects.select_for_update(of=("self",))
    stored = rows.values_list("status", flat=True).get(pk=dossier.pk)
    if stored == to:
        return False
    if stored != dossier.status or stored not in on:
        raise DeskMoved(stored)
    return True


def _require_answers(sheet: sheets.Sheet, desk: str) -> None:
    unanswered = [row.criterion for row in sheet.missing(desk)]
    unexplained = [
        row.criterion
        for row in sheet.rows
        if (said := row.answers.get(desk)) and said.is_confirmed is False and not said.note
    ]
    if unanswered or unexplained:
        raise AnswersMissing(unanswered=unanswered, unexplained=unexplained)


def _named(criteria: list[Criterion]) -> str:
    """ "1.1 Nguồn nguyên liệu; 3.3 Sử dụng lao động địa phương và 4 tiêu chí khác"."""
    names = "; ".join(str(criterion) for criterion in criteria[:NAMED])
    more = len(criteria) - NAMED
    if more <= 0:
        return names
    return names + ngettext(" và %s tiêu chí khác", " và %s tiêu chí khác", more) % more
