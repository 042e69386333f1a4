"""A producer's dossier: what may be opened, what is kept when it is handed in, what changed since."""

import datetime as dt

import pytest

from catalog.models import Product
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, StatusChange
from ratings.models import Answer, Criterion, CriterionOption, Dossier, Evidence, Submission
from ratings.selectors import submissions
from ratings.services import answers, dossiers, recognitions, workflow
from ratings.services.answers import DeskClosed, Given
from ratings.states import DossierStatus
from ratings.tests.rating import answer_all, make_dossier, make_set

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC)


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, name="Mật ong Duy Xuyên")


@pytest.fixture
def criteria(product_set):
    return make_set(product_set)


def begin(product, criteria, actor, **changes):
    facts = {"kind": "first", "stars_applied": 4, "criteria_set": criteria, "at": NOON}
    return dossiers.open(product=product, actor=actor, **(facts | changes))


def fill(dossier, given, actor):
    return answers.save(dossier=dossier, desk="self", given=given, actor=actor)


def recognise(product, cast, stars=3):
    decision = recognitions.open_decision(
        number="12/QĐ-UBND",
        decided_on=dt.date(2025, 6, 1),
        level="province",
        authority="UBND thành phố Đà Nẵng",
        province=cast.da_nang,
        actor=None,
    )
    return recognitions.issue(product=product, decision=decision, stars=stars, actor=None)


def lay(dossier, criterion=None, name="giay.pdf"):
    return Evidence.objects.create(
        dossier=dossier,
        criterion=criterion,
        name=name,
        file=f"ho-so/{name}",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
    )


# --- Opening ---


def test_a_draft_has_a_number_a_place_and_frozen_criteria(cast, product, criteria):
    dossier = begin(product, criteria, cast.staff)
    assert (dossier.code, dossier.status) == ("HS-48-2026-00001", "draft")
    assert (dossier.province, dossier.commune) == (cast.da_nang, cast.duy_xuyen)
    criteria.refresh_from_db()
    assert criteria.frozen_at == NOON
    assert AuditEntry.objects.filter(action="ratings.dossier.opened", actor_id=cast.staff.pk).exists()


def test_numbers_count_on_within_a_province_and_a_year(cast, make_product, criteria):
    codes = [begin(make_product(cast.producer), criteria, None).code for _ in range(2)]
    codes.append(begin(make_product(cast.producer), criteria, None, at=NOON.replace(year=2027)).code)
    assert codes == ["HS-48-2026-00001", "HS-48-2026-00002", "HS-48-2027-00001"]


@pytest.mark.parametrize(
    ("lacks", "word"),
    [({"commune": None}, "Nơi sản xuất"), ({"product_set": None}, "Chưa chọn bộ sản phẩm")],
)
def test_a_product_that_is_not_ready_says_where_to_mend_it(cast, product, criteria, lacks, word):
    Product.objects.filter(pk=product.pk).update(**lacks)
    product.refresh_from_db()
    with pytest.raises(dossiers.NotReady, match=word) as refusal:
        begin(product, criteria, cast.owner)
    assert refusal.value.data == {"field": next(iter(lacks))}
    assert not Dossier.objects.exists()


def test_without_complete_criteria_the_province_must_act(cast, product, criteria):
    CriterionOption.objects.filter(points=25).delete()  # part B sums to 15 of 25
    with pytest.raises(dossiers.NotReady, match="cấp tỉnh phải nhập"):
        begin(product, criteria, cast.owner)
    criteria.refresh_from_db()
    assert criteria.frozen_at is None


@pytest.mark.parametrize("use", ["another product set", "another province", "retired"])
def test_criteria_that_are_not_for_the_product_are_refused(cast, product, criteria, product_set, use):
    other = make_set(None if use == "another product set" else product_set, code="khác")
    if use == "another province":
        other.province = cast.quang_ngai
    if use == "retired":
        other.retired_at = NOON
    other.save()
    with pytest.raises(dossiers.NotReady, match="không dùng được"):
        begin(product, other, cast.owner)


def test_one_open_dossier_a_product(cast, product, criteria):
    first = begin(product, criteria, cast.owner)
    with pytest.raises(dossiers.AlreadyOpen) as refusal:
        begin(product, criteria, cast.staff)
    assert refusal.value.data == {"dossier": first.code}
    dossiers.withdraw(dossier=first, reason="Lập nhầm", actor=cast.owner)
    assert begin(product, criteria, cast.staff).code == "HS-48-2026-00002"  # the refused one took no number


@pytest.mark.parametrize(
    ("held", "kind", "stars", "word"),
    [
        (None, "renewal", 4, "chưa có quyết định"),
        (None, "upgrade", 4, "chưa có quyết định"),
        (3, "first", 4, "đã được công nhận"),
        (4, "upgrade", 4, "phải đề nghị cao hơn"),
        (None, "first", 2, "từ 3 đến 5"),
        (None, "first", 6, "từ 3 đến 5"),
    ],
)
def test_kind_and_stars_fit_what_the_product_holds(cast, product, criteria, held, kind, stars, word):
    if held:
        recognise(product, cast, held)
    with pytest.raises(dossiers.UnfitKind, match=word):
        begin(product, criteria, cast.owner, kind=kind, stars_applied=stars)


