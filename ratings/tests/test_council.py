"""From an open session to scored dossiers."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, OutboxMessage
from ratings.models import CouncilItem, CriterionOption, Score, Scorecard
from ratings.services import hearings, reasons, scorecards
from ratings.tests.rating import make_set
from ratings.tests.sitting import make_sitting


@pytest.fixture
def sitting(cast, make_product):
    """Three members there, one dossier being scored."""
    sitting = make_sitting(cast, [make_product(cast.producer)])
    sitting.run()
    return sitting


# Points of the rubric: 0/10/20, 0/10/20, 5/15/25, 0/5/10, 0/12.5/15.01/25.
FULL, GOOD, FAIR, POOR = -1, [2, 2, 1, 1, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]  # 100; 72.5; 52.5; 5


@pytest.mark.parametrize(
    ("choices", "score", "stars", "status"),
    [
        (FULL, "100.00", 5, "central"),
        (GOOD, "72.50", 4, "scored"),
        (FAIR, "52.50", 3, "scored"),
        (POOR, "5.00", 1, "not_recognised"),
    ],
)
def test_the_last_lock_brings_the_result(sitting, choices, score, stars, status):
    for number in range(3):
        assert sitting.item.status == "scoring"
        sitting.score(number, choices)
    item, dossier = sitting.item, sitting.dossier
    assert (item.status, item.score, item.spread) == ("done", Decimal(score), Decimal(0))
    assert (dossier.status, dossier.score, dossier.stars) == (status, Decimal(score), stars)
    told = OutboxMessage.objects.filter(topic="ratings.dossier_changed", payload__to=status)
    assert told.count() == 1


def test_a_wider_one_is_discussed_and_scored_again(sitting):
    """The members explain themselves, and score anew; both rounds are kept."""
    low, high = [2, 2, 0, 2, 2], [2, 2, 1, 2, 3]  # 70.01 and 90
    for number, choices in enumerate((low, low, high)):
        sitting.score(number, choices)
    item = sitting.item
    assert (item.status, item.score, item.spread) == ("discussing", None, Decimal("19.99"))
    assert sitting.dossier.status == "council"
    with pytest.raises(scorecards.CardLocked):
        sitting.score(0)
    with pytest.raises(reasons.ReasonMissing):
        hearings.rescore(item=item, discussion="  ", actor=sitting.secretary)
    hearings.rescore(item=item, discussion="Xem lại minh chứng 4.1", actor=sitting.secretary)
    assert (sitting.item.status, sitting.item.round) == ("scoring", 2)
    for number in range(3):
        sitting.score(number, low)
    assert sitting.item.status == "done"
    assert sitting.dossier.score == Decimal("70.01")
    totals = Scorecard.objects.filter(item=item).order_by("round", "member").values_list("round", "total")
    assert [(r, str(t)) for r, t in totals] == [
        (1, "70.01"),
        (1, "70.01"),
        (1, "90.00"),
        (2, "70.01"),
        (2, "70.01"),
        (2, "70.01"),
    ]


def test_a_second_round_may_be_discussed_again(sitting):
    for _round in (1, 2):
        for number, choices in enumerate((POOR, FULL, FULL)):
            sitting.score(number, choices)
        assert sitting.item.status == "discussing"
        hearings.rescore(item=sitting.item, discussion="Thảo luận", actor=sitting.secretary)
    assert sitting.item.round == 3


@pytest.mark.parametrize(("high", "status"), [(1, "done"), (2, "discussing")])
def test_ten_passes_and_a_hundredth_more_does_not(cast, make_product, high, status):
    criteria_set = make_set(code="biên")
    last = criteria_set.criteria.get(position=5)
    for option, points in zip(last.options.all(), ("5", "15", "15.01", "25"), strict=True):
        option.points = Decimal(points)
        option.save()
    sitting = make_sitting(cast, [make_product(cast.producer)])
    sitting.run()
    for number, choice in enumerate((0, 0, high)):
        sitting.score(number, [2, 2, 2, 1, choice])
    assert sitting.item.status == status


# --- Cards -----------------------------------------------------------------------------------


def test_a_locked_card_never_changes(sitting):
    card = sitting.score(0, GOOD)
    criterion = sitting.dossier.criteria_set.criteria.first()
    with pytest.raises(scorecards.CardLocked):
        scorecards.choose(card=card, criterion=criterion, option=None, actor=sitting.people[0])
    with pytest.raises(scorecards.CardLocked):
        scorecards.stop(card=card, criterion=criterion, reason="x", actor=sitting.people[0])
    with pytest.raises(scorecards.CardLocked):
        scorecards.lock(card=card, actor=sitting.people[0])
    assert Scorecard.objects.get(pk=card.pk).total == Decimal("72.50")


@pytest.mark.parametrize(
    "change",
    [
        lambda card: Scorecard.objects.filter(pk=card.pk).update(total=1),
        lambda card: Scorecard.objects.filter(pk=card.pk).update(locked_at=None, total=None),
        lambda card: Score.objects.filter(card=card).update(comment="khác"),
        lambda card: card.scores.first().delete(),
        lambda card: Score.objects.filter(card__item=card.item).exclude(card=card).update(card=card),
        lambda card: Score.objects.create(card=card, criterion=make_set(code="x").criteria.first()),
        lambda card: Scorecard.objects.filter(pk=card.pk).delete(),
        lambda card: CouncilItem.objects.filter(pk=card.item_id).delete(),
    ],
)
def test_not_even_by_the_database(sitting, change):
    sitting.score(1, FAIR, lock=False)
    card = sitting.score(0, GOOD)
    before = list(card.scores.order_by("pk").values())
    with pytest.raises(IntegrityError, match="locked scorecard"), transaction.atomic():
        change(card)
    assert list(card.scores.order_by("pk").values()) == before


def test_missing_criteria_are_named(sitting):
    card = sitting.card(0)
    first, *_others = card.item.dossier.criteria_set.criteria.order_by("position")
    scorecards.choose(card=card, criterion=first, option=first.options.last(), actor=sitting.people[0])
    with pytest.raises(scorecards.CardIncomplete, match=r"Còn 4 tiêu chí chưa chấm: 3\.3, 4\.1") as refusal:
        scorecards.lock(card=card, actor=sitting.people[0])
    assert first.pk not in refusal.value.data["missing"]
    assert Scorecard.objects.get(pk=card.pk).locked_at is None


def test_a_comment_alone_is_no_score(sitting):
    card = sitting.score(0, GOOD, lock=False)
    first = card.item.dossier.criteria_set.criteria.order_by("position").first()
    scorecards.choose(card=card, criterion=first, comment="xem lại", actor=sitting.people[0])
    with pytest.raises(scorecards.CardIncomplete):
        scorecards.lock(card=card, actor=sitting.people[0])


def test_foreign_options_and_criteria_are_refused(sitting):
    card, actor = sitting.card(0), sitting.people[0]
    first, second, *_others = card.item.dossier.criteria_set.criteria.order_by("position")
    foreign = make_set(code="khác").criteria.first()
    for criterion, option in (
        (first, second.options.first()),
        (foreign, foreign.options.first()),
        (foreign, None),
    ):
        with pytest.raises(scorecards.ChoiceRefused):
            scorecards.choose(card=card, criterion=criterion, option=option, actor=actor)
    with pytest.raises(scorecards.NoStopRule):
        scorecards.stop(card=card, criterion=second, reason="không", actor=actor)
    assert not Score.objects.exists()


def test_only_the_member_writes_on_a_card(cast, sitting):
    card = sitting.card(0)
    first = card.item.dossier.criteria_set.criteria.first()
    option: CriterionOption = first.options.first()
    for actor in (sitting.people[1], sitting.secretary, cast.admin, cast.owner, cast.other_officer, None):
        with pytest.raises(NotAllowed):
            scorecards.choose(card=card, criterion=first, option=option, actor=actor)
        with pytest.raises(NotAllowed):
            scorecards.lock(card=card, actor=actor)
    assert not Score.objects.exists()


def test_the_trail_of_a_lock_tells_no_points(sitting):
    sitting.score(0, GOOD)
    entry = AuditEntry.objects.get(action="ratings.scorecard.locked")
    assert (entry.changes, entry.actor_id) == ({}, sitting.people[0].pk)


# --- Stop rules ------------------------------------------------------------------------------


def raise_stop(sitting, number=0, reason="Giấy ATTP hết hạn"):
    card, actor = sitting.card(number), sitting.people[number]
    rule = card.item.dossier.criteria_set.criteria.exclude(stop_rule="").last()
    scorecards.stop(card=card, criterion=rule, reason=reason, actor=actor)
    scorecards.lock(card=card, actor=actor)


@pytest.fixture
def blocked(sitting):
    raise_stop(sitting)
    sitting.score(1, FULL)
    sitting.score(2, FULL)
    assert (sitting.item.status, sitting.item.score) == ("blocked", None)
    assert sitting.dossier.status == "council"
    return sitting


def test_a_stop_needs_a_reason(sitting):
    with pytest.raises(reasons.ReasonMissing):
        raise_stop(sitting, reason=" \n ")


def test_a_choice_takes_a_stop_back(sitting):
    card = sitting.card(0)
    rule = card.item.dossier.criteria_set.criteria.exclude(stop_rule="").first()
    scorecards.stop(card=card, criterion=rule, reason="nhầm", actor=sitting.people[0])
    for number in range(3):
        sitting.score(number, FULL)
    assert sitting.item.status == "done"


def test_an_upheld_stop_rejects_the_dossier(blocked):
    hearings.resolve_stop(item=blocked.item, is_upheld=True, reason="Đúng", actor=blocked.secretary)
    dossier = blocked.dossier
    assert (blocked.item.status, dossier.status, dossier.score) == ("done", "rejected", None)


def test_a_dismissed_stop_leads_to_a_new_round(blocked):
    hearings.resolve_stop(item=blocked.item, is_upheld=False, reason="Đã gia hạn", actor=blocked.secretary)
    assert (blocked.item.status, blocked.item.round) == ("scoring", 2)
    for number in range(3):
        blocked.score(number, FULL)
    assert blocked.dossier.status == "central"


def test_a_stop_is_not_discussed_away(blocked):
    with pytest.raises(ForbiddenTransition):
        hearings.rescore(item=blocked.item, discussion="Thôi", actor=blocked.secretary)
    with pytest.raises(ForbiddenTransition):
        hearings.settle(item=blocked.item, actor=blocked.secretary)


def test_a_dossier_is_sent_back_for_more(blocked):
    hearings.send_back(item=blocked.item, reason="Bổ sung kiểm nghiệm", actor=blocked.secretary)
    dossier = blocked.dossier
    assert (blocked.item.status, dossier.status, dossier.returned_by) == ("removed", "returned", "advisory")
