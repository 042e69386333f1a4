"""Five stars come from the centre only; what it refuses comes back with four at most."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from core.errors import NotAllowed
from core.models import StatusChange
from ratings.models import Certificate, Dossier
from ratings.services import decisions
from ratings.services.decisions import DossierNotReady, ScoreOutOfBand
from ratings.states import DossierStatus
from ratings.tests.deciding import draft, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(cast, make_product):
    return scored(make_product(cast.producer, name="Mật ong rừng"))


def status(dossier):
    return Dossier.objects.get(pk=dossier.pk).status


def shown(product):
    product.refresh_from_db()
    return product.stars


@pytest.fixture
def sent(cast, make_product):
    """A dossier of 92.80 points that lies with the centre."""
    return scored(make_product(cast.producer), score="92.80", stars=5, status=DossierStatus.CENTRAL)


def test_a_decision_of_the_centre_gives_five_stars(cast, sent):
    row = draft(
        cast,
        [sent],
        number="1899/QĐ-BNNMT",
        level="national",
        authority="Bộ Nông nghiệp và Môi trường",
        scores={sent.pk: Decimal("91.5")},
    )
    line = row.lines.get()
    assert (line.score, line.stars) == (Decimal("91.5"), 5)
    decisions.sign(decision=row, actor=cast.province_leader)
    certificate = Certificate.objects.get()
    assert (certificate.stars, certificate.score, certificate.decision.level) == (
        5,
        Decimal("91.5"),
        "national",
    )
    assert shown(sent.product) == 5
    call_command("check_invariants")


def test_the_province_alone_gives_no_five_stars(cast, sent):
    with pytest.raises(DossierNotReady):
        draft(cast, [sent])


def test_a_scored_dossier_is_not_the_centres(cast, dossier):
    with pytest.raises(DossierNotReady):
        draft(cast, [dossier], level="national", authority="Bộ")


@pytest.mark.parametrize("score", ["89.99", "100.01", "-1"])
def test_a_score_of_the_centre_lies_in_its_band(cast, sent, score):
    with pytest.raises(ScoreOutOfBand, match=sent.code):
        draft(cast, [sent], level="national", authority="Bộ", scores={sent.pk: Decimal(score)})
    assert status(sent) == DossierStatus.CENTRAL


def test_a_dropped_national_draft_leaves_the_dossier_with_the_centre(cast, sent):
    row = draft(cast, [sent], level="national", authority="Bộ")
    decisions.drop(decision=row, actor=cast.province_officer)
    assert status(sent) == DossierStatus.CENTRAL


def test_refused_by_the_centre_it_comes_back_with_four_stars(cast, sent):
    decisions.central_refused(dossier=sent, actor=cast.province_officer, reason="Thiếu xuất khẩu")
    sent.refresh_from_db()
    assert (sent.status, sent.stars) == (DossierStatus.SCORED, 4)
    change = StatusChange.objects.get(machine="ratings.dossier", object_id=sent.pk, to_state="scored")
    assert change.reason == "Thiếu xuất khẩu"
    assert draft(cast, [sent]).lines.get().stars == 4


def test_only_what_lies_with_the_centre_can_be_refused_there(cast, dossier):
    with pytest.raises(DossierNotReady):
        decisions.central_refused(dossier=dossier, actor=cast.province_officer, reason="x")


def test_another_province_does_not_speak_for_the_centre(cast, sent):
    with pytest.raises(NotAllowed):
        decisions.central_refused(dossier=sent, actor=cast.other_officer, reason="x")
    assert status(sent) == DossierStatus.CENTRAL
