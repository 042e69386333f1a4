"""Two officers at one dossier at the same moment: one outcome, nothing half done."""

import time
from functools import partial

import pytest

from core.models import AuditEntry, OutboxMessage, StatusChange
from ratings import policies
from ratings.models import Desk, Dossier
from ratings.services import answers, desks, workflow
from ratings.states import DOSSIER, DossierStatus
from ratings.tests.rating import answer_all, make_dossier
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
S = DossierStatus


@pytest.fixture
def dossier(cast, make_product):
    """With the advisory team, fully scored."""
    row = make_dossier(make_product(cast.producer), S.ADVISORY)
    answer_all(row, Desk.ADVISORY)
    return row


def seen(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def moves():
    return StatusChange.objects.filter(machine=DOSSIER.name).count()


def both(cast, dossier):
    """One officer hands on while the other returns; each saw it with the advisory team."""
    return race(
        [
            partial(desks.forward_to_council, dossier=seen(dossier), actor=cast.province_officer),
            partial(desks.give_back, dossier=seen(dossier), actor=cast.province_leader, reason="thiếu"),
        ]
    )


def test_handing_on_and_returning_at_once_is_one_of_the_two(cast, dossier):
    for turn in range(1, 6):
        Dossier.objects.update(status=S.ADVISORY, advisory_total=None, returned_by="")
        results = both(cast, dossier)
        stored = seen(dossier)
        assert moves() == turn
        assert OutboxMessage.objects.filter(topic=DOSSIER.topic).count() == turn
        if stored.status == S.COUNCIL:
            assert results[0] is True
            assert isinstance(results[1], desks.DeskMoved)
            assert (stored.advisory_total, stored.returned_by) == (100, "")
        else:
            assert isinstance(results[0], desks.DeskMoved)
            assert results[1] is True
            assert (stored.status, stored.advisory_total) == (S.RETURNED, None)
            assert stored.returned_by == S.ADVISORY


def test_without_the_guard_both_happen(cast, dossier, monkeypatch):
    """The control: asking the copy in hand, each finds the dossier on the desk, and both act."""

    def careless(dossier, actor, *, on, to=""):
        policies.require(policies.holds(actor, dossier))
        is_here = dossier.status in on
        time.sleep(0.5 if S.COUNCIL in on else 0)  # who returns thinks a little longer
        return is_here

    monkeypatch.setattr(desks, "_is_held", careless)
    assert both(cast, dossier) == [True, True]
    assert moves() == 2
    stored = seen(dossier)
    assert (stored.status, stored.advisory_total) == (S.RETURNED, 100)


def test_five_officers_receive_it_once(cast, make_product):
    dossier = make_dossier(make_product(cast.producer), S.SUBMITTED)
    jobs = [partial(desks.receive, dossier=seen(dossier), actor=cast.commune_officer) for _ in range(5)]
    assert sorted(race(jobs)) == [False] * 4 + [True]
    assert moves() == AuditEntry.objects.filter(action="ratings.dossier.commune_check").count() == 1


def test_an_answer_is_in_the_total_or_refused(cast, dossier):
    """A colleague changes a score while the dossier is handed on: the total never lies."""
    asked = dossier.criteria_set.criteria.get(code="4.1")
    lowest = asked.options.order_by("points").first()  # 5 of 25 points
    for _turn in range(5):
        Dossier.objects.update(status=S.ADVISORY, advisory_total=None)
        answer_all(dossier, Desk.ADVISORY)
        results = race(
            [
                partial(desks.forward_to_council, dossier=seen(dossier), actor=cast.province_officer),
                partial(
                    answers.record,
                    dossier=seen(dossier),
                    desk=Desk.ADVISORY,
                    criterion=asked,
                    option=lowest,
                    actor=cast.province_leader,
                ),
            ]
        )
        assert results[0] is True
        is_refused = isinstance(results[1], answers.DeskClosed)
        assert seen(dossier).advisory_total == (100 if is_refused else 80)


def test_returned_while_the_producer_withdraws(cast, make_product):
    """Both may: withdrawn is the end, whichever came first."""
    dossier = make_dossier(make_product(cast.producer), S.SUBMITTED)
    results = race(
        [
            partial(desks.give_back, dossier=seen(dossier), actor=cast.commune_officer, reason="thiếu"),
            partial(workflow.move, dossier=seen(dossier), to=S.WITHDRAWN, actor=cast.owner),
        ]
    )
    assert results[1] is True
    assert results[0] is True or isinstance(results[0], desks.DeskMoved)
    assert seen(dossier).status == S.WITHDRAWN
