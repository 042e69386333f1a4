"""Officers are told of a dossier that arrives at their desk: the right ones, once."""

import pytest
from django.core import mail

from accounts.models import Role
from core.models import OutboxDelivery
from core.services import delivery
from notifications.models import Notification
from ratings.models import Desk
from ratings.services import desks, letters, workflow
from ratings.states import DossierStatus
from ratings.tests.rating import answer_all, make_dossier
from tests.cast import make_officer

S = DossierStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(cast, make_product):
    return make_dossier(make_product(cast.producer, name="Mật ong rừng"), S.SUBMITTED)


def told():
    called = Notification.objects.filter(topic="ratings.desk_called")
    return sorted(called.values_list("user__email", flat=True))


def run_outbox():
    """What the desks are told, and its mails; the producer's letters are another subject."""
    mine = OutboxDelivery.objects.filter(done_at=None).exclude(handler__endswith=".tell_of_dossier")
    while waiting := mine.first():
        delivery.run(waiting.pk)


def test_a_new_dossier_is_told_to_the_officers_of_its_commune(cast, dossier):
    second = make_officer("Cán bộ xã hai", Role.COMMUNE_OFFICER, cast.da_nang, cast.duy_xuyen)
    make_officer("Cán bộ phường", Role.COMMUNE_OFFICER, cast.da_nang, cast.hoi_an)
    past = make_officer("Cán bộ xã cũ", Role.COMMUNE_OFFICER, cast.da_nang, cast.duy_xuyen)
    past.assignments.update(valid_to="2026-01-31")
    gone = make_officer("Cán bộ xã nghỉ", Role.COMMUNE_OFFICER, cast.da_nang, cast.duy_xuyen)
    gone.is_active = False
    gone.save()
    for _ in range(2):  # a message may come twice
        letters.desk_called(dossier_id=dossier.pk, to=S.SUBMITTED)
    assert told() == sorted([cast.commune_officer.email, second.email])
    note = Notification.objects.filter(user=second).get()
    assert note.title == f"Hồ sơ {dossier.code} chờ xử lý: Mật ong rừng"
    assert note.url == f"/quan-tri/ratings/dossier/{dossier.pk}/change/"
    assert "Hạn xử lý: " in note.body
    assert "HTX Duy Xuyên, Xã Duy Xuyên" in note.body


def test_the_province_is_told_when_the_commune_hands_on(cast, dossier):
    desks.receive(dossier=dossier, actor=cast.commune_officer)
    answers_of_the_commune(dossier)
    desks.forward_from_commune(dossier=dossier, actor=cast.commune_officer)
    mail.outbox.clear()
    run_outbox()
    assert told() == [cast.province_officer.email]
    addressees = [address for message in mail.outbox for address in message.to]
    assert addressees.count(cast.province_officer.email) == 1


def answers_of_the_commune(dossier):
    for criterion in dossier.criteria_set.criteria.filter(is_for_commune=True):
        dossier.answers.create(desk=Desk.COMMUNE, criterion=criterion, is_confirmed=True)


def test_each_return_to_the_desk_is_told_anew(cast, dossier):
    for _ in range(2):
        desks.give_back(dossier=dossier, actor=cast.commune_officer, reason="thiếu")
        workflow.move(dossier=dossier, to=dossier.returned_by, actor=cast.owner)
        run_outbox()
    assert told() == [cast.commune_officer.email] * 2


@pytest.mark.parametrize("status", [S.COMMUNE_CHECK, S.COUNCIL, S.RETURNED, S.SCORED])
def test_other_steps_call_nobody(cast, dossier, status):
    type(dossier).objects.update(status=status)
    letters.desk_called(dossier_id=dossier.pk, to=status)
    assert told() == []


def test_a_late_message_about_a_desk_left_behind_is_not_sent(cast, dossier):
    answer_all(dossier, Desk.ADVISORY)
    type(dossier).objects.update(status=S.COUNCIL)
    letters.desk_called(dossier_id=dossier.pk, to=S.ADVISORY)
    assert told() == []
