"""Criteria of one set: added, changed, moved, removed, or replaced as a whole by a file."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from core.services import audit
from ratings.models import CriteriaSet, Criterion, CriterionOption
from ratings.rubric import MOST_QUESTIONS, NAMES, Question, arranged
from ratings.services import criteria

_ASIDE = 10_000  # positions are unique: all step aside before they take their new places


class TooManyQuestions(MarketError):
    code = "too_many_criteria"
    status = 422
    message = _("Một bộ có nhiều nhất 200 tiêu chí.")


class CriterionGone(MarketError):
    """Somebody else removed it meanwhile."""

    code = "criterion_gone"
    status = 409
    message = _("Tiêu chí này vừa bị người khác xóa. Hãy tải lại trang.")


def add(*, criteria_set: CriteriaSet, question: Question, actor: Any) -> Criterion:
    """At the end of its section. Raises InvalidQuestion and what ``criteria.editable`` raises."""
    question = question.cleaned()
    with transaction.atomic():
        stored = criteria.editable(criteria_set=criteria_set, actor=actor)
        if stored.criteria.count() >= MOST_QUESTIONS:
            raise TooManyQuestions
        found = Criterion(criteria_set=stored, position=_last(stored) + 1)
        _set(found, question)
        _arrange(stored)
        _tell(stored, "criterion_added", actor, {str(question): ["", _whole(question)]})
    return found


def change(*, criterion: Criterion, question: Question, actor: Any) -> None:
    """Raises InvalidQuestion, CriterionGone and what ``criteria.editable`` raises."""
    question = question.cleaned()
    with transaction.atomic():
        stored, kept = _opened(criterion, actor)
        differences = Question.of(kept).differences(question)
        if not differences:
            return
        if {"part", "section"} & set(differences):
            kept.position = _last(stored) + 1  # the end of where it goes
        _set(kept, question)
        _arrange(stored)
        changes = {f"{question} · {NAMES[field]}": pair for field, pair in differences.items()}
        _tell(stored, "criterion_changed", actor, changes)


def remove(*, criterion: Criterion, actor: Any) -> None:
    with transaction.atomic():
        stored, kept = _opened(criterion, actor)
        _tell(stored, "criterion_removed", actor, {str(kept): [_whole(Question.of(kept)), ""]})
        kept.delete()


def move(*, criterion: Criterion, up: bool, actor: Any) -> None:
    """Past its neighbour of the same section; the first and the last stay where they are."""
    with transaction.atomic():
        stored, kept = _opened(criterion, actor)
        rows = list(stored.criteria.order_by("position"))
        at = rows.index(kept)
        there = at - 1 if up else at + 1
        if not 0 <= there < len(rows) or (rows[there].part, rows[there].section) != (kept.part, kept.section):
            return
        before = [str(row) for row in rows]
        rows[at], rows[there] = rows[there], rows[at]
        _number(stored, rows)
        _tell(stored, "criterion_moved", actor, {str(kept): [before.index(str(kept)) + 1, there + 1]})


def replace_all(*, criteria_set: CriteriaSet, questions: Sequence[Question], actor: Any) -> None:
    """The set becomes what a file says. Raises as ``add`` does; nothing is half done."""
    cleaned = arranged([question.cleaned() for question in questions])
    if len(cleaned) > MOST_QUESTIONS:
        raise TooManyQuestions
    with transaction.atomic():
        stored = criteria.editable(criteria_set=criteria_set, actor=actor)
        before = stored.criteria.count()
        stored.criteria.all().delete()
        criteria.write(criteria_set=stored, questions=cleaned)
        _tell(stored, "replaced", actor, {"tiêu chí": [before, len(cleaned)]})


def _opened(criterion: Criterion, actor: Any) -> tuple[CriteriaSet, Criterion]:
    """The locked set, and the criterion as it now is in it."""
    stored = criteria.editable(criteria_set=criterion.criteria_set, actor=actor)
    kept = stored.criteria.prefetch_related("options").filter(pk=criterion.pk).first()
    if kept is None:
        raise CriterionGone
    return stored, kept


def _set(criterion: Criterion, question: Question) -> None:
    for field in NAMES:
        if field != "options":
            setattr(criterion, field, getattr(question, field))
    criterion.save()
    CriterionOption.objects.filter(criterion=criterion).delete()
    CriterionOption.objects.bulk_create(
        CriterionOption(criterion=criterion, position=position, points=choice.points, label=choice.label)
        for position, choice in enumerate(question.options, 1)
    )


def _last(stored: CriteriaSet) -> int:
    return stored.criteria.aggregate(last=Max("position"))["last"] or 0


def _arrange(stored: CriteriaSet) -> None:
    _number(stored, arranged(list(stored.criteria.order_by("position"))))


def _number(stored: CriteriaSet, rows: list[Criterion]) -> None:
    wanted = list(range(1, len(rows) + 1))
    if [row.position for row in rows] == wanted:
        return
    stored.criteria.update(position=F("position") + _ASIDE)
    for row, position in zip(rows, wanted, strict=True):
        row.position = position
    Criterion.objects.bulk_update(rows, ["position"])


def _tell(stored: CriteriaSet, what: str, actor: Any, changes: dict[str, Any]) -> None:
    audit.record(action=f"ratings.criteria.{what}", obj=stored, actor=actor, changes=changes)


def _whole(question: Question) -> str:
    return f"{question.part} · {question.section} · " + "; ".join(str(choice) for choice in question.options)
