"""The commune's and the advisory team's desks: every step, who may take it, and what it needs."""

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, OutboxMessage, StatusChange
from ratings import policies
from ratings.models import Answer, Council, CouncilItem, Desk, Dossier
from ratings.services import answers, desks, reasons, workflow
from ratings.states import DOSSIER, DossierStatus, ItemStatus
from ratings.tests.rating import answer_all, make_dossier, make_set

S = DossierStatus
AT = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)  # the 21st in Vietnam
pytestmark = pytest.mark.django_db


PROVINCE = {"province_officer", "province_leader"}


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer)


@pytest.fixture
def lying(product):
    """``lying(status)`` → a dossier there, as a fresh request reads it."""
    return lambda status, **extra: Dossier.objects.get(pk=make_dossier(product, status, **extra).pk)


def ask_commune(dossier):
    return list(dossier.criteria_set.criteria.filter(is_for_commune=True))


def say(dossier, actor, *words, note=""):
    """The commune's word on its criteria, one after the other."""
    for criterion, word in zip(ask_commune(dossier), words, strict=False):
        answers.record(
            dossier=dossier,
            desk=Desk.COMMUNE,
            criterion=criterion,
            actor=actor,
            is_confirmed=word,
            note=note,
        )


def facts():
    return (
        StatusChange.objects.count(),
        AuditEntry.objects.count(),
        OutboxMessage.objects.count(),
        list(Answer.objects.values_list("option", "is_confirmed", "note").order_by("pk")),
        list(Dossier.objects.values_list("status", "due_on", "returned_by", "advisory_total")),
    )


def ready(dossier, cast):
    """Everything answered that the dossier's desk has to answer."""
    if dossier.status == S.COMMUNE_CHECK:
        say(dossier, cast.commune_officer, True, True)
    elif dossier.status == S.ADVISORY:
        answer_all(dossier, Desk.ADVISORY)


STEPS = [
    (S.SUBMITTED, desks.receive, S.COMMUNE_CHECK, "commune", 10),
    (S.COMMUNE_CHECK, desks.forward_from_commune, S.ADVISORY, "commune", 15),
    (S.ADVISORY, desks.forward_to_council, S.COUNCIL, "province", 30),
]
ACTORS = {
    "commune": ("commune_officer",),
    "province": ("province_officer", "province_leader"),
}


@pytest.mark.parametrize(("start", "step", "end", "desk", "days"), STEPS)
def test_each_desk_takes_its_own_step(cast, lying, start, step, end, desk, days):
    for role in ACTORS[desk]:
        dossier = lying(start)
        ready(dossier, cast)
        actor = getattr(cast, role)
        assert step(dossier=dossier, actor=actor, at=AT) is True
        stored = Dossier.objects.get(pk=dossier.pk)
        assert stored.status == dossier.status == end
        # The market's own days, counted from the day in Vietnam.
        assert stored.due_on == dt.date(2026, 11, 21) + dt.timedelta(days=days)
        event = StatusChange.objects.get(object_id=dossier.pk, to_state=end)
        assert (event.from_state, event.actor_id, event.at) == (start, actor.pk, AT)
        Dossier.objects.all().update(status=S.WITHDRAWN)  # one open dossier for each product


@pytest.mark.parametrize(("start", "step", "end", "desk", "days"), STEPS)
def test_nobody_else_takes_it(cast, lying, start, step, end, desk, days):
    dossier = lying(start)
    ready(dossier, cast)
    before = facts()
    strangers = [n for n in cast.people if n not in (*ACTORS[desk], "admin", "guest")]
    assert len(strangers) >= 8
    for name in strangers:
        with pytest.raises(NotAllowed):
            step(dossier=dossier, actor=cast.people[name])
        with pytest.raises(NotAllowed):
            desks.give_back(dossier=dossier, actor=cast.people[name], reason="thiếu")
    assert facts() == before


def test_the_province_does_not_act_for_the_commune(cast, lying):
    dossier = lying(S.SUBMITTED)
    with pytest.raises(NotAllowed):
        desks.receive(dossier=dossier, actor=cast.province_officer)
    dossier.status = S.ADVISORY  # what a forged form would claim to have seen
    with pytest.raises(desks.DeskMoved) as refusal:
        desks.give_back(dossier=dossier, actor=cast.province_officer, reason="thiếu")
    assert refusal.value.data == {"status": S.SUBMITTED}
    assert Dossier.objects.get().status == S.SUBMITTED


