"""A province's own criteria sets: cloned, changed, frozen by the first dossier, retired."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import ProductSet
from core.errors import NotAllowed
from core.models import AuditEntry
from ratings.models import CriteriaSet, Criterion, CriterionOption, RuleVersion
from ratings.rubric import Choice, InvalidQuestion, Question
from ratings.selectors import criteria as selectors
from ratings.services import criteria, criteria_rows
from ratings.tests.rating import make_rules, make_set

NEW = Question(
    "B", "4. TIẾP THỊ", "4.2", "Quảng bá", (Choice(Decimal(0)), Choice(Decimal(5), "có trang web"))
)


@pytest.fixture
def official(cast, product_set):
    return make_set(product_set)


@pytest.fixture
def own(cast, official):
    return criteria.clone(criteria_set=official, actor=cast.province_officer, province=cast.da_nang)


def titles(found):
    return list(found.criteria.order_by("position").values_list("title", flat=True))


def questions(found):
    return [Question.of(row) for row in found.criteria.prefetch_related("options").order_by("position")]


def test_a_clone_is_the_provinces_and_equal(cast, official, own):
    assert (own.province, own.revision, own.cloned_from) == (cast.da_nang, 1, official)
    assert questions(own) == questions(official)
    assert list(own.product_sets.all()) == list(official.product_sets.all())
    again = criteria.clone(criteria_set=own, actor=cast.province_leader, province=cast.da_nang)
    assert (again.revision, questions(again)) == (2, questions(official))
    assert AuditEntry.objects.filter(action="ratings.criteria.cloned", object_id=own.pk).exists()


def test_a_clone_under_other_rules_has_to_meet_their_points(cast, official):
    rules = make_rules("thử 1048")
    RuleVersion.objects.filter(pk=rules.pk).update(points_a=35, points_c=40)
    rules.refresh_from_db()
    copy = criteria.clone(
        criteria_set=official, actor=cast.province_officer, province=cast.da_nang, version=rules
    )
    assert [part.is_right for part in selectors.check(copy).sums] == [False, True, False]
    with pytest.raises(criteria.CriteriaIncomplete) as refusal:
        criteria.freeze(criteria_set=copy)
    assert refusal.value.data["problems"][0] == "Phần A có 40 điểm, phải là 35"
    copy.refresh_from_db()
    assert copy.frozen_at is None


@pytest.mark.parametrize(
    "who", ["owner", "rival_owner", "commune_officer", "other_officer", "council_member", "buyer"]
)
def test_only_the_provinces_office_edits(cast, official, own, who):
    person = cast.people[who]
    row = own.criteria.first()
    for attempt in (
        lambda: criteria.clone(criteria_set=official, actor=person, province=cast.da_nang),
        lambda: criteria.describe(criteria_set=own, name="Khác", product_sets=[], actor=person),
        lambda: criteria.retire(criteria_set=own, actor=person),
        lambda: criteria_rows.add(criteria_set=own, question=NEW, actor=person),
        lambda: criteria_rows.change(criterion=row, question=NEW, actor=person),
        lambda: criteria_rows.move(criterion=row, up=False, actor=person),
        lambda: criteria_rows.remove(criterion=row, actor=person),
        lambda: criteria_rows.replace_all(criteria_set=own, questions=[NEW], actor=person),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert questions(own) == questions(official)


def test_nobody_edits_an_official_set_nor_clones_anothers(cast, official, own):
    with pytest.raises(NotAllowed):
        criteria_rows.add(criteria_set=official, question=NEW, actor=cast.admin)
    with pytest.raises(NotAllowed):
        criteria.clone(criteria_set=own, actor=cast.other_officer, province=cast.quang_ngai)


def test_rows_are_added_changed_moved_and_removed(cast, own):
    officer = cast.province_officer
    row = criteria_rows.add(criteria_set=own, question=NEW, actor=officer)
    assert titles(own)[2:4] == ["Khu vực phân phối chính", "Quảng bá"]
    criteria_rows.move(criterion=row, up=True, actor=officer)
    assert titles(own)[2:4] == ["Quảng bá", "Khu vực phân phối chính"]
    criteria_rows.move(criterion=row, up=True, actor=officer)  # the first of its section stays
    assert titles(own)[2] == "Quảng bá"
    away = replace(NEW, part="C", section="6. CHỈ TIÊU CẢM QUAN", options=(Choice(Decimal("2.5")),))
    criteria_rows.change(criterion=row, question=away, actor=officer)
    assert titles(own)[3:5] == ["Màu sắc", "Quảng bá"]
    assert [part.found for part in selectors.check(own).sums] == [40, 25, Decimal("37.5")]
    entry = AuditEntry.objects.filter(action="ratings.criteria.criterion_changed").first()
    assert entry.changes["4.2 Quảng bá · Mức điểm"] == ["0; 5 – có trang web", "2,5"]
    assert (entry.object_id, entry.actor_id) == (str(own.pk), officer.pk)
    criteria_rows.remove(criterion=row, actor=officer)
    assert selectors.check(own).is_complete
    with pytest.raises(criteria_rows.CriterionGone):
        criteria_rows.remove(criterion=row, actor=officer)


def test_saving_the_same_leaves_no_trace(cast, own):
    row = own.criteria.first()
    before = AuditEntry.objects.count()
    criteria_rows.change(criterion=row, question=Question.of(row), actor=cast.province_officer)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"section": ""}, "section"),
        ({"part": "D"}, "part"),
        ({"title": "x" * 301}, "title"),
        ({"code": "1" * 13}, "code"),
        ({"options": (Choice(Decimal("100.5")),)}, "options"),
        ({"options": (Choice(Decimal(-1)),)}, "options"),
        ({"options": (Choice(Decimal("NaN")),)}, "options"),
        ({"options": (Choice(Decimal("1.001")),)}, "options"),
        ({"options": (Choice(Decimal(1)),) * 13}, "options"),
    ],
)
def test_what_does_not_fit_names_its_field(cast, own, change, field):
    with pytest.raises(InvalidQuestion) as refusal:
        criteria_rows.add(criteria_set=own, question=replace(NEW, **change), actor=cast.province_officer)
    assert refusal.value.data["field"] == field
    assert own.criteria.count() == 5


def test_the_check_names_what_is_wrong(cast, own):
    officer = cast.province_officer
    criteria_rows.add(criteria_set=own, question=replace(NEW, code="4.1", options=()), actor=officer)
    check = selectors.check(own)
    assert [(problem.text, problem.blocks) for problem in check.problems] == [
        ("Tiêu chí “4.1 Quảng bá” chưa có mức điểm nào", True),
        ("Số 4.1 đứng trước 2 tiêu chí", False),
    ]
    with pytest.raises(criteria.CriteriaIncomplete):
        criteria.freeze(criteria_set=own)


def test_a_frozen_set_changes_no_more(cast, own):
    assert criteria.freeze(criteria_set=own, actor=cast.owner) is True
    assert criteria.freeze(criteria_set=own, actor=cast.owner) is False
    first = own.frozen_at
    own.refresh_from_db()
    assert own.frozen_at == first is not None
    row = own.criteria.first()
    for attempt in (
        lambda: criteria.describe(
            criteria_set=own, name="Khác", product_sets=[], actor=cast.province_officer
        ),
        lambda: criteria_rows.add(criteria_set=own, question=NEW, actor=cast.province_officer),
        lambda: criteria_rows.change(criterion=row, question=NEW, actor=cast.province_officer),
        lambda: criteria_rows.remove(criterion=row, actor=cast.province_officer),
        lambda: criteria_rows.replace_all(criteria_set=own, questions=[], actor=cast.province_officer),
    ):
        with pytest.raises(criteria.CriteriaFrozen, match="Nhân bản"):
            attempt()
    copy = criteria.clone(criteria_set=own, actor=cast.province_officer, province=cast.da_nang)
    criteria_rows.add(criteria_set=copy, question=NEW, actor=cast.province_officer)
    assert copy.criteria.count() == own.criteria.count() + 1


def test_the_database_refuses_too(cast, own):
    criteria.freeze(criteria_set=own)
    row = own.criteria.first()
    option = row.options.first()
    for attempt in (
        lambda: Criterion.objects.filter(pk=row.pk).update(title="Khác"),
        lambda: Criterion.objects.create(criteria_set=own, position=99, part="A", section="x", title="x"),
        lambda: CriterionOption.objects.filter(pk=option.pk).update(points=9),
        lambda: CriterionOption.objects.create(criterion=row, position=9, points=1),
        lambda: option.delete(),
        lambda: row.delete(),
        lambda: own.delete(),
        lambda: CriteriaSet.objects.filter(pk=own.pk).update(frozen_at=None),
    ):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            attempt()
    CriteriaSet.objects.filter(pk=own.pk).update(name="Tên sửa lỗi chữ")  # not what is scored by


def test_a_retired_set_is_not_for_new_dossiers(cast, own, make_product):
    product = make_product(cast.producer)
    assert selectors.usable_for(product) == [own]
    criteria.retire(criteria_set=own, actor=cast.province_officer, reason="In nhầm")
    assert selectors.usable_for(product) == [own.cloned_from]
    with pytest.raises(criteria.CriteriaRetired):
        criteria.freeze(criteria_set=own)
    with pytest.raises(criteria.CriteriaRetired):
        criteria_rows.add(criteria_set=own, question=NEW, actor=cast.province_officer)


def test_the_newest_complete_revision_of_the_province_is_used(cast, official, own, make_product):
    ours, theirs = make_product(cast.producer), make_product(cast.far_producer)
    second = criteria.clone(criteria_set=own, actor=cast.province_officer, province=cast.da_nang)
    assert selectors.usable_for(ours) == [second]
    assert selectors.usable_for(theirs) == [official]
    criteria_rows.remove(criterion=second.criteria.first(), actor=cast.province_officer)
    assert selectors.usable_for(ours) == [own]


def test_two_sets_of_one_product_set_are_both_offered(cast, official, product_set, make_product):
    other = make_set(product_set, code="5", name="Mật khác")
    assert selectors.usable_for(make_product(cast.producer)) == [official, other]


def test_rules_that_do_not_hold_yet_are_not_used(cast, official, product_set, make_product):
    future = make_rules("thử tương lai")
    RuleVersion.objects.filter(pk=future.pk).update(in_force_from="2999-01-01")
    make_set(product_set, version=future, code="9")
    newer = make_rules("thử mới")
    RuleVersion.objects.filter(pk=newer.pk).update(in_force_from="2024-01-01")
    product = make_product(cast.producer)
    assert selectors.usable_for(product) == [official]
    newest = make_set(product_set, version=newer, code="9")
    assert selectors.usable_for(product) == [newest]


def test_without_a_product_set_nothing_is_offered(cast, official, make_product):
    product = make_product(cast.producer)
    official.product_sets.clear()
    product.product_set = None
    assert selectors.usable_for(product) == []


def test_checking_many_sets_is_one_query(cast, official, own):
    counts = []
    for sets in ([official], [official, own]):
        with CaptureQueriesContext(connection) as asked:
            selectors.check_all(sets)
        counts.append(len(asked))
    assert counts == [1, 1]


def test_a_province_begins_a_set_of_its_own(cast, official, product_set):
    values = {
        "version": make_rules(),
        "code": " 12 ",
        "name": "Chè",
        "product_sets": [product_set],
        "province": cast.da_nang,
    }
    found = criteria.create(**values, actor=cast.province_leader, questions=questions(official))
    assert (found.code, found.revision, selectors.check(found).is_complete) == ("12", 1, True)
    with pytest.raises(criteria.CriteriaSetExists):
        criteria.create(**values, actor=cast.province_officer)
    second = criteria.create(**values, actor=cast.province_officer, is_revision=True)
    assert second.revision == 2
    with pytest.raises(criteria.NamelessSet):
        criteria.create(**{**values, "name": " "}, actor=cast.province_officer)
    with pytest.raises(NotAllowed):
        criteria.create(**values, actor=cast.other_officer)


def test_describing_is_traced(cast, own):
    criteria.describe(
        criteria_set=own,
        name="Mật ong Đà Nẵng",
        product_sets=ProductSet.objects.none(),
        actor=cast.province_officer,
    )
    entry = AuditEntry.objects.get(action="ratings.criteria.described")
    assert entry.changes == {"tên": ["Mật ong", "Mật ong Đà Nẵng"], "bộ sản phẩm": ["4", ""]}
