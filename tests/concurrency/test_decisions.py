"""Two hands on one decision. Every race is first shown to happen with the guard off."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection

from core.models import OutboxMessage
from ratings.models import Certificate, DecisionLine, Dossier, RatingDecision
from ratings.services import decisions, drafts, recognitions
from ratings.services.decisions import DossierTaken
from ratings.services.drafts import NoDraft, NumberTaken
from ratings.states import DossierStatus
from ratings.tests.deciding import draft, leader, scored
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def without(model, name) -> Iterator[None]:
    """A table without one of its constraints; the rows of the test go before it comes back."""
    constraint = next(c for c in model._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        DecisionLine.objects.all().delete()
        RatingDecision.objects.filter(status="draft").delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


@pytest.fixture
def dossier(cast, make_product):
    return scored(make_product(cast.producer))


@pytest.fixture
def unguarded(monkeypatch):
    """Read the draft without a lock, and dawdle; a state moves without comparing."""

    def careless(*, decision):
        row = RatingDecision.objects.select_related("province").get(pk=decision.pk)
        if row.status != "draft":
            raise NoDraft
        time.sleep(0.2)
        return row

    def moved(instance, *, to, values=None, **told):
        type(instance)._default_manager.filter(pk=instance.pk).update(status=to, **(values or {}))
        return True

    monkeypatch.setattr(drafts, "locked", careless)
    monkeypatch.setattr(decisions, "transition", moved)


def signers(cast, row):
    people = (cast.province_leader, leader(cast.da_nang))
    return [partial(decisions.sign, decision=row, actor=person) for person in people]


def status(dossier):
    return Dossier.objects.get(pk=dossier.pk).status


def test_two_signers_issue_once(cast, dossier):
    results = race(signers(cast, draft(cast, [dossier])))
    assert sum(isinstance(result, RatingDecision) for result in results) == 1
    assert sum(isinstance(result, NoDraft) for result in results) == 1
    assert Certificate.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="ratings.decision_changed").count() == 1
    call_command("check_invariants")


def test_without_the_guard_both_signers_issue(cast, dossier, unguarded, monkeypatch):
    """The control."""
    issue, issued = recognitions.issue, []

    def counted(**facts):
        issued.append(facts["actor"])
        return issue(**facts | {"dossier": None})  # a dossier has one certificate, in the database too

    monkeypatch.setattr(recognitions, "issue", counted)
    race(signers(cast, draft(cast, [dossier])))
    assert len(set(issued)) == 2


def drafters(cast, dossiers, **second):
    people = (cast.province_officer, cast.province_leader)
    return [
        partial(draft, cast, [dossier], actor=person, **more)
        for dossier, person, more in zip(dossiers, people, ({}, second), strict=True)
    ]


def test_two_drafters_with_one_number(cast, dossier, make_product):
    dossiers = [dossier, scored(make_product(cast.rival))]
    results = race(drafters(cast, dossiers))
    refused = [result for result in results if isinstance(result, NumberTaken)]
    assert len(refused) == 1, results
    assert "12/QĐ-UBND" in str(refused[0])
    loser = dossiers[results.index(refused[0])]
    assert status(loser) == DossierStatus.SCORED
    assert RatingDecision.objects.count() == 1
    call_command("check_invariants")


def test_without_the_constraint_a_number_serves_twice(cast, dossier, make_product):
    """The control."""
    with without(RatingDecision, "decision_number_once_a_year"):
        race(drafters(cast, [dossier, scored(make_product(cast.rival))]))
        assert RatingDecision.objects.filter(number="12/QĐ-UBND").count() == 2


def sign_and_drop(cast, row):
    return [
        partial(decisions.sign, decision=row, actor=cast.province_leader),
        partial(decisions.drop, decision=row, actor=cast.province_officer),
    ]


def test_sign_against_drop_has_one_outcome(cast, dossier):
    row = draft(cast, [dossier])
    results = race(sign_and_drop(cast, row))
    assert sum(isinstance(result, NoDraft) for result in results) == 1, results
    row.refresh_from_db()
    signed = row.status == "signed"
    assert status(dossier) == (DossierStatus.CERTIFIED if signed else DossierStatus.SCORED)
    assert Certificate.objects.count() == signed
    call_command("check_invariants")


def test_without_the_guard_both_believe_in_the_draft(cast, dossier, unguarded):
    """The control: both go on, and one stumbles over the dossier, too late to say why."""
    results = race(sign_and_drop(cast, draft(cast, [dossier])))
    assert not any(isinstance(result, NoDraft) for result in results)
    assert any(isinstance(result, Exception) for result in results)


def test_a_dossier_lands_in_one_draft(cast, dossier):
    results = race(drafters(cast, [dossier, dossier], number="13/QĐ-UBND"))
    assert sum(isinstance(result, DossierTaken) for result in results) == 1, results
    assert RatingDecision.objects.count() == DecisionLine.objects.count() == 1
    call_command("check_invariants")


def test_without_the_guard_a_dossier_lands_in_two_drafts(cast, dossier, monkeypatch):
    """The control."""

    def careless(dossiers):
        rows = Dossier.objects.select_related("product__producer", "province", "commune")
        found = list(rows.filter(pk__in=[row.pk for row in dossiers]))
        time.sleep(0.2)
        return found

    monkeypatch.setattr(decisions, "_locked_dossiers", careless)
    with without(DecisionLine, "decisionline_dossier_once"):
        race(drafters(cast, [dossier, dossier], number="13/QĐ-UBND"))
        assert DecisionLine.objects.filter(dossier=dossier).count() == 2
