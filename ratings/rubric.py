"""One question of a rubric as people write it: the shape that form, file, loader and clone share. Pure."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from core.text import clean
from ratings.models.criteria import Part

MOST_CHOICES = 12
MOST_QUESTIONS = 200
_LENGTHS = {"section": 200, "code": 12, "title": 300, "stop_rule": 300, "evidence_asked": 300}
NAMES = {
    "part": _("Phần"),
    "section": _("Mục"),
    "code": _("Số"),
    "title": _("Tiêu chí"),
    "stop_rule": _("Điều kiện loại"),
    "evidence_asked": _("Minh chứng cần có"),
    "is_for_commune": _("Xã xác nhận"),
    "options": _("Mức điểm"),
}


class InvalidQuestion(MarketError):
    """A text or a number that does not fit. Data: field (a key of NAMES)."""

    code = "invalid_criterion"
    status = 422


@dataclass(frozen=True)
class Choice:
    """Mức điểm: points of 100, and what they are given for ("" where unknown)."""

    points: Decimal
    label: str = ""

    def __str__(self) -> str:
        points = f"{self.points.normalize():f}".replace(".", ",")
        return f"{points} – {self.label}" if self.label else points


@dataclass(frozen=True)
class Question:
    part: str  # "A"
    section: str
    code: str  # "1.1", "" for none
    title: str
    options: tuple[Choice, ...] = ()
    stop_rule: str = ""
    evidence_asked: str = ""
    is_for_commune: bool = False

    @classmethod
    def of(cls, criterion: Any) -> Self:
        """Of a stored criterion, whose options are at hand or asked for."""
        return cls(
            part=criterion.part,
            section=criterion.section,
            code=criterion.code,
            title=criterion.title,
            options=tuple(Choice(option.points, option.label) for option in criterion.options.all()),
            stop_rule=criterion.stop_rule,
            evidence_asked=criterion.evidence_asked,
            is_for_commune=criterion.is_for_commune,
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    def differences(self, other: Self) -> dict[str, list[str]]:
        """Field → [here, there], as people read it, of the fields that are not the same."""
        return {
            field: [_told(getattr(self, field)), _told(getattr(other, field))]
            for field in NAMES
            if getattr(self, field) != getattr(other, field)
        }

    def cleaned(self) -> Self:
        """With folded spaces. Raises InvalidQuestion for the first thing that does not fit."""
        texts = {field: clean(getattr(self, field)) for field in _LENGTHS}
        for field, most in _LENGTHS.items():
            if len(texts[field]) > most:
                raise _invalid(
                    field,
                    _("%(name)s dài hơn %(most)s ký tự. Hãy viết ngắn lại."),
                    name=NAMES[field],
                    most=most,
                )
        if self.part not in Part.values:
            raise _invalid("part", _("Phần phải là A, B hoặc C."))
        for field in ("section", "title"):
            if not texts[field]:
                raise _invalid(field, _("Thiếu %(name)s. Hãy điền rồi lưu lại."), name=NAMES[field])
        options = tuple(_fitting(choice) for choice in self._countable())
        return type(self)(part=self.part, options=options, is_for_commune=self.is_for_commune, **texts)

    def _countable(self) -> tuple[Choice, ...]:
        if len(self.options) > MOST_CHOICES:
            raise _invalid("options", _("Nhiều nhất %(most)s mức điểm cho một tiêu chí."), most=MOST_CHOICES)
        return self.options


def points_of(text: str) -> Decimal:
    """ "2,5" → 2.5. Raises ValueError with what to do."""
    try:
        points = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite():
        raise ValueError(_("“%s” không phải số. Hãy ghi một con số, ví dụ 2 hoặc 2,5.") % text[:40])
    return points


def _fitting(choice: Choice) -> Choice:
    points, label = choice.points, clean(choice.label)
    if not points.is_finite() or not 0 <= points <= 100:
        raise _invalid("options", _("Điểm phải từ 0 đến 100, không phải %(points)s."), points=points)
    if points != round(points, 2):
        raise _invalid("options", _("Điểm %(points)s có quá hai chữ số lẻ."), points=points)
    if len(label) > 300:
        raise _invalid("options", _("Mô tả mức điểm dài hơn 300 ký tự. Hãy viết ngắn lại."))
    return Choice(points, label)


def _invalid(field: str, message: Any, **values: Any) -> InvalidQuestion:
    return InvalidQuestion(message % values if values else message, data={"field": field})


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(str(choice) for choice in value)
    if isinstance(value, bool):
        return str(_("có")) if value else str(_("không"))
    return str(value)


def arranged(questions: list[Any]) -> list[Any]:
    """Parts in order, and each section in one piece where it first stands. Takes criteria too."""
    first: dict[tuple[str, str], int] = {}
    for place, question in enumerate(questions):
        first.setdefault((question.part, question.section), place)
    return sorted(questions, key=lambda one: (one.part, first[(one.part, one.section)]))
