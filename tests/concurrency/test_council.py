"""Members and the secretary at the same moment. Each race is first shown to happen with the guard off."""

import time
from decimal import Decimal
from functools import partial

import pytest

from core.models import StatusChange
from ratings.models import CouncilItem, Score, Scorecard
from ratings.services import hearings, scorecards
from ratings.tests.sitting import make_sitting
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
LOW, HIGH = [1, 1, 1, 1, 1], [1, 1, 2, 1, 1]  # 52.5 and 62.5 points


@pytest.fixture
def sitting(cast, make_product):
    """Five members, the quorum is four; three have locked, the two others are ready to."""
    sitting = make_sitting(cast, [make_product(cast.producer)], members=5)
    sitting.run()
    for number in range(3):
        sitting.score(number, LOW)
    for number in (3, 4):
        sitting.score(number, HIGH, lock=False)
    return sitting


def lock(sitting, number):
    scorecards.lock(card=sitting.card(number), actor=sitting.people[number])
    return "locked"


def settle(sitting):
    hearings.settle(item=sitting.item, actor=sitting.secretary)
    return "settled"


def without_locks(monkeypatch):
    """Reading the item without holding it, and dawdling before what was read is used.

    Who saw fewer cards dawdles longer, and so has the last word.
    """

    def hold(item):
        return CouncilItem.objects.select_related("dossier", "council").get(pk=item.pk)

    read = hearings._locked_cards

    def dawdle(item):
        cards = read(item)
        time.sleep(1 if len(cards) == 5 else 2)
        return cards

    monkeypatch.setattr(hearings, "hold", hold)
    monkeypatch.setattr(hearings, "_locked_cards", dawdle)
    monkeypatch.setattr(
        scorecards,
        "_open_card",
        lambda item, card, actor: Scorecard.objects.select_related("member").get(pk=card.pk),
    )


def results(sitting):
    return StatusChange.objects.filter(
        machine="ratings.council_item", object_id=sitting.item.pk, to_state="done"
    ).count()


def is_whole(sitting):
    """The item's score is the mean of exactly the cards that are locked."""
    item = sitting.item
    totals = list(
        Scorecard.objects.filter(item=item, locked_at__isnull=False).values_list("total", flat=True)
    )
    mean = (sum(totals) / len(totals)).quantize(Decimal("0.01"))
    return item.status == "done" and item.score == mean == sitting.dossier.score


def test_two_last_members_bring_one_result(sitting):
    assert race([partial(lock, sitting, 3), partial(lock, sitting, 4)]) == ["locked", "locked"]
    assert is_whole(sitting)
    assert sitting.item.score == Decimal("56.50")
    assert results(sitting) == 1
    assert sitting.dossier.status == "scored"


def test_without_the_guard_two_last_members_bring_none(sitting, monkeypatch):
    """The control: each sees the other's card still open, and the session waits for ever."""
    without_locks(monkeypatch)
    race([partial(lock, sitting, 3), partial(lock, sitting, 4)])
    assert Scorecard.objects.filter(locked_at=None).count() == 0
    assert results(sitting) == 0


def test_a_member_locks_while_the_secretary_settles(sitting):
    """The quorum is there with the fourth card: the fifth is counted, or refused and left open."""
    lock(sitting, 3)
    member, secretary = race([partial(lock, sitting, 4), partial(settle, sitting)])
    assert is_whole(sitting)
    assert results(sitting) == 1
    if member == "locked":
        assert sitting.item.score == Decimal("56.50")
        assert not isinstance(secretary, str)  # found it settled already
    else:
        assert isinstance(member, scorecards.CardClosed)
        assert (secretary, sitting.item.score) == ("settled", Decimal("55.00"))
        assert sitting.card(4).locked_at is None


def test_without_the_guard_a_locked_card_is_not_counted(sitting, monkeypatch):
    """The control: the result misses a card that its member was told is handed in."""
    lock(sitting, 3)
    without_locks(monkeypatch)
    race([partial(lock, sitting, 4), partial(settle, sitting)])
    assert Scorecard.objects.filter(locked_at=None).count() == 0
    assert not is_whole(sitting)


def test_a_choice_made_while_the_card_is_locked_is_in_it_or_refused(sitting):
    card, actor = sitting.card(4), sitting.people[4]
    criterion = card.item.dossier.criteria_set.criteria.get(position=3)
    options = list(criterion.options.all())

    def choose(option):
        scorecards.choose(card=card, criterion=criterion, option=option, actor=actor)
        return "chosen"

    race([partial(choose, option) for option in options] + [partial(lock, sitting, 4)])
    stored = Scorecard.objects.get(pk=card.pk)
    kept = sum(score.option.points for score in stored.scores.select_related("option"))
    assert stored.locked_at is not None
    assert stored.total == kept


def test_a_card_started_twice_at_once_has_one_score_per_criterion(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer)])
    sitting.run()
    race([partial(sitting.score, 0, LOW, lock=False)] * 4)
    assert Score.objects.count() == 5
