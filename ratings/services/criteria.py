"""Criteria sets: a province's own ones begin, change until the first dossier, and are retired."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductSet
from core import clock
from core.errors import MarketError
from core.models import Province
from core.services import audit
from core.services.constraints import refusing
from core.text import clean
from ratings import policies
from ratings.models import CriteriaSet, Criterion, CriterionOption, RuleVersion
from ratings.rubric import Question
from ratings.selectors import criteria as selectors


class CriteriaFrozen(MarketError):
    """A dossier uses the set, so nobody may change it."""

    code = "criteria_frozen"
    status = 409
    message = _(
        "Bộ tiêu chí này đã khóa vì có hồ sơ dùng. Hãy bấm “Nhân bản” để có lần sửa mới rồi sửa ở đó."
    )


class CriteriaIncomplete(MarketError):
    """The points do not add up, so no dossier may use the set. Data: problems."""

    code = "criteria_incomplete"
    status = 409
    message = _("Bộ tiêu chí chưa đủ điểm nên chưa dùng được cho hồ sơ.")


class CriteriaRetired(MarketError):
    code = "criteria_retired"
    status = 409
    message = _("Bộ tiêu chí này đã thôi dùng. Hãy tải lại trang rồi chọn bộ khác.")


class CriteriaSetExists(MarketError):
    """The province has a set of this version and code."""

    code = "criteria_set_exists"
    status = 409
    message = _(
        "Tỉnh đã có bộ tiêu chí mang số này trong phiên bản này. Hãy nhân bản bộ đó, hoặc ghi số khác."
    )


class NamelessSet(MarketError):
    code = "nameless_set"
    status = 422
    message = _("Thiếu số hoặc tên của bộ tiêu chí, hoặc dài quá (số 20 ký tự, tên 160 ký tự).")


def create(
    *,
    version: RuleVersion,
    code: str,
    name: str,
    product_sets: Iterable[ProductSet],
    province: Province,
    actor: Any,
    source: str = "",
    questions: Sequence[Question] = (),
    is_revision: bool = False,
) -> CriteriaSet:
    """A province's own set. ``is_revision``: the next one of this code, where the code may be known.

    Raises NotAllowed, NamelessSet, CriteriaSetExists.
    """
    policies.require(policies.is_province_desk(actor, province))
    found = CriteriaSet(
        version=version,
        code=clean(code),
        name=clean(name),
        province=province,
        source=clean(source)[:250] or f"{province.name}",
    )
    _require_name(found)
    if is_revision:
        found.revision = selectors.next_revision(found, version=version, province=province)
    with transaction.atomic():
        with refusing({"criteriaset_unique": CriteriaSetExists}):
            found.save(force_insert=True)
        found.product_sets.set(product_sets)
        write(criteria_set=found, questions=questions)
        audit.record(action="ratings.criteria.created", obj=found, actor=actor)
    return found


def clone(
    *, criteria_set: CriteriaSet, actor: Any, province: Province, version: RuleVersion | None = None
) -> CriteriaSet:
    """A new revision of the province with all criteria, free to change.

    ``version``: under other rules than the original, whose points it then has to meet. Raises
    NotAllowed when the set is another province's, or the actor no officer of this one.
    """
    policies.require(policies.is_province_desk(actor, province))
    policies.require(criteria_set.province_id in (None, province.pk) or policies.is_above(actor))
    version = version or criteria_set.version
    with transaction.atomic():
        copy = CriteriaSet(
            version=version,
            code=criteria_set.code,
            name=criteria_set.name,
            province=province,
            revision=selectors.next_revision(criteria_set, version=version, province=province),
            cloned_from=criteria_set,
            source=criteria_set.source,
        )
        with refusing({"criteriaset_unique": CriteriaSetExists}):
            copy.save(force_insert=True)
        copy.product_sets.set(criteria_set.product_sets.all())
        criteria = criteria_set.criteria.prefetch_related("options").order_by("position")
        write(criteria_set=copy, questions=[Question.of(criterion) for criterion in criteria])
        changes = {"": [str(criteria_set), str(copy)]}
        audit.record(action="ratings.criteria.cloned", obj=copy, actor=actor, changes=changes)
    return copy


def write(*, criteria_set: CriteriaSet, questions: Sequence[Question]) -> None:
    """Insert the questions in the given order into a set that has none."""
    criteria = Criterion.objects.bulk_create(
        Criterion(
            criteria_set=criteria_set,
            position=position,
            part=question.part,
            section=question.section,
            code=question.code,
            title=question.title,
            stop_rule=question.stop_rule,
            evidence_asked=question.evidence_asked,
            is_for_commune=question.is_for_commune,
        )
        for position, question in enumerate(questions, 1)
    )
    CriterionOption.objects.bulk_create(
        CriterionOption(criterion=criterion, position=position, points=choice.points, label=choice.label)
        for criterion, question in zip(criteria, questions, strict=True)
        for position, choice in enumerate(question.options, 1)
    )


def editable(*, criteria_set: CriteriaSet, actor: Any) -> CriteriaSet:
    """The stored set, locked until the transaction ends: a freeze waits, or has been and is found.

    Raises NotAllowed, CriteriaFrozen, CriteriaRetired.
    """
    stored = CriteriaSet.objects.select_for_update(of=("self",), no_key=True).get(pk=criteria_set.pk)
    policies.require(policies.may_edit_criteria(actor, stored))
    if stored.frozen_at:
        raise CriteriaFrozen
    if stored.retired_at:
        raise CriteriaRetired
    return stored


def describe(*, criteria_set: CriteriaSet, name: str, product_sets: Iterable[ProductSet], actor: Any) -> None:
    """Set the name and the product sets that it is for."""
    with transaction.atomic():
        stored = editable(criteria_set=criteria_set, actor=actor)
        before = [stored.name, _codes(stored)]
        stored.name = clean(name)
        _require_name(stored)
        stored.save(update_fields=["name"])
        stored.product_sets.set(product_sets)
        after = [stored.name, _codes(stored)]
        changes = {
            field: [was, now]
            for field, was, now in zip(("tên", "bộ sản phẩm"), before, after, strict=True)
            if was != now
        }
        if changes:
            audit.record(action="ratings.criteria.described", obj=stored, actor=actor, changes=changes)


def freeze(*, criteria_set: CriteriaSet, actor: Any = None, at: dt.datetime | None = None) -> bool:
    """Called by the first dossier that uses the set, in its transaction; True when this call froze it.

    Raises CriteriaIncomplete, CriteriaRetired.
    """
    with transaction.atomic():
        stored = CriteriaSet.objects.select_related("version").get(pk=criteria_set.pk)
        if stored.frozen_at is None:
            # Waits for whoever edits, and then looks at what they left.
            stored = CriteriaSet.objects.select_for_update(of=("self",), no_key=True).get(pk=stored.pk)
        if stored.retired_at:
            raise CriteriaRetired
        moment = at or clock.now()
        criteria_set.frozen_at = stored.frozen_at or moment
        if stored.frozen_at:
            return False
        found = selectors.check(stored)
        if not found.is_complete:
            raise CriteriaIncomplete(data={"problems": [one.text for one in found.problems if one.blocks]})
        frozen = CriteriaSet.objects.filter(pk=stored.pk, frozen_at=None).update(frozen_at=moment)
        audit.record(action="ratings.criteria.frozen", obj=stored, actor=actor, at=moment)
    return bool(frozen)


def retire(*, criteria_set: CriteriaSet, actor: Any, reason: str = "", at: dt.datetime | None = None) -> None:
    """No new dossier uses it any more; those that do keep it."""
    with transaction.atomic():
        stored = CriteriaSet.objects.select_for_update(of=("self",), no_key=True).get(pk=criteria_set.pk)
        policies.require(policies.may_edit_criteria(actor, stored))
        if stored.retired_at:
            return
        stored.retired_at = at or clock.now()
        stored.save(update_fields=["retired_at"])
        audit.record(action="ratings.criteria.retired", obj=stored, actor=actor, reason=reason, at=at)


def _require_name(found: CriteriaSet) -> None:
    if not found.name or not found.code or len(found.name) > 160 or len(found.code) > 20:
        raise NamelessSet


def _codes(criteria_set: CriteriaSet) -> str:
    return ", ".join(str(code) for code in criteria_set.product_sets.values_list("code", flat=True))
