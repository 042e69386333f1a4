"""What a desk answers to a criterion, while the dossier lies on that desk."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import MarketError
from core.services import audit
from core.text import clean_lines
from ratings import policies
from ratings.models import Answer, Criterion, CriterionOption, Desk, Dossier
from ratings.states import DossierStatus

LONGEST_NOTE = 2000  # characters


class AnswerRefused(MarketError):
    """The option or the criterion is not of this dossier. Data: criterion."""

    code = "answer_refused"
    message = _("Câu trả lời không thuộc tiêu chí này. Hãy tải lại trang rồi chọn lại.")


class DeskClosed(MarketError):
    """The dossier does not lie on this desk any more. Data: status."""

    code = "desk_closed"
    status = 409
    message = _("Hồ sơ không còn ở bước này, nên câu trả lời không được ghi. Hãy tải lại trang.")


@dataclass(frozen=True)
class Given:
    """What a form says of one criterion; where it says nothing (None), the earlier answer stays."""

    option_id: int | None = None
    is_confirmed: bool | None = None
    note: str | None = None


@dataclass(frozen=True)
class Kept:
    """How many answers changed, and criterion id → why one was not saved."""

    saved: int
    refused: dict[int, str]


def save(
    *, dossier: Dossier, desk: str, given: Mapping[int, Given], actor: Any, at: dt.datetime | None = None
) -> Kept:
    """Criterion id → what one desk says of it; only what differs is written.

    What does not fit its criterion is refused alone, the rest is saved. Raises NotAllowed, DeskClosed.
    """
    criteria = dossier.criteria_set.criteria.prefetch_related("options").in_bulk(given)
    earlier = {row.criterion_id: row for row in dossier.answers.filter(desk=desk)}
    saved, refused = 0, {}
    with transaction.atomic():
        for pk, said in given.items():
            try:
                fields = _changed(criteria.get(pk), earlier.get(pk), said)
                if fields is not None:
                    record(dossier=dossier, desk=desk, actor=actor, at=at, **fields)
                    saved += 1
            except AnswerRefused as refusal:
                refused[pk] = str(refusal)
    return Kept(saved, refused)


def _changed(criterion: Criterion | None, before: Answer | None, said: Given) -> dict[str, Any] | None:
    """The answer to record, what was not said staying as it was; None when nothing changed."""
    if criterion is None:
        raise AnswerRefused
    was = (before.option_id, before.is_confirmed, before.note) if before else (None, None, "")
    option_id = was[0] if said.option_id is None else said.option_id
    word = was[1] if said.is_confirmed is None else said.is_confirmed
    note = was[2] if said.note is None else clean_lines(said.note)[:LONGEST_NOTE]
    if (option_id, word, note) == was:
        return None
    option = next((row for row in criterion.options.all() if row.pk == option_id), None)
    if option_id is not None and option is None:
        raise AnswerRefused(data={"criterion": criterion.pk})
    return {"criterion": criterion, "option": option, "is_confirmed": word, "note": note}


def record(
    *,
    dossier: Dossier,
    desk: str,
    criterion: Criterion,
    actor: Any,
    option: CriterionOption | None = None,
    is_confirmed: bool | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> Answer:
    """Keep one desk's answer, over what it said before.

    Self and advisory team choose an option; the commune says yes or no to the criteria that are
    its own. Raises NotAllowed, DeskClosed, AnswerRefused.
    """
    with transaction.atomic():
        # Locked, so that an answer is either in a submission or refused.
        stored = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        _require(actor, stored, desk)
        _fit(stored, desk, criterion, option, is_confirmed)
        said = Answer.objects.filter(dossier=stored, desk=desk, criterion=criterion)
        before = said.select_related("option").first()
        answer, _new = Answer.objects.update_or_create(
            dossier=stored,
            desk=desk,
            criterion=criterion,
            defaults={
                "option": option,
                "is_confirmed": is_confirmed,
                "note": clean_lines(note),
                "by_id": getattr(actor, "pk", None),
                "at": at or clock.now(),
            },
        )
        if before is not None and desk != Desk.SELF:
            _trace(before, answer, actor, at)
    return answer


def _trace(before: Answer, after: Answer, actor: Any, at: dt.datetime | None) -> None:
    """An officer's changed answer. The producer's are kept whole in each submission, these only here."""
    told: dict[str, list[Any]] = {
        "points": [str(said.option.points) if said.option else None for said in (before, after)],
        "is_confirmed": [before.is_confirmed, after.is_confirmed],
        "note": [before.note, after.note],
    }
    changes = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    if changes:
        audit.record(action="ratings.answer.changed", obj=after, actor=actor, at=at, changes=changes)


def _require(actor: Any, dossier: Dossier, desk: str) -> None:
    if desk == Desk.SELF:
        policies.require(policies.is_applicant(actor, dossier))
        is_here = policies.may_edit(actor, dossier)
    elif desk == Desk.COMMUNE:
        policies.require(policies.is_commune_desk(actor, dossier))
        is_here = dossier.status == DossierStatus.COMMUNE_CHECK
    else:
        policies.require(policies.is_province_desk(actor, dossier.province_id))
        is_here = dossier.status == DossierStatus.ADVISORY
    if not is_here:
        raise DeskClosed(data={"status": dossier.status})


def _fit(
    dossier: Dossier,
    desk: str,
    criterion: Criterion,
    option: CriterionOption | None,
    is_confirmed: bool | None,
) -> None:
    is_commune = desk == Desk.COMMUNE
    if (
        criterion.criteria_set_id != dossier.criteria_set_id
        or (option is not None and option.criterion_id != criterion.pk)
        or (is_commune and (not criterion.is_for_commune or option is not None))
        or (not is_commune and is_confirmed is not None)
    ):
        raise AnswerRefused(data={"criterion": criterion.pk})
