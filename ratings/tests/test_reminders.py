"""180, 90 and 30 days before a recognition runs out: each person once for each window."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from notifications.models import Delivery, Notification
from notifications.services import messages
from producers.models import Membership, Producer
from ratings.models import Certificate
from ratings.services import reminders
from ratings.tasks import remind_of_expiry
from ratings.tests.deciding import certified, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast, make_product):
    return certified(cast, make_product(cast.producer, name="Mật ong rừng"))


def before(certificate, days):
    return certificate.valid_until - dt.timedelta(days=days)


def keys():
    return set(Notification.objects.filter(topic=reminders.TOPIC).values_list("dedupe_key", flat=True))


def test_nothing_before_the_first_window(certificate):
    assert reminders.send_due(on=before(certificate, 181)) == 0


def test_each_window_once_for_producer_and_officer(cast, certificate):
    people = (cast.owner, cast.staff, cast.province_officer)
    for days, window in ((180, 180), (179, 180), (91, 180), (90, 90), (31, 90), (30, 30), (0, 30)):
        reminders.send_due(on=before(certificate, days))
        for person in people:
            assert f"{reminders.TOPIC}:{certificate.pk}:{window}:{person.pk}" in keys()
    assert len(keys()) == 3 * len(people)
    assert {note.user for note in Notification.objects.filter(topic=reminders.TOPIC)} == set(people)
    assert Delivery.objects.count() == len(keys())


def test_a_second_run_sends_nothing(certificate):
    day = before(certificate, 100)
    assert reminders.send_due(on=day) == 3
    assert reminders.send_due(on=day) == 0
    assert Notification.objects.count() == 3


def test_a_first_run_with_25_days_left_sends_the_last_notice_only(certificate):
    assert reminders.send_due(on=before(certificate, 25)) == 3
    assert all(":30:" in key for key in keys())
    assert "còn 25 ngày" in Notification.objects.first().title


def test_the_day_after_the_last_nobody_is_told(certificate):
    assert reminders.send_due(on=before(certificate, -1)) == 0


@pytest.mark.parametrize("status", ["superseded", "revoked"])
def test_what_is_not_in_force_reminds_nobody(certificate, status):
    Certificate.objects.update(status=status)
    assert reminders.send_due(on=before(certificate, 20)) == 0


def test_a_dossier_under_way_is_named(certificate):
    day = before(certificate, 80)
    reminders.send_due(on=before(certificate, 100))
    assert (
        "Chưa có hồ sơ"
        in Notification.objects.get(dedupe_key__contains=":180:", user__email__startswith="chu").body
    )
    dossier = scored(certificate.product, kind="renewal")
    reminders.send_due(on=day)
    for note in Notification.objects.filter(dedupe_key__contains=":90:"):
        assert dossier.code in note.body
        assert "Có kết quả" in note.body


def test_without_people_the_producers_own_address_is_told(cast, certificate):
    Membership.objects.filter(producer=cast.producer).delete()
    Producer.objects.filter(pk=cast.producer.pk).update(email="htx@cast.example")
    reminders.send_due(on=before(certificate, 20))
    assert set(Delivery.objects.values_list("address", flat=True)) == {
        "htx@cast.example",
        cast.province_officer.email,
    }


def test_who_left_office_or_is_locked_out_is_not_told(cast, certificate):
    cast.province_officer.assignments.update(valid_to=clock.today())
    type(cast.staff).objects.filter(pk=cast.staff.pk).update(is_active=False)
    assert reminders.send_due(on=before(certificate, 20)) == 1


def test_a_killed_run_goes_on_where_it_stopped(certificate, monkeypatch):
    notify, sent = messages.notify, []

    def dying(**facts):
        if len(sent) == 1:
            raise KeyboardInterrupt
        sent.append(facts["dedupe_key"])
        return notify(**facts)

    monkeypatch.setattr(messages, "notify", dying)
    with pytest.raises(KeyboardInterrupt):
        reminders.send_due(on=before(certificate, 20))
    monkeypatch.setattr(messages, "notify", notify)
    assert reminders.send_due(on=before(certificate, 20)) == 2
    assert len(keys()) == 3


def test_looking_costs_the_same_for_few_and_many(cast, make_product, certificate, monkeypatch):
    def cost(day):
        reminders.send_due(on=day)
        with CaptureQueriesContext(connection) as queries:
            assert reminders.send_due(on=day) == 0
        return len(queries)

    few = cost(before(certificate, 20))
    for number in range(20):
        certified(cast, make_product(cast.producer), number=f"{number + 100}/QĐ-UBND")
    assert cost(before(certificate, 20)) == few <= 6


def test_small_portions_reach_everybody(cast, make_product, certificate, monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 2)
    for number in range(4):
        certified(cast, make_product(cast.producer), number=f"{number + 100}/QĐ-UBND")
    assert reminders.send_due(on=before(certificate, 20)) == 15


def test_beat_runs_it_daily(certificate, monkeypatch):
    entry = settings.CELERY_BEAT_SCHEDULE["remind-of-expiry"]
    assert entry["task"] == remind_of_expiry.name
    monkeypatch.setattr(clock, "today", lambda: before(certificate, 20))
    remind_of_expiry()
    assert len(keys()) == 3
    call_command("check_invariants")
