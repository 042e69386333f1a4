"""The first dossier freezes a set while an office still edits it."""

import threading
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ratings.models import CriteriaSet, Criterion
from ratings.rubric import Question
from ratings.selectors import criteria as selectors
from ratings.services import criteria, criteria_rows
from ratings.tests.rating import make_set
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 8


@pytest.fixture
def own(cast, product_set):
    return criteria.clone(
        criteria_set=make_set(product_set), actor=cast.province_officer, province=cast.da_nang
    )


def test_a_set_is_frozen_complete_or_not_at_all(cast, own):
    """Whoever comes first, what is frozen adds up."""
    for _turn in range(TURNS):
        copy = criteria.clone(criteria_set=own, actor=cast.province_officer, province=cast.da_nang)
        row = copy.criteria.first()
        without = replace(Question.of(row), options=())

        def edit(row=row, without=without):
            criteria_rows.change(criterion=row, question=without, actor=cast.province_officer)
            return "edited"

        frozen, edited = race([lambda copy=copy: criteria.freeze(criteria_set=copy), edit])
        copy.refresh_from_db()
        assert (frozen is True) != (edited == "edited")
        assert bool(copy.frozen_at) == (frozen is True) == selectors.check(copy).is_complete
        refusals = (criteria.CriteriaIncomplete, criteria.CriteriaFrozen)
        assert isinstance(frozen if edited == "edited" else edited, refusals)


def interleaved(own, look, write):
    """The freezer looks, then the editor writes and commits, then the freezer writes."""
    looked, written = threading.Event(), threading.Event()

    def freezer():
        with transaction.atomic():
            stored = look(CriteriaSet.objects).select_related("version").get(pk=own.pk)
            complete = selectors.check(stored).is_complete
            looked.set()
            written.wait(1)  # longer only where the guard makes the editor wait
            CriteriaSet.objects.filter(pk=own.pk, frozen_at=None).update(frozen_at=timezone.now())
        return complete

    def editor():
        assert looked.wait(10)
        try:
            return write()
        finally:
            written.set()

    return race([freezer, editor])


def remove_first(own):
    Criterion.objects.filter(pk=own.criteria.first().pk).delete()
    return "removed"


def test_with_the_database_guard_off_a_broken_set_is_frozen(own):
    """The control: no lock on the set, no trigger."""
    tables = ("ratings_criterion", "ratings_criterionoption")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        result = interleaved(own, lambda rows: rows, lambda: remove_first(own))
    finally:
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    own.refresh_from_db()
    assert result == [True, "removed"]
    assert own.frozen_at
    assert not selectors.check(own).is_complete


def test_the_database_makes_even_a_careless_editor_wait(own):
    """No service, no lock by hand: the trigger waits for the freeze and then refuses."""
    complete, removed = interleaved(
        own,
        lambda rows: rows.select_for_update(of=("self",), no_key=True),
        lambda: remove_first(own),
    )
    own.refresh_from_db()
    assert complete is True
    assert isinstance(removed, IntegrityError)
    assert own.frozen_at
    assert selectors.check(own).is_complete


def test_two_first_dossiers_freeze_once(own):
    results = race([lambda: criteria.freeze(criteria_set=own)] * 6)
    assert sorted(results) == [False] * 5 + [True]
