"""What the page of a criteria set shows, and what its forms send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ratings.models import CriteriaSet, Part
from ratings.rubric import MOST_CHOICES, Choice, InvalidQuestion, Question, points_of
from ratings.selectors import criteria as selectors
from ratings.selectors import sheet
from ratings.services import criteria_import

SPARE = 2  # empty lines below the choices that are there
_TEXTS = ("part", "section", "code", "title", "stop_rule", "evidence_asked")


@dataclass
class Form:
    """The form of one criterion: of a stored one, of a new one, or as it was sent."""

    values: dict[str, Any]
    options: list[tuple[str, str]] = field(default_factory=list)  # points and label as typed
    errors: dict[str, str] = field(default_factory=dict)
    pk: int | None = None

    @classmethod
    def of(cls, criterion: Any) -> "Form":
        question = Question.of(criterion)
        values = {name: getattr(question, name) for name in _TEXTS}
        options = [(str(Choice(choice.points)), choice.label) for choice in question.options]
        return cls(values | {"is_for_commune": question.is_for_commune}, options, pk=criterion.pk)

    @classmethod
    def new(cls, part: str, section: str = "") -> "Form":
        return cls({"part": part, "section": section})

    @classmethod
    def sent(cls, data: Any, pk: int | None) -> "Form":
        values: dict[str, Any] = {name: data.get(name, "") for name in _TEXTS}
        values["is_for_commune"] = "is_for_commune" in data
        options = list(zip(data.getlist("points"), data.getlist("label"), strict=False))
        return cls(values, [pair for pair in options if any(text.strip() for text in pair)], pk=pk)

    @property
    def lines(self) -> list[tuple[str, str]]:
        return (self.options + [("", "")] * SPARE)[: max(MOST_CHOICES, len(self.options))]

    def question(self) -> Question:
        """Raises InvalidQuestion."""
        return Question(options=tuple(self._choices()), **self.values).cleaned()

    def _choices(self) -> list[Choice]:
        choices = []
        for points, label in self.options:
            try:
                choices.append(Choice(points_of(points), label))
            except ValueError as refusal:
                raise InvalidQuestion(str(refusal), data={"field": "options"}) from refusal
        return choices


def context(criteria_set: CriteriaSet, *, may_edit: bool, sent: Form | None = None) -> dict[str, Any]:
    """Parts with their check, and with forms where they may be edited. ``sent`` is a refused form.

    The number of queries does not depend on the number of criteria.
    """
    found = selectors.check(criteria_set)
    stored = {part.code: part for part in sheet.of_set(criteria_set).parts}
    parts = []
    for total in found.sums:
        sections = stored[total.code].sections if total.code in stored else []
        parts.append(
            {
                "sum": total,
                "problems": [p for p in found.problems if p.part == total.code and not p.is_sum],
                "sections": [
                    {
                        "title": section.title,
                        "rows": _rows(section.rows, may_edit, sent),
                    }
                    for section in sections
                ],
                "new": _new_form(total.code, sections, sent) if may_edit else None,
            }
        )
    return {"check": found, "parts": parts, "part_choices": Part.choices, "may_edit": may_edit}


def _rows(rows: list[sheet.Row], may_edit: bool, sent: Form | None) -> list[dict[str, Any]]:
    shown = []
    for place, row in enumerate(rows):
        is_sent = sent is not None and sent.pk == row.criterion.pk
        shown.append(
            {
                "row": row,
                "form": (sent if is_sent else Form.of(row.criterion)) if may_edit else None,
                "is_open": is_sent,
                "is_first": place == 0,
                "is_last": place == len(rows) - 1,
                "has_labels": any(option.label for option in row.options),
            }
        )
    return shown


def _new_form(part: str, sections: list[sheet.Section], sent: Form | None) -> Form:
    if sent is not None and sent.pk is None and sent.values["part"] == part:
        return sent
    return Form.new(part, sections[-1].title if sections else "")


def state(criteria_set: Any, check: selectors.Check) -> tuple[str, str]:
    """A key for the look, and the words: of a list's label and of the page's head."""
    if criteria_set.retired_at:
        return "retired", _("Thôi dùng")
    if criteria_set.frozen_at:
        return "frozen", _("Đã khóa")
    if not check.is_complete:
        return "incomplete", _("Chưa đủ điểm")
    return "complete", _("Đủ 100 điểm")


def preview(plan: criteria_import.Plan) -> Mapping[str, Any]:
    """What the page before an import shows."""
    sums = [
        selectors.PartSum(part, str(Part(part).label), found, wanted) for part, found, wanted in plan.sums
    ]
    return {"plan": plan, "sums": sums, "is_complete": all(total.is_right for total in sums)}
