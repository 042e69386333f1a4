"""A criteria set from a workbook: what it would change, said first; then written in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import ProductSet
from core.errors import FileRefused
from core.models import Province
from ratings import policies
from ratings.models import CriteriaSet, RuleVersion
from ratings.rubric import Choice, Question, arranged
from ratings.services import criteria, criteria_rows
from ratings.services.criteria_files import FACTS, GUIDE, Read


@dataclass(frozen=True)
class Change:
    """A criterion that is in both, with field → [before, after]."""

    question: Question
    differences: dict[str, list[str]]


@dataclass(frozen=True)
class Plan:
    """What an import does. ``base`` is what it is compared with, ``target`` what it overwrites."""

    version: RuleVersion
    code: str
    name: str
    source: str
    product_sets: tuple[ProductSet, ...]
    questions: tuple[Question, ...]
    base: CriteriaSet | None
    target: CriteriaSet | None
    added: tuple[Question, ...] = ()
    removed: tuple[Question, ...] = ()
    changed: tuple[Change, ...] = ()
    facts_changed: bool = False
    order_changed: bool = False

    @property
    def is_empty(self) -> bool:
        """The province has exactly this already."""
        return bool(
            self.target
            and not (self.added or self.removed or self.changed or self.facts_changed or self.order_changed)
        )

    @property
    def sums(self) -> list[tuple[str, Decimal, int]]:
        """(part, found, wanted)"""
        found = dict.fromkeys(self.version.points, Decimal(0))
        for question in self.questions:
            found[question.part] += max((choice.points for choice in question.options), default=Decimal(0))
        return [(part, found[part], wanted) for part, wanted in self.version.points.items()]


def plan(*, read: Read, province: Province, actor: Any) -> Plan:
    """Compare a file with what the province has, or with the official set. Writes nothing.

    The province's newest revision is overwritten while no dossier uses it; otherwise a new one
    begins. Raises NotAllowed, and FileRefused when the first sheet does not say which set it is.
    """
    policies.require(policies.is_province_desk(actor, province))
    version, product_sets = _version(read.facts), _product_sets(read.facts)
    code, name = _fact(read.facts, "code"), _fact(read.facts, "name")
    known = CriteriaSet.objects.filter(version=version, code=code)
    own = known.filter(province=province).order_by("revision").last()
    base = own or known.filter(province=None).order_by("revision").last()
    is_open = own is not None and not own.frozen_at and not own.retired_at
    questions = tuple(arranged(list(read.questions)))
    before = _questions(base)
    pairs, added, removed = _matched(before, list(questions))
    changed = [Change(new, differences) for old, new in pairs if (differences := old.differences(new))]
    return Plan(
        version=version,
        code=code,
        name=name,
        source=read.facts.get("source", ""),
        product_sets=product_sets,
        questions=questions,
        base=base,
        target=own if is_open else None,
        added=tuple(added),
        removed=tuple(removed),
        changed=tuple(changed),
        facts_changed=base is not None
        and (base.name, set(base.product_sets.all())) != (name, set(product_sets)),
        order_changed=[new for _old, new in pairs] != [new for new in questions if new not in added],
    )


def apply(*, read: Read, province: Province, actor: Any) -> CriteriaSet:
    """Write what the plan says, all or nothing.

    Raises as ``plan``, and CriteriaFrozen when a dossier came first.
    """
    if read.errors:
        raise FileRefused(_("Tệp còn lỗi nên chưa nhập gì. Hãy sửa các ô được nêu rồi tải lên lại."))
    with transaction.atomic():
        found = plan(read=read, province=province, actor=actor)
        if found.target is None:
            return criteria.create(
                version=found.version,
                code=found.code,
                name=found.name,
                product_sets=found.product_sets,
                province=province,
                actor=actor,
                source=found.source,
                questions=found.questions,
                is_revision=True,
            )
        if not found.is_empty:
            criteria.describe(
                criteria_set=found.target, name=found.name, product_sets=found.product_sets, actor=actor
            )
            criteria_rows.replace_all(criteria_set=found.target, questions=found.questions, actor=actor)
    return found.target


def _matched(
    before: list[Question], after: list[Question]
) -> tuple[list[tuple[Question, Question]], list[Question], list[Question]]:
    """Pairs of the same criterion in the old order, what is new, what is gone.

    The same: part, number and title agree; of those left over, part and number.
    """
    pairs: dict[int, Question] = {}
    left = list(after)
    for key in (lambda q: (q.part, q.code, q.title), lambda q: (q.part, q.code)):
        for place, old in enumerate(before):
            if place in pairs:
                continue
            new = next((one for one in left if key(one) == key(old)), None)
            if new is not None:
                pairs[place] = new
                left.remove(new)
    gone = [old for place, old in enumerate(before) if place not in pairs]
    return [(before[place], pairs[place]) for place in sorted(pairs)], left, gone


def _questions(criteria_set: CriteriaSet | None) -> list[Question]:
    if criteria_set is None:
        return []
    rows = criteria_set.criteria.prefetch_related("options").order_by("position")
    return [Question.of(row) for row in rows]


def _fact(facts: Mapping[str, str], key: str) -> str:
    if not facts.get(key):
        raise FileRefused(
            _("Trang “%(sheet)s” thiếu ô “%(fact)s”. Hãy ghi vào cột B bên cạnh, như tệp mẫu.")
            % {"sheet": GUIDE, "fact": FACTS[key]},
            data={"missing": [key]},
        )
    return facts[key]


def _version(facts: Mapping[str, str]) -> RuleVersion:
    code = _fact(facts, "version")
    found = RuleVersion.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(RuleVersion.objects.values_list("code", flat=True))
        raise FileRefused(
            _("Trang “%(sheet)s”: không có phiên bản tiêu chí “%(code)s”. Các phiên bản: %(known)s.")
            % {"sheet": GUIDE, "code": code[:40], "known": known},
            data={"found": [code]},
        )
    return found


def _product_sets(facts: Mapping[str, str]) -> tuple[ProductSet, ...]:
    written = [part.strip() for part in facts.get("product_sets", "").replace(";", ",").split(",")]
    by_code = {str(row.code): row for row in ProductSet.objects.all()}
    unknown = [part for part in written if part and part not in by_code]
    if unknown:
        raise FileRefused(
            _("Trang “%(sheet)s”: không có bộ sản phẩm số %(unknown)s. Hãy ghi số từ 1 đến 26.")
            % {"sheet": GUIDE, "unknown": ", ".join(f"“{part[:20]}”" for part in unknown)},
            data={"found": unknown},
        )
    return tuple(by_code[part] for part in written if part)


# --- Between preview and writing: what was read travels with the form ---


def packed(*, read: Read) -> dict[str, Any]:
    """JSON values of a file without errors."""
    return {
        "facts": read.facts,
        "questions": [
            vars(question) | {"options": [[str(choice.points), choice.label] for choice in question.options]}
            for question in read.questions
        ],
    }


def unpacked(*, values: Mapping[str, Any]) -> Read:
    return Read(
        values["facts"],
        tuple(
            Question(**{**row, "options": tuple(Choice(Decimal(p), label) for p, label in row["options"])})
            for row in values["questions"]
        ),
    )