def test_the_commune_answers_all_its_criteria_and_explains_every_no(cast, lying):
    dossier = lying(S.COMMUNE_CHECK)
    first, second = ask_commune(dossier)
    with pytest.raises(desks.AnswersMissing) as refusal:
        desks.forward_from_commune(dossier=dossier, actor=cast.commune_officer)
    assert refusal.value.data == {"answers": [first.pk, second.pk], "notes": []}
    assert "1.1 Nguồn nguyên liệu" in str(refusal.value)

    say(dossier, cast.commune_officer, True, False, note=" ")
    with pytest.raises(desks.AnswersMissing) as refusal:
        desks.forward_from_commune(dossier=dossier, actor=cast.commune_officer)
    assert refusal.value.data == {"answers": [], "notes": [second.pk]}
    assert "3.3 Sử dụng lao động địa phương" in str(refusal.value)
    assert "1.1" not in str(refusal.value)
    assert Dossier.objects.get().status == S.COMMUNE_CHECK

    say(dossier, cast.commune_officer, True, False, note="Chỉ 3 trên 9 lao động ở xã")
    assert desks.forward_from_commune(dossier=dossier, actor=cast.commune_officer)


def test_the_advisory_team_scores_every_criterion(cast, lying):
    dossier = lying(S.ADVISORY)
    total = answer_all(dossier, Desk.ADVISORY, choice=1)
    left = dossier.criteria_set.criteria.get(code="9.1")
    Answer.objects.filter(criterion=left).update(option=None, note="xem lại")
    with pytest.raises(desks.AnswersMissing) as refusal:
        desks.forward_to_council(dossier=dossier, actor=cast.province_officer)
    assert refusal.value.data["answers"] == [left.pk]
    assert Dossier.objects.get().advisory_total is None

    answer_all(dossier, Desk.ADVISORY, choice=1)
    assert desks.forward_to_council(dossier=dossier, actor=cast.province_officer)
    assert Dossier.objects.get().advisory_total == total == Decimal("52.50")
    trail = AuditEntry.objects.get(action="ratings.dossier.changed")
    assert trail.changes == {"advisory_total": [None, "52.50"]}


def test_a_long_list_of_what_is_missing_is_cut(cast, lying):
    dossier = lying(S.ADVISORY)
    for number in range(10, 20):
        dossier.criteria_set.criteria.create(position=number, part="A", section="x", title=f"Thêm {number}")
    with pytest.raises(desks.AnswersMissing) as refusal:
        desks.forward_to_council(dossier=dossier, actor=cast.province_officer)
    assert "và 9 tiêu chí khác" in str(refusal.value)
    assert len(refusal.value.data["answers"]) == 15


@pytest.mark.parametrize(
    ("start", "role", "back_to"),
    [
        (S.SUBMITTED, "commune_officer", S.SUBMITTED),
        (S.COMMUNE_CHECK, "commune_officer", S.SUBMITTED),
        (S.ADVISORY, "province_officer", S.ADVISORY),
        (S.COUNCIL, "province_officer", S.ADVISORY),
    ],
)
def test_returned_with_reasons_it_comes_back_to_the_desk(cast, lying, start, role, back_to):
    dossier = lying(start)
    actor = getattr(cast, role)
    for nothing in ("", "  \n "):
        with pytest.raises(reasons.ReasonMissing):
            desks.give_back(dossier=dossier, actor=actor, reason=nothing)
    reason = "1. Thiếu phiếu kiểm nghiệm\n2. Ảnh bao bì mờ"
    assert desks.give_back(dossier=dossier, actor=actor, reason=reason, at=AT)
    stored = Dossier.objects.get()
    assert (stored.status, stored.returned_by) == (S.RETURNED, back_to)
    assert stored.due_on == dt.date(2026, 12, 21)
    assert StatusChange.objects.get(to_state=S.RETURNED).reason == reason
    # Handed in again, as the producer's service does.
    assert workflow.move(dossier=stored, to=stored.returned_by, actor=cast.owner, at=AT)
    assert policies_hold(cast, stored) == ({"commune_officer"} if back_to == S.SUBMITTED else PROVINCE)


def policies_hold(cast, dossier):
    people = {n: u for n, u in cast.people.items() if n not in ("guest", "admin")}
    return {name for name, user in people.items() if policies.holds(user, dossier)}


@pytest.mark.parametrize("status", sorted(set(S) - set(desks.RETURNS_TO)))
def test_elsewhere_no_desk_holds_it(cast, lying, status):
    dossier = lying(status)
    assert policies_hold(cast, dossier) == set()
    for step in (desks.receive, desks.forward_from_commune, desks.forward_to_council):
        with pytest.raises((NotAllowed, desks.DeskMoved)):
            step(dossier=dossier, actor=cast.province_officer)
    # Not even the administrator: there is no such step.
    with pytest.raises((NotAllowed, desks.DeskMoved, ForbiddenTransition)):
        desks.give_back(dossier=dossier, actor=cast.admin, reason="x")
    assert Dossier.objects.get().status == status