@pytest.mark.parametrize(("kind", "stars"), [("renewal", 3), ("renewal", 4), ("upgrade", 4)])
def test_a_recognised_product_is_rated_again_or_higher(cast, product, criteria, kind, stars):
    recognise(product, cast, 3)
    assert begin(product, criteria, cast.owner, kind=kind, stars_applied=stars).kind == kind


@pytest.mark.parametrize("who", ["rival_owner", "province_officer", "commune_officer", "buyer"])
def test_only_its_people_apply_for_a_product(cast, product, criteria, who):
    with pytest.raises(NotAllowed):
        begin(product, criteria, cast.people[who])


# --- Filling ---


def test_a_form_keeps_only_what_differs(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    criterion = criteria.criteria.first()
    option = criterion.options.last()
    given = {criterion.pk: Given(option.pk, note="Vùng nguyên liệu ở xã\n\n\nvà rừng")}
    assert fill(dossier, given, cast.owner).saved == 1
    answer = Answer.objects.get()
    assert (answer.option, answer.by) == (option, cast.owner)
    assert fill(dossier, given, cast.staff).saved == 0
    note_only = {criterion.pk: Given(None, note="Khác")}
    assert fill(dossier, note_only, cast.staff).saved == 1
    answer.refresh_from_db()
    assert (answer.option, answer.note, answer.by) == (option, "Khác", cast.staff)


@pytest.mark.parametrize(
    "what", ["option of another criterion", "criterion of another set", "no such option"]
)
def test_what_is_bent_is_refused_alone(cast, product, criteria, what):
    dossier = begin(product, criteria, cast.owner)
    first, second = criteria.criteria.all()[:2]
    bad = {
        "option of another criterion": {second.pk: Given(first.options.first().pk, note="")},
        "criterion of another set": {make_set(code="9").criteria.last().pk: Given(None, note="x")},
        "no such option": {second.pk: Given(10**12, note="")},
    }[what]
    given = {first.pk: Given(first.options.first().pk, note="")} | bad
    assert set(fill(dossier, given, cast.owner).refused) == set(bad)
    assert Answer.objects.get().criterion == first


def test_kind_and_stars_change_while_it_is_a_draft(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    dossiers.change(dossier=dossier, kind="first", stars_applied=3, actor=cast.staff)
    dossier.refresh_from_db()
    assert dossier.stars_applied == 3
    assert AuditEntry.objects.get(action="ratings.dossier.changed").changes == {"stars_applied": [4, 3]}
    with pytest.raises(dossiers.UnfitKind):
        dossiers.change(dossier=dossier, kind="renewal", stars_applied=3, actor=cast.owner)


# --- Handing in ---


def test_what_is_missing_is_told_criterion_by_criterion(cast, product, criteria):
    asked, other = criteria.criteria.all()[:2]
    Criterion.objects.filter(pk=asked.pk).update(evidence_asked="Sổ ghi nguồn nguyên liệu")
    dossier = begin(product, criteria, cast.owner)
    answer_all(dossier)
    Answer.objects.get(criterion=other).delete()
    with pytest.raises(dossiers.Incomplete, match=r"1\.1 Nguồn nguyên liệu") as refusal:
        dossiers.submit(dossier=dossier, actor=cast.owner)
    assert refusal.value.data["missing"] == [
        {"criterion": asked.pk, "code": "1.1", "answer": False, "evidence": True},
        {"criterion": other.pk, "code": "3.3", "answer": True, "evidence": False},
    ]
    assert not Submission.objects.exists()
    dossier.refresh_from_db()
    assert dossier.status == "draft"


def test_a_note_alone_is_no_answer(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    answer_all(dossier)
    Answer.objects.filter(criterion=criteria.criteria.first()).update(option=None, note="để sau")
    with pytest.raises(dossiers.Incomplete):
        dossiers.submit(dossier=dossier, actor=cast.owner)


def test_a_submission_keeps_what_was_handed_in(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    total = answer_all(dossier, choice=1)
    paper = lay(dossier, criteria.criteria.first())
    submission = dossiers.submit(dossier=dossier, actor=cast.staff, at=NOON)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.self_total, dossier.submission_count) == ("submitted", total, 1)
    assert (dossier.submitted_at, dossier.due_on) == (NOON, dt.date(2026, 3, 7))
    content = submission.content
    assert (content["kind"], content["stars_applied"], content["total"]) == ("first", 4, f"{total:.2f}")
    assert len(content["answers"]) == 5
    first = content["answers"][str(criteria.criteria.first().pk)]
    assert first == {"option": Answer.objects.first().option_id, "points": "10.00", "note": ""}
    assert content["evidence"] == [
        {"id": paper.pk, "criterion": paper.criterion_id, "name": "giay.pdf", "sha256": "0" * 64}
    ]
    step = StatusChange.objects.get(object_id=dossier.pk, machine="ratings.dossier")
    assert (step.to_state, step.actor_id) == ("submitted", cast.staff.pk)


def test_what_was_handed_in_cannot_be_changed_by_its_producer(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    answer_all(dossier)
    dossiers.submit(dossier=dossier, actor=cast.owner)
    criterion = criteria.criteria.first()
    given = {criterion.pk: Given(criterion.options.first().pk, note="")}
    for attempt in (
        lambda: fill(dossier, given, cast.owner),
        lambda: dossiers.change(dossier=dossier, kind="first", stars_applied=5, actor=cast.owner),
        lambda: dossiers.submit(dossier=dossier, actor=cast.owner),
    ):
        with pytest.raises(DeskClosed):
            attempt()
    assert Answer.objects.get(criterion=criterion).option == criterion.options.last()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("returned_by", "back_to"),
    [
        ("submitted", "submitted"),
        ("commune_check", "submitted"),
        ("advisory", "advisory"),
        ("council", "advisory"),
    ],
)
def test_a_returned_dossier_goes_back_to_who_returned_it(cast, product, criteria, returned_by, back_to):
    dossier = make_dossier(product, "returned", criteria_set=criteria, returned_by=returned_by)
    answer_all(dossier)
    submission = dossiers.submit(dossier=dossier, actor=cast.owner)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.returned_by, submission.number) == (back_to, "", 2)


def test_a_product_recognised_meanwhile_asks_for_another_kind(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    answer_all(dossier)
    recognise(product, cast)
    with pytest.raises(dossiers.UnfitKind):
        dossiers.submit(dossier=dossier, actor=cast.owner)


@pytest.mark.parametrize("who", ["rival_owner", "province_officer", "commune_officer"])
def test_nobody_else_changes_hands_in_or_withdraws(cast, product, criteria, who):
    dossier = begin(product, criteria, cast.owner)
    answer_all(dossier)
    actor = cast.people[who]
    for attempt in (
        lambda: dossiers.submit(dossier=dossier, actor=actor),
        lambda: dossiers.change(dossier=dossier, kind="first", stars_applied=3, actor=actor),
        lambda: dossiers.withdraw(dossier=dossier, reason="x", actor=actor),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- Withdrawing ---


@pytest.mark.parametrize("status", ["draft", "submitted", "commune_check", "advisory", "council", "returned"])
def test_it_is_withdrawn_with_a_reason(cast, product, criteria, status):
    dossier = make_dossier(product, status, criteria_set=criteria)
    dossiers.withdraw(dossier=dossier, reason="Chờ  vụ sau", actor=cast.owner)
    assert StatusChange.objects.get(to_state="withdrawn").reason == "Chờ vụ sau"
    assert Dossier.objects.get().due_on is None


@pytest.mark.parametrize("status", ["scored", "central", "in_decision", "certified", "rejected"])
def test_it_is_not_withdrawn_after_the_council_has_decided(cast, product, criteria, status):
    dossier = make_dossier(product, status, criteria_set=criteria)
    with pytest.raises(ForbiddenTransition):
        dossiers.withdraw(dossier=dossier, reason="x", actor=cast.owner)


# --- Comparing ---


def test_two_submissions_are_compared(cast, product, criteria):
    dossier = begin(product, criteria, cast.owner)
    answer_all(dossier, choice=1)
    gone = lay(dossier, criteria.criteria.first(), "cu.pdf")
    dossiers.submit(dossier=dossier, actor=cast.owner)
    workflow.move(dossier=dossier, to=DossierStatus.RETURNED, actor=None, reason="Thiếu sổ")
    changed, noted = criteria.criteria.all()[:2]
    best = changed.options.last()
    given = {
        changed.pk: Given(best.pk, note=""),
        noted.pk: Given(None, note="12 lao động của xã"),
    }
    fill(dossier, given, cast.owner)
    dossiers.change(dossier=dossier, kind="first", stars_applied=3, actor=cast.owner)
    Evidence.objects.filter(pk=gone.pk).update(removed_at=NOON)
    added = lay(dossier, noted, "so.pdf")
    dossiers.submit(dossier=dossier, actor=cast.owner)

    found = submissions.changes(dossier, 1, 2)
    points = [(row.criterion, row.before.points, row.after.points) for row in found.answers]
    assert points == [(changed, 10, 20), (noted, 10, 10)]
    assert (found.answers[1].before.note, found.answers[1].after.note) == ("", "12 lao động của xã")
    assert [paper.pk for paper in found.added] == [added.pk]
    assert [(paper.pk, paper.criterion) for paper in found.removed] == [(gone.pk, changed)]
    assert [fact[1:] for fact in found.facts] == [("4", "3"), ("52,50", "62,50")]
    assert submissions.changes(dossier, 2, 2).is_empty
    with pytest.raises(Submission.DoesNotExist):
        submissions.changes(dossier, 1, 3)
