"""Two tabs at once. Every race is first shown to happen with the guard off."""

import time
from functools import partial

import pytest
from django.db.models import QuerySet

from catalog.models import Product
from core import clock
from core.models import StatusChange
from ratings.models import Answer, CriteriaSet, Dossier, Submission
from ratings.services import answers, dossiers, workflow
from ratings.services.answers import DeskClosed
from ratings.tests.rating import answer_all, make_dossier, make_set
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dossier(cast, make_product, product_set):
    found = make_dossier(make_product(cast.producer), criteria_set=make_set(product_set))
    answer_all(found, choice=0)
    return found


@pytest.fixture
def no_locks(monkeypatch):
    """The guard off: rows are read without waiting for whoever changes them."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())


@pytest.fixture
def slow_sheet(monkeypatch):
    """Reading the sheet takes long enough for somebody to come in between."""
    real = dossiers.sheet.of_dossier

    def slowly(dossier):
        found = real(dossier)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(dossiers.sheet, "of_dossier", slowly)


def submit(pk, actor):
    return dossiers.submit(dossier=Dossier.objects.get(pk=pk), actor=actor)


def best_first(pk, actor, pause=0.0):
    """The best option for the first criterion, as a tab of its own saves it."""
    dossier = Dossier.objects.get(pk=pk)
    criterion = dossier.criteria_set.criteria.first()
    time.sleep(pause)
    given = {criterion.pk: answers.Given(criterion.options.last().pk)}
    return answers.save(dossier=dossier, desk="self", given=given, actor=actor).saved


def handed_in(submission, dossier):
    first = dossier.criteria_set.criteria.first()
    return submission.content["answers"][str(first.pk)]["option"]


def stored(dossier):
    first = dossier.criteria_set.criteria.first()
    return Answer.objects.get(dossier=dossier, desk="self", criterion=first).option_id


def test_two_tabs_hand_in_once(cast, dossier, slow_sheet):
    results = race([partial(submit, dossier.pk, actor) for actor in (cast.owner, cast.staff)] * 4)
    assert sum(isinstance(result, Submission) for result in results) == 1, results
    assert sum(isinstance(result, DeskClosed) for result in results) == 7
    dossier.refresh_from_db()
    assert (dossier.status, dossier.submission_count) == ("submitted", 1)
    assert Submission.objects.count() == 1
    assert StatusChange.objects.filter(machine="ratings.dossier").count() == 1


def test_without_the_lock_both_come_to_hand_in(cast, dossier, slow_sheet, no_locks):
    """The control: both tabs pass the question whether the dossier still lies with the producer."""
    results = race([partial(submit, dossier.pk, actor) for actor in (cast.owner, cast.staff)])
    assert not any(isinstance(result, DeskClosed) for result in results), results


def test_an_answer_is_handed_in_or_refused(cast, dossier, slow_sheet):
    """Whoever comes first: what the submission holds is what the dossier holds."""
    for pause in (0.0, 0.05, 0.15):
        submission, saved = race(
            [partial(submit, dossier.pk, cast.owner), partial(best_first, dossier.pk, cast.staff, pause)]
        )
        assert isinstance(submission, Submission), submission
        assert isinstance(saved, int | DeskClosed), saved
        assert handed_in(submission, dossier) == stored(dossier)
        assert (saved == 1) == (stored(dossier) == dossier.criteria_set.criteria.first().options.last().pk)
        answer_all(dossier, choice=0)
        dossier.refresh_from_db()
        workflow.move(dossier=dossier, to="returned", actor=None, reason="x")


def test_without_the_lock_an_answer_slips_past_the_submission(cast, dossier, slow_sheet, no_locks):
    """The control: the answer lies in the dossier, but not in what was handed in."""
    submission, saved = race(
        [partial(submit, dossier.pk, cast.owner), partial(best_first, dossier.pk, cast.staff, 0.1)]
    )
    assert (isinstance(submission, Submission), saved) == (True, 1)
    assert handed_in(submission, dossier) != stored(dossier)


def frozen(criteria_set):
    CriteriaSet.objects.filter(pk=criteria_set.pk).update(frozen_at=clock.now())
    return criteria_set


def begin(product_id, criteria_set, actor):
    product = Product.objects.get(pk=product_id)
    return dossiers.open(
        product=product, kind="first", stars_applied=4, criteria_set=criteria_set, actor=actor
    )


def test_two_tabs_open_one_dossier(cast, make_product, product_set):
    product, criteria = make_product(cast.producer), make_set(product_set)
    results = race([partial(begin, product.pk, criteria, cast.owner)] * 6)
    assert sum(isinstance(result, Dossier) for result in results) == 1, results
    assert sum(isinstance(result, dossiers.AlreadyOpen) for result in results) == 5


def test_dossiers_opened_at_once_have_numbers_of_their_own(cast, make_product, product_set):
    criteria = frozen(make_set(product_set))
    products = [make_product(cast.producer).pk for _ in range(8)]
    results = race([partial(begin, pk, criteria, cast.owner) for pk in products])
    assert sorted(row.code[-5:] for row in results) == [f"{number:05d}" for number in range(1, 9)]


def test_counting_rows_instead_gives_one_number_twice(cast, make_product, product_set, monkeypatch):
    """The control: the next number read from what is there."""
    criteria = frozen(make_set(product_set))  # or freezing it makes them wait
    products = [make_product(cast.producer).pk for _ in range(4)]

    def counted(dossier, moment):
        number = Dossier.objects.count() + 1
        time.sleep(0.2)
        return f"HS-48-2026-{number:05d}"

    monkeypatch.setattr(dossiers, "_next_code", counted)
    results = race([partial(begin, pk, criteria, cast.owner) for pk in products])
    assert sum(isinstance(result, Dossier) for result in results) < len(products), results
