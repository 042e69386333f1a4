"""Who may sit, what is heard, the quorum, and the secretary's hand."""

from decimal import Decimal

import pytest

from accounts.models import Role
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, StatusChange
from ratings.models import Council, CouncilItem, Dossier, Scorecard
from ratings.services import councils, dossiers, hearings, scorecards
from ratings.services.quorum import NoQuorum
from ratings.tests.rating import make_dossier
from ratings.tests.sitting import make_sitting
from tests.cast import make_officer


@pytest.fixture
def sitting(cast, make_product):
    """Three members there, one dossier being scored."""
    sitting = make_sitting(cast, [make_product(cast.producer)])
    sitting.run()
    return sitting


# Points of the rubric: 0/10/20, 0/10/20, 5/15/25, 0/5/10, 0/12.5/15.01/25.
FULL, GOOD, FAIR, POOR = -1, [2, 2, 1, 1, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]  # 100; 72.5; 52.5; 5


# --- Quorum ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("present", "missing"), [(2, 1), (1, 2)])
def test_too_few_members_cannot_open(cast, make_product, present, missing):
    sitting = make_sitting(cast, [], members=4, present=present, is_open=False)
    with pytest.raises(NoQuorum) as refusal:
        councils.open_session(council=sitting.council, actor=sitting.secretary)
    assert refusal.value.data["missing"] == missing
    assert f"thiếu {missing} người (cần 3 trên 4" in str(refusal.value)
    assert Council.objects.get().status == "planned"


def test_three_of_four_can(cast):
    sitting = make_sitting(cast, [], members=4, present=3)
    assert Council.objects.get(pk=sitting.council.pk).status == "open"


def test_without_the_chair_nobody_can(cast):
    sitting = make_sitting(cast, [], members=5, is_open=False)
    councils.attend(council=sitting.council, present=sitting.seats()[1:], actor=sitting.secretary)
    with pytest.raises(NoQuorum, match="thiếu chủ tịch") as refusal:
        councils.open_session(council=sitting.council, actor=sitting.secretary)
    assert (refusal.value.data["missing"], refusal.value.data["chair"]) == (0, False)


def test_without_any_member_nobody_can(cast):
    sitting = make_sitting(cast, [], members=0, is_open=False)
    with pytest.raises(NoQuorum):
        councils.open_session(council=sitting.council, actor=sitting.secretary)


def test_nothing_is_scored_before_the_session_opens(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)], is_open=False)
    with pytest.raises(hearings.SessionNotOpen):
        sitting.run()
    assert sitting.item.status == "waiting"


def test_absent_members_do_not_count(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=4, present=3)
    sitting.run()
    assert Scorecard.objects.count() == 3
    for number in range(3):
        sitting.score(number, FAIR)
    assert (sitting.item.status, sitting.item.score) == ("done", Decimal("52.50"))


def test_who_comes_late_gets_a_card_and_is_waited_for(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=4, present=3)
    sitting.run()
    sitting.score(0, FAIR)
    councils.attend(council=sitting.council, present=sitting.seats(), actor=sitting.secretary)
    sitting.score(1, FAIR)
    sitting.score(2, FAIR)
    assert sitting.item.status == "scoring"
    sitting.score(3, FAIR)
    assert sitting.item.status == "done"


def test_who_leaves_is_not_waited_for_and_cannot_score(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=4)
    sitting.run()
    for number in range(3):
        sitting.score(number, FAIR)
    left = sitting.score(3, FULL, lock=False)
    councils.attend(council=sitting.council, present=sitting.seats()[:3], actor=sitting.secretary)
    assert (sitting.item.status, sitting.item.score) == ("done", Decimal("52.50"))
    with pytest.raises(scorecards.CardClosed):
        scorecards.lock(card=left, actor=sitting.people[3])


def test_when_too_many_leave_no_result_is_made(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=4)
    sitting.run()
    for number in range(2):
        sitting.score(number, FAIR)
    councils.attend(council=sitting.council, present=sitting.seats()[:2], actor=sitting.secretary)
    assert sitting.item.status == "scoring"
    with pytest.raises(NoQuorum):
        hearings.settle(item=sitting.item, actor=sitting.secretary)
    with pytest.raises(scorecards.NotPresent):
        sitting.score(2, FAIR)


