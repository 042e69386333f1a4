"""A decision: one drafts, another signs, and the stars are there; or nothing happened at all."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core import clock
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, OutboxDelivery, OutboxMessage, StatusChange
from core.services import delivery
from notifications.models import Notification
from ratings.models import Certificate, DecisionLine, Dossier, RatingDecision
from ratings.services import decisions, recognitions
from ratings.services.decisions import (
    DossierElsewhere,
    DossierNotReady,
    DossierTaken,
    EmptyList,
    SignedByDrafter,
)
from ratings.services.drafts import InvalidDraft, NoDraft, NotTheDrafter, NumberTaken
from ratings.states import DossierStatus
from ratings.tests.deciding import draft, leader, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(cast, make_product):
    return scored(make_product(cast.producer, name="Mật ong rừng"), score="71.00", stars=4)


def status(dossier):
    return Dossier.objects.get(pk=dossier.pk).status


def shown(product):
    product.refresh_from_db()
    return product.stars, product.stars_valid_until, product.certificate_number


# --- Drafting ---


def test_a_draft_lists_its_dossiers_and_gives_no_star(cast, dossier):
    row = draft(cast, [dossier])
    assert (row.status, row.drafted_by, row.signed_by) == ("draft", cast.province_officer, None)
    assert row.authority == "UBND thành phố Đà Nẵng"
    line = row.lines.get()
    assert (line.product_name, line.producer_name) == ("Mật ong rừng", "HTX Duy Xuyên")
    assert line.address == "Xã Duy Xuyên, Thành phố Đà Nẵng"
    assert (line.score, line.stars, line.note) == (Decimal("71.00"), 4, "Lần đầu")
    assert status(dossier) == DossierStatus.IN_DECISION
    assert shown(dossier.product) == (None, None, "")
    assert not Certificate.objects.exists()
    call_command("check_invariants")


def test_the_list_is_ordered_by_stars_and_score(cast, make_product):
    made = [
        scored(make_product(cast.producer, name=name), score=score, stars=stars)
        for name, score, stars in (("A", "50.20", 3), ("B", "88.00", 4), ("C", "65.10", 3), ("D", "71.00", 4))
    ]
    lines = draft(cast, made).lines.all()
    assert [(line.position, line.product_name) for line in lines] == [(1, "B"), (2, "D"), (3, "C"), (4, "A")]


def test_changing_a_draft_moves_dossiers_in_and_out(cast, make_product, dossier):
    other = scored(make_product(cast.rival, name="Nem"), score="55", stars=3)
    row = draft(cast, [dossier])
    decisions.change(
        decision=row,
        number="13/QĐ-UBND",
        decided_on=clock.today(),
        round_name="đợt 2",
        dossiers=[other],
        actor=cast.province_officer,
    )
    row.refresh_from_db()
    assert (row.number, row.round_name) == ("13/QĐ-UBND", "đợt 2")
    assert [line.dossier for line in row.lines.all()] == [other]
    assert (status(dossier), status(other)) == (DossierStatus.SCORED, DossierStatus.IN_DECISION)
    entry = AuditEntry.objects.get(action="ratings.decision.redrafted")
    assert entry.changes["number"] == ["12/QĐ-UBND", "13/QĐ-UBND"]
    call_command("check_invariants")


def test_only_the_drafter_changes_a_draft(cast, dossier):
    row = draft(cast, [dossier])
    for actor in (cast.province_leader, cast.admin, cast.other_officer, None):
        with pytest.raises(NotTheDrafter):
            decisions.change(
                decision=row, number="9", decided_on=clock.today(), dossiers=[dossier], actor=actor
            )
    row.refresh_from_db()
    assert row.number == "12/QĐ-UBND"


def test_a_dropped_draft_frees_its_dossiers_and_its_number(cast, dossier):
    row = draft(cast, [dossier])
    decisions.drop(decision=row, actor=cast.province_leader, reason="Sai ngày")
    row.refresh_from_db()
    assert (row.status, status(dossier)) == ("dropped", DossierStatus.SCORED)
    change = StatusChange.objects.get(machine="ratings.decision", to_state="dropped")
    assert (change.reason, change.actor_id) == ("Sai ngày", cast.province_leader.pk)
    again = draft(cast, [dossier])
    assert again.number == row.number
    call_command("check_invariants")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"number": ""}, InvalidDraft),
        ({"number": " \u200b "}, InvalidDraft),
        ({"number": "1" * 61}, InvalidDraft),
        ({"decided_on": dt.date(2099, 1, 1)}, InvalidDraft),
    ],
)
def test_a_head_that_cannot_be_changes_nothing(cast, dossier, changes, error):
    with pytest.raises(error) as refused:
        draft(cast, [dossier], **changes)
    assert refused.value.data["field"] in changes
    assert status(dossier) == DossierStatus.SCORED
    assert not RatingDecision.objects.exists()


def test_an_empty_list_is_refused(cast):
    with pytest.raises(EmptyList):
        draft(cast, [])
    assert not RatingDecision.objects.exists()


def test_a_number_serves_once_a_year(cast, make_product, dossier):
    draft(cast, [dossier])
    other = scored(make_product(cast.rival), score="55", stars=3)
    with pytest.raises(NumberTaken, match="12/QĐ-UBND"):
        draft(cast, [other])
    assert status(other) == DossierStatus.SCORED
    assert RatingDecision.objects.count() == 1
    last_year = clock.today().replace(year=clock.today().year - 1, month=6, day=1)
    assert draft(cast, [other], decided_on=last_year).number == "12/QĐ-UBND"


def test_a_draft_is_not_renumbered_into_another(cast, make_product, dossier):
    draft(cast, [dossier])
    other = scored(make_product(cast.rival), score="55", stars=3)
    row = draft(cast, [other], number="13/QĐ-UBND")
    with pytest.raises(NumberTaken):
        decisions.change(
            decision=row,
            number="12/QĐ-UBND",
            decided_on=clock.today(),
            dossiers=[other],
            actor=cast.province_officer,
        )
    row.refresh_from_db()
    assert row.number == "13/QĐ-UBND"


def test_a_dossier_of_another_draft_names_that_draft(cast, dossier):
    draft(cast, [dossier])
    with pytest.raises(DossierTaken, match="12/QĐ-UBND"):
        draft(cast, [dossier], number="13/QĐ-UBND")
    assert DecisionLine.objects.count() == 1


def test_the_database_keeps_a_dossier_in_one_list(cast, make_product, dossier):
    draft(cast, [dossier])
    other = draft(cast, [scored(make_product(cast.rival), score="55", stars=3)], number="13")
    with pytest.raises(IntegrityError, match="decisionline_dossier_once"), transaction.atomic():
        DecisionLine.objects.create(
            decision=other, position=9, dossier=dossier, product_name="x", producer_name="y"
        )


def test_a_dossier_of_another_province_stays_there(cast, make_product):
    far = scored(make_product(cast.far_producer), score="71", stars=4)
    with pytest.raises(DossierElsewhere, match=far.code):
        draft(cast, [far])
    assert status(far) == DossierStatus.SCORED


@pytest.mark.parametrize(
    "at", [s for s in DossierStatus if s not in (DossierStatus.SCORED, DossierStatus.IN_DECISION)]
)
def test_only_scored_dossiers_are_ready(cast, dossier, at):
    Dossier.objects.filter(pk=dossier.pk).update(status=at)
    with pytest.raises(DossierNotReady, match=dossier.code):
        draft(cast, [dossier])
    assert status(dossier) == at
    assert not RatingDecision.objects.exists()


@pytest.mark.parametrize(
    "who", ["owner", "rival_owner", "buyer", "commune_officer", "other_officer", "council_member"]
)
def test_who_may_not_draft_changes_nothing(cast, dossier, who):
    with pytest.raises(NotAllowed):
        draft(cast, [dossier], actor=getattr(cast, who))
    assert status(dossier) == DossierStatus.SCORED
    assert not RatingDecision.objects.exists()


def test_the_system_does_not_draft(cast, dossier):
    with pytest.raises(NotAllowed):
        draft(cast, [dossier], actor=None)


# --- Signing ---


def test_signing_issues_everything(cast, dossier):
    row = draft(cast, [dossier])
    decisions.sign(decision=row, actor=cast.province_leader)
    row.refresh_from_db()
    assert (row.status, row.signed_by) == ("signed", cast.province_leader)
    certificate = Certificate.objects.get()
    until = clock.add_months(row.decided_on, 36)
    assert (certificate.dossier, certificate.decision, certificate.valid_until) == (dossier, row, until)
    assert (certificate.stars, certificate.score) == (4, Decimal("71.00"))
    assert row.lines.get().certificate == certificate
    assert status(dossier) == DossierStatus.CERTIFIED
    assert shown(dossier.product) == (4, until, certificate.number)
    assert dossier.product.decision_number == "12/QĐ-UBND"
    message = OutboxMessage.objects.get(topic="ratings.decision_changed")
    assert message.payload == {"id": row.pk, "from": "draft", "to": "signed"}
    call_command("check_invariants")


def test_the_producer_is_told_once(cast, dossier):
    decisions.sign(decision=draft(cast, [dossier]), actor=cast.province_leader)
    for waiting in OutboxDelivery.objects.filter(message__topic__startswith="ratings."):
        delivery.run(waiting.pk)
    told = Notification.objects.filter(topic="ratings.decision_signed")
    assert {note.user for note in told} == {cast.owner, cast.staff}
    assert "12/QĐ-UBND" in told[0].body
    assert told[0].url == f"/chung-nhan/{Certificate.objects.get().number}/"


@pytest.mark.parametrize("who", ["province_leader", "admin"])
def test_the_drafter_never_signs(cast, dossier, who):
    actor = getattr(cast, who)
    row = draft(cast, [dossier], actor=actor)
    with pytest.raises(SignedByDrafter):
        decisions.sign(decision=row, actor=actor)
    row.refresh_from_db()
    assert (row.status, row.signed_by, status(dossier)) == ("draft", None, DossierStatus.IN_DECISION)
    assert not Certificate.objects.exists()


def test_the_database_refuses_the_drafters_signature(cast, dossier):
    row = draft(cast, [dossier], actor=cast.province_leader)
    signature = {"status": "signed", "signed_by": cast.province_leader, "signed_at": clock.now()}
    with pytest.raises(IntegrityError, match="decision_signed_by_another"), transaction.atomic():
        RatingDecision.objects.filter(pk=row.pk).update(**signature)


@pytest.mark.parametrize(
    "who",
    ["owner", "rival_owner", "buyer", "commune_officer", "other_officer", "council_member", "far_leader"],
)
def test_who_may_not_sign_changes_nothing(cast, dossier, who):
    row = draft(cast, [dossier])
    actor = leader(cast.quang_ngai) if who == "far_leader" else getattr(cast, who)
    with pytest.raises(NotAllowed):
        decisions.sign(decision=row, actor=actor)
    assert status(dossier) == DossierStatus.IN_DECISION
    assert not Certificate.objects.exists()
    assert not OutboxMessage.objects.filter(topic="ratings.decision_changed").exists()


def test_an_officer_does_not_sign_what_a_leader_drafted(cast, dossier):
    row = draft(cast, [dossier], actor=cast.province_leader)
    with pytest.raises(NotAllowed):
        decisions.sign(decision=row, actor=cast.province_officer)


def test_signed_is_signed(cast, dossier):
    row = draft(cast, [dossier])
    decisions.sign(decision=row, actor=cast.province_leader)
    with pytest.raises(NoDraft, match="đã ký"):
        decisions.sign(decision=row, actor=cast.admin)
    with pytest.raises(NoDraft):
        decisions.drop(decision=row, actor=cast.province_officer)
    with pytest.raises(NoDraft):
        decisions.change(
            decision=row,
            number="1",
            decided_on=clock.today(),
            dossiers=[dossier],
            actor=cast.province_officer,
        )
    assert Certificate.objects.count() == 1


def test_a_failure_in_the_middle_leaves_nothing(cast, make_product, dossier, monkeypatch):
    other = scored(make_product(cast.rival), score="55", stars=3)
    row = draft(cast, [dossier, other])
    issue, calls = recognitions.issue, []

    def failing(**facts):
        calls.append(facts)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return issue(**facts)

    monkeypatch.setattr(recognitions, "issue", failing)
    with pytest.raises(RuntimeError):
        decisions.sign(decision=row, actor=cast.province_leader)
    row.refresh_from_db()
    assert (row.status, status(dossier), status(other)) == (
        "draft",
        DossierStatus.IN_DECISION,
        DossierStatus.IN_DECISION,
    )
    assert shown(dossier.product) == (None, None, "")
    assert not Certificate.objects.exists()
    assert not OutboxMessage.objects.filter(topic="ratings.decision_changed").exists()


@pytest.mark.parametrize(("stars", "score"), [(4, "75"), (4, "71"), (3, "60")])
def test_a_new_recognition_supersedes_the_old(cast, make_product, stars, score):
    product = make_product(cast.producer)
    first = scored(product, score="71", stars=4)
    day = clock.add_months(clock.today(), -30)
    decisions.sign(decision=draft(cast, [first], decided_on=day), actor=cast.province_leader)
    again = scored(product, score=score, stars=stars, kind="renewal")
    decisions.sign(decision=draft(cast, [again], number="20/QĐ-UBND"), actor=cast.province_leader)
    old, new = Certificate.objects.order_by("pk")
    assert (old.status, new.status) == ("superseded", "issued")
    assert shown(product) == (stars, new.valid_until, new.number)
    assert again.decision_lines.get().note == "Đánh giá lại"
    call_command("check_invariants")


def test_signing_costs_the_same_for_each_line(cast, make_product, django_assert_max_num_queries):
    made = [scored(make_product(cast.producer), score="71", stars=4) for _ in range(5)]
    row = draft(cast, made)
    with django_assert_max_num_queries(20 + 5 * 27):
        decisions.sign(decision=row, actor=cast.province_leader)


def test_a_draft_moves_by_its_machine_only(cast, dossier):
    from core.services.transitions import transition
    from ratings.states import RATING_DECISION

    row = draft(cast, [dossier])
    decisions.drop(decision=row, actor=cast.province_officer)
    with pytest.raises(ForbiddenTransition):
        transition(row, machine=RATING_DECISION, to="signed", actor=cast.province_leader)


# --- Out of turn ---


def test_a_decision_older_than_the_recognition_in_force_is_not_drafted(cast, dossier):
    in_force = recognise(dossier.product, cast, on=clock.today())
    with pytest.raises(decisions.LaterDecision, match="Mật ong rừng đã được công nhận") as refused:
        draft(cast, [dossier], decided_on=clock.today() - dt.timedelta(days=1))
    assert refused.value.data == {"code": dossier.code, "number": in_force.decision.number}
    assert status(dossier) == DossierStatus.SCORED
    draft(cast, [dossier])  # of the same day: the one that comes last counts


def test_nor_signed_when_a_later_one_was_entered_meanwhile(cast, dossier):
    row = draft(cast, [dossier], decided_on=clock.today() - dt.timedelta(days=1))
    in_force = recognise(dossier.product, cast, on=clock.today())
    with pytest.raises(decisions.LaterDecision):
        decisions.sign(decision=row, actor=cast.province_leader)
    row.refresh_from_db()
    assert (row.status, status(dossier)) == ("draft", DossierStatus.IN_DECISION)
    assert Certificate.objects.get() == in_force


def recognise(product, cast, *, on):
    decision = recognitions.open_decision(
        number="99/QĐ-UBND",
        decided_on=on,
        level="province",
        authority="UBND thành phố Đà Nẵng",
        province=cast.da_nang,
        actor=None,
    )
    return recognitions.issue(product=product, decision=decision, stars=3, actor=None)
