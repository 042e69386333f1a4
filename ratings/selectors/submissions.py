"""What changed from one submission of a dossier to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ratings.models import Criterion, Dossier, DossierKind, Submission


@dataclass(frozen=True)
class Said:
    """One answer as it was handed in."""

    points: Decimal
    note: str


@dataclass(frozen=True)
class AnswerChange:
    """``before`` or ``after`` is None where the criterion had no answer."""

    criterion: Criterion
    before: Said | None
    after: Said | None


@dataclass(frozen=True)
class PaperChange:
    pk: int
    name: str
    criterion: Criterion | None


@dataclass(frozen=True)
class Changes:
    """``facts`` are (label, before, after) of kind, stars and total."""

    before: Submission
    after: Submission
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    answers: list[AnswerChange] = field(default_factory=list)
    added: list[PaperChange] = field(default_factory=list)
    removed: list[PaperChange] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.answers or self.added or self.removed)


def changes(dossier: Dossier, a: int, b: int) -> Changes:
    """From submission number ``a`` to number ``b``, criteria in their order, in two queries.

    Raises Submission.DoesNotExist.
    """
    by_number = {row.number: row for row in dossier.submissions.filter(number__in=(a, b))}
    if a not in by_number or b not in by_number:
        raise Submission.DoesNotExist
    before, after = by_number[a], by_number[b]
    criteria = {row.pk: row for row in Criterion.objects.filter(criteria_set=dossier.criteria_set_id)}
    old, new = _papers(before, criteria), _papers(after, criteria)
    return Changes(
        before=before,
        after=after,
        facts=[fact for fact in _facts(before.content, after.content) if fact[1] != fact[2]],
        answers=_answers(before.content["answers"], after.content["answers"], criteria),
        added=[paper for pk, paper in new.items() if pk not in old],
        removed=[paper for pk, paper in old.items() if pk not in new],
    )


def _facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    kinds = dict(DossierKind.choices)
    return [
        (_("Loại hồ sơ"), str(kinds[old["kind"]]), str(kinds[new["kind"]])),
        (_("Hạng sao đề nghị"), str(old["stars_applied"]), str(new["stars_applied"])),
        (_("Điểm tự chấm"), number_format(old["total"], 2), number_format(new["total"], 2)),
    ]


def _answers(
    old: Mapping[str, Any], new: Mapping[str, Any], criteria: Mapping[int, Criterion]
) -> list[AnswerChange]:
    pairs = ((row, _said(old.get(str(pk))), _said(new.get(str(pk)))) for pk, row in criteria.items())
    return [AnswerChange(row, before, after) for row, before, after in pairs if before != after]


def _said(answer: Mapping[str, Any] | None) -> Said | None:
    return Said(Decimal(answer["points"]), answer["note"]) if answer else None


def _papers(submission: Submission, criteria: Mapping[int, Criterion]) -> dict[int, PaperChange]:
    return {
        paper["id"]: PaperChange(paper["id"], paper["name"], criteria.get(paper["criterion"]))
        for paper in submission.content["evidence"]
    }