def test_a_dossier_before_a_council_is_not_taken_away(cast, lying):
    dossier = lying(S.COUNCIL)
    council = Council.objects.create(
        province=cast.da_nang, name="Đợt 1", held_on=AT.date(), secretary=cast.province_officer
    )
    item = CouncilItem.objects.create(council=council, dossier=dossier, position=1)
    for status in (ItemStatus.WAITING, ItemStatus.SCORING, ItemStatus.DISCUSSING, ItemStatus.BLOCKED):
        CouncilItem.objects.update(status=status)
        with pytest.raises(desks.InSession) as refusal:
            desks.give_back(dossier=dossier, actor=cast.province_officer, reason="thiếu")
        assert refusal.value.data == {"council": council.pk}
    CouncilItem.objects.filter(pk=item.pk).update(status=ItemStatus.REMOVED)
    assert desks.give_back(dossier=dossier, actor=cast.province_officer, reason="thiếu")


def test_only_a_stop_rule_rejects_and_only_ones_own(cast, lying):
    dossier = lying(S.COMMUNE_CHECK)
    own, plain, theirs = (dossier.criteria_set.criteria.get(code=c) for c in ("1.1", "3.3", "9.1"))
    for criterion in (plain, theirs, make_set(code="khác").criteria.get(code="1.1")):
        with pytest.raises(desks.NoStopRule) as refusal:
            desks.reject(dossier=dossier, criterion=criterion, actor=cast.commune_officer, reason="x")
        assert refusal.value.data == {"criterion": criterion.pk}
    with pytest.raises(reasons.ReasonMissing):
        desks.reject(dossier=dossier, criterion=own, actor=cast.commune_officer, reason="")
    with pytest.raises(NotAllowed):
        desks.reject(dossier=dossier, criterion=own, actor=cast.province_officer, reason="x")
    assert desks.reject(
        dossier=dossier, criterion=own, actor=cast.commune_officer, reason="Nguyên liệu nhập, không giấy tờ"
    )
    stored = Dossier.objects.get()
    assert (stored.status, stored.due_on) == (S.REJECTED, None)
    reason = StatusChange.objects.get(to_state=S.REJECTED).reason
    assert "1.1 Nguồn nguyên liệu" in reason
    assert "Không rõ nguồn gốc" in reason
    assert "Nguyên liệu nhập" in reason


def test_the_advisory_team_rejects_by_any_stop_rule(cast, lying):
    dossier = lying(S.ADVISORY)
    criterion = dossier.criteria_set.criteria.get(code="9.1")
    assert desks.reject(dossier=dossier, criterion=criterion, actor=cast.province_leader, reason="x")


@pytest.mark.parametrize("status", [S.SUBMITTED, S.COUNCIL])
def test_other_steps_have_no_rejection_here(cast, lying, status):
    dossier = lying(status)
    actor = cast.commune_officer if status == S.SUBMITTED else cast.province_officer
    with pytest.raises(desks.DeskMoved):
        desks.reject(
            dossier=dossier,
            criterion=dossier.criteria_set.criteria.get(code="1.1"),
            actor=actor,
            reason="x",
        )


def test_who_comes_second_finds_it_done_or_is_told(cast, lying):
    first, second = lying(S.SUBMITTED), Dossier.objects.get()
    third = Dossier.objects.get()
    assert desks.receive(dossier=first, actor=cast.commune_officer) is True
    assert desks.receive(dossier=second, actor=cast.commune_officer) is False
    with pytest.raises(desks.DeskMoved) as refusal:
        desks.give_back(dossier=third, actor=cast.commune_officer, reason="thiếu")
    assert refusal.value.status == 409
    assert "Xã đang kiểm tra" in str(refusal.value)
    assert StatusChange.objects.filter(machine=DOSSIER.name).count() == 1


def test_an_officer_of_the_past_holds_no_desk(cast, lying):
    cast.commune_officer.assignments.update(valid_to=dt.date(2026, 1, 31))
    with pytest.raises(NotAllowed):
        desks.receive(dossier=lying(S.SUBMITTED), actor=cast.commune_officer)


def test_a_changed_answer_of_an_officer_leaves_a_trace(cast, lying):
    dossier = lying(S.COMMUNE_CHECK)
    say(dossier, cast.commune_officer, True, True)
    trail = AuditEntry.objects.filter(action="ratings.answer.changed")
    assert not trail.exists()  # a first answer replaces nothing
    say(dossier, cast.commune_officer, False, True, note="")
    entry = trail.get()
    assert (entry.actor_id, entry.changes) == (
        cast.commune_officer.pk,
        {"is_confirmed": [True, False]},
    )
    Dossier.objects.update(status=S.ADVISORY)
    asked = dossier.criteria_set.criteria.get(code="4.1")
    for option, note in zip(asked.options.all(), ("", "Thêm một tỉnh"), strict=False):
        answers.record(
            dossier=dossier,
            desk=Desk.ADVISORY,
            criterion=asked,
            option=option,
            note=note,
            actor=cast.province_officer,
        )
    assert trail.latest("pk").changes == {"points": ["5.00", "15.00"], "note": ["", "Thêm một tỉnh"]}