@pytest.mark.parametrize("locked", [(1, 2, 3, 4), (0, 1, 2)])
def test_the_secretary_cannot_settle_without_a_quorum(cast, make_product, locked):
    """Four of five without the chair; three of five with the chair."""
    sitting = make_sitting(cast, [make_product(cast.producer)], members=5)
    sitting.run()
    for number in locked:
        sitting.score(number, FAIR)
    with pytest.raises(NoQuorum):
        hearings.settle(item=sitting.item, actor=sitting.secretary)
    assert (sitting.item.status, sitting.dossier.status) == ("scoring", "council")


def test_the_secretary_settles_with_a_quorum_of_locked_cards(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=5)
    sitting.run()
    for number in range(4):
        sitting.score(number, FAIR)
    late = sitting.score(4, FULL, lock=False)
    hearings.settle(item=sitting.item, actor=sitting.secretary)
    assert (sitting.item.status, sitting.item.score) == ("done", Decimal("52.50"))
    with pytest.raises(scorecards.CardClosed):
        scorecards.lock(card=late, actor=sitting.people[4])
    assert Scorecard.objects.get(pk=late.pk).locked_at is None


# --- The secretary's hand --------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda item, actor: hearings.start(item=item, actor=actor),
        lambda item, actor: hearings.settle(item=item, actor=actor),
        lambda item, actor: hearings.rescore(item=item, discussion="x", actor=actor),
        lambda item, actor: hearings.resolve_stop(item=item, is_upheld=True, reason="x", actor=actor),
        lambda item, actor: hearings.send_back(item=item, reason="x", actor=actor),
        lambda item, actor: councils.take_off(item=item, actor=actor),
        lambda item, actor: councils.close_session(council=item.council, actor=actor),
        lambda item, actor: councils.attend(council=item.council, present=[], actor=actor),
        lambda item, actor: councils.put_on(council=item.council, dossiers=[item.dossier], actor=actor),
    ],
)
def test_others_do_not_run_the_session(cast, sitting, act):
    before = AuditEntry.objects.count()
    for actor in (sitting.people[0], cast.other_officer, cast.commune_officer, cast.owner, cast.buyer):
        with pytest.raises(NotAllowed):
            act(sitting.item, actor)
    assert (sitting.item.status, AuditEntry.objects.count()) == ("scoring", before)


def test_a_secretary_without_an_office_runs_it(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)])
    Council.objects.update(secretary=cast.council_member)
    hearings.start(item=sitting.item, actor=cast.council_member)
    assert sitting.item.status == "scoring"


def test_a_session_ends_when_everything_has_a_result(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer), make_product(cast.producer)])
    sitting.run()
    with pytest.raises(councils.Unfinished, match="Còn 2 hồ sơ"):
        councils.close_session(council=sitting.council, actor=sitting.secretary)
    for number in range(3):
        sitting.score(number, FAIR)
    councils.take_off(item=sitting.items[1], reason="Hết giờ", actor=sitting.secretary)
    councils.close_session(council=sitting.council, actor=sitting.secretary)
    assert Council.objects.get().status == "closed"
    left_out = Dossier.objects.get(pk=sitting.items[1].dossier_id)
    assert left_out.status == "council"
    with pytest.raises(councils.SessionClosed):
        councils.put_on(council=sitting.council, dossiers=[left_out], actor=sitting.secretary)


def test_a_withdrawn_dossier_is_only_left_out(cast, sitting):
    Dossier.objects.update(status="withdrawn")
    sitting.score(0, FAIR, lock=False)
    with pytest.raises(hearings.DossierGone):
        scorecards.lock(card=sitting.card(0), actor=sitting.people[0])
    councils.take_off(item=sitting.item, actor=sitting.secretary)
    assert (sitting.item.status, sitting.dossier.status) == ("removed", "withdrawn")


def test_a_dossier_is_heard_once_at_a_time(cast, make_product, sitting):
    other = make_sitting(cast, [])
    waiting = make_dossier(make_product(cast.producer), "council")
    with pytest.raises(councils.HearingRefused, match="phiên khác"):
        councils.put_on(council=other.council, dossiers=[waiting, sitting.dossier], actor=sitting.secretary)
    assert not other.council.items.exists()  # none of the two


