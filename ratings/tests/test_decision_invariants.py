"""Each invariant of decisions is shown to notice what it is for."""

import pytest
from django.db import connection

from ratings.invariants import INVARIANTS
from ratings.models import Certificate, DecisionLine, Dossier, RatingDecision
from ratings.tests.deciding import certified, draft, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast, make_product):
    return certified(cast, make_product(cast.producer))


@pytest.fixture
def drafted(cast, make_product):
    return draft(cast, [scored(make_product(cast.rival))], number="13/QĐ-UBND")


def broken():
    found = set()
    for name, sql in INVARIANTS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            if cursor.fetchall():
                found.add(name.removeprefix("ratings."))
    return found


def test_all_hold_at_first(certificate, drafted):
    assert broken() == set()


def test_a_certificate_that_lost_its_dossier(certificate, drafted):
    Certificate.objects.update(dossier=None)
    assert "certified_dossier_has_its_certificate" in broken()


def test_a_dossier_in_no_draft(certificate, drafted):
    Dossier.objects.update(status="in_decision")
    assert {"certified_dossier_has_its_certificate", "dossier_in_decision_is_in_one_draft"} <= broken()


def test_a_draft_with_a_dossier_that_is_elsewhere(certificate, drafted):
    Dossier.objects.filter(status="in_decision").update(status="scored")
    assert broken() == {"dossier_in_decision_is_in_one_draft"}


def test_a_signed_line_without_certificate(certificate, drafted):
    DecisionLine.objects.update(certificate=None)
    assert broken() == {"signed_line_has_its_certificate"}


def test_a_revoked_one_without_a_decision(certificate, drafted):
    Certificate.objects.update(status="revoked")
    assert "revoked_by_a_signed_decision" in broken()


def test_a_draft_without_a_drafter(certificate, drafted):
    RatingDecision.objects.filter(status="draft").update(drafted_by=None)
    assert broken() == {"decision_has_two_persons"}


def test_a_revocation_that_names_a_live_certificate(cast, certificate, drafted):
    Certificate.objects.update(revocation=certificate.decision)
    assert broken() == {"revoked_by_a_signed_decision"}