@pytest.mark.parametrize("status", ["draft", "advisory", "scored", "withdrawn"])
def test_only_waiting_dossiers_are_heard(cast, make_product, status):
    sitting = make_sitting(cast, [])
    dossier = make_dossier(make_product(cast.producer), status)
    with pytest.raises(councils.HearingRefused, match=dossier.code):
        councils.put_on(council=sitting.council, dossiers=[dossier], actor=sitting.secretary)


def test_dossiers_of_another_province_are_not(cast, make_product):
    sitting = make_sitting(cast, [])
    dossier = make_dossier(make_product(cast.far_producer), "council")
    with pytest.raises(councils.HearingRefused):
        councils.put_on(council=sitting.council, dossiers=[dossier], actor=sitting.secretary)


def test_seats_go_to_people_of_the_province(cast):
    sitting = make_sitting(cast, [], members=1, is_open=False)
    council, officer = sitting.council, sitting.secretary
    councils.seat(council=council, user=cast.province_leader, actor=officer)
    far = make_officer("Ủy viên xa", Role.COUNCIL_MEMBER, cast.quang_ngai)
    for user in (cast.buyer, cast.owner, cast.commune_officer, far):
        with pytest.raises(councils.SeatRefused):
            councils.seat(council=council, user=user, actor=officer)
    with pytest.raises(councils.SeatRefused, match="đã có"):
        councils.seat(council=council, user=cast.province_leader, actor=officer)
    with pytest.raises(councils.SeatRefused, match="một chủ tịch"):
        councils.seat(council=council, user=cast.province_officer, role="chair", actor=officer)
    member = council.members.get(user=cast.province_leader)
    with pytest.raises(councils.SeatRefused, match="một chủ tịch"):
        councils.change_seat(member=member, role="chair", title="", actor=officer)
    councils.unseat(member=council.members.get(role="chair"), actor=officer)
    councils.change_seat(member=member, role="chair", title="Phó Chủ tịch", actor=officer)
    councils.attend(council=council, present=[member.pk], actor=officer)
    councils.open_session(council=council, actor=officer)
    with pytest.raises(councils.SessionBegun):
        councils.seat(council=council, user=cast.council_member, actor=officer)
    with pytest.raises(councils.SessionBegun):
        councils.unseat(member=member, actor=officer)


def test_plans_are_made_by_officers_of_the_province(cast):
    for actor in (cast.other_officer, cast.commune_officer, cast.council_member, cast.owner):
        with pytest.raises(NotAllowed):
            councils.plan(province=cast.da_nang, name="x", held_on="2026-12-01", secretary=actor, actor=actor)
    assert not Council.objects.exists()


@pytest.mark.parametrize("stage", ["planned", "waiting", "scoring", "blocked"])
def test_a_dossier_that_is_withdrawn_leaves_its_session(cast, make_product, stage):
    sitting = make_sitting(cast, [make_product(cast.producer)], is_open=stage != "planned")
    if stage in ("scoring", "blocked"):
        sitting.run()
        sitting.score(0, FAIR)
    if stage == "blocked":
        CouncilItem.objects.update(status="blocked")
    dossiers.withdraw(dossier=sitting.dossier, reason="Chờ vụ sau", actor=cast.owner)
    assert (sitting.item.status, sitting.dossier.status) == ("removed", "withdrawn")
    step = StatusChange.objects.get(machine="ratings.council_item", to_state="removed")
    assert (step.reason, step.actor_id) == ("Chờ vụ sau", cast.owner.pk)
    if stage != "planned":
        councils.close_session(council=sitting.council, actor=sitting.secretary)


def test_a_withdrawal_that_comes_too_late_leaves_the_result(cast, sitting):
    seen = sitting.dossier
    for number in range(3):
        sitting.score(number, FAIR)
    with pytest.raises(ForbiddenTransition):
        dossiers.withdraw(dossier=seen, reason="x", actor=cast.owner)
    assert (sitting.item.status, sitting.dossier.status) == ("done", "scored")
