"""Messages: written with the change, delivered once, tried again until done."""

import datetime as dt

import pytest
from django.db import transaction

from core import clock, outbox
from core.models import OutboxDelivery, OutboxMessage
from core.services import delivery

TOPIC = "core.tested"


@pytest.fixture
def heard(monkeypatch):
    """A topic of this test's own; what its handler heard."""
    found = []
    monkeypatch.setattr(outbox, "_handlers", {})
    outbox.subscribe(TOPIC)(found.append)
    return found


@pytest.fixture
def stumbling(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})

    @outbox.subscribe(TOPIC)
    def fall(payload):
        raise RuntimeError("no mail server")

    return fall


def due():
    OutboxDelivery.objects.update(due_at=clock.now() - dt.timedelta(seconds=1))


def test_a_topic_without_a_reader_is_a_mistake(db, heard):
    with pytest.raises(LookupError):
        outbox.publish("core.nobody", {})


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_a_mistake(heard):
    with pytest.raises(RuntimeError):
        outbox.publish(TOPIC, {})


def test_a_message_goes_with_its_change(db, heard):
    def change():
        with transaction.atomic():
            outbox.publish(TOPIC, {"id": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert not OutboxMessage.objects.exists()


def test_a_delivery_is_done_once(db, heard):
    outbox.publish(TOPIC, {"id": 7})
    (number,) = delivery.claim()
    assert delivery.run(number) is True
    assert delivery.run(number) is False
    assert heard == [{"id": 7}]


def test_a_claimed_delivery_comes_back_when_its_task_is_lost(db, heard):
    outbox.publish(TOPIC, {"id": 7})
    first = delivery.claim()
    assert delivery.claim() == []
    due()
    assert delivery.claim() == first


def test_pauses_grow(db, heard):
    outbox.publish(TOPIC, {"id": 7})
    pauses = []
    for _ in range(3):
        due()
        delivery.claim()
        pauses.append(OutboxDelivery.objects.get().due_at - clock.now())
    assert [round(pause.total_seconds() / 20) for pause in pauses] == [1, 2, 4]


def test_an_error_is_kept_and_given_up_in_the_end(db, stumbling):
    outbox.publish(TOPIC, {"id": 7})
    for attempt in range(1, delivery.MAX_ATTEMPTS + 1):
        due()
        (number,) = delivery.claim()
        with pytest.raises(RuntimeError):
            delivery.run(number)
        row = OutboxDelivery.objects.get()
        assert "no mail server" in row.last_error
        assert (row.failed_at is None) == (attempt < delivery.MAX_ATTEMPTS)
    due()
    assert delivery.claim() == []
    assert delivery.send_again(delivery_ids=[number]) == 1
    assert delivery.claim() == [number]


def test_only_old_and_done_messages_are_pruned(db, heard):
    old = clock.now() - dt.timedelta(days=31)
    for _ in range(2):
        outbox.publish(TOPIC, {"id": 7})
    delivery.run(delivery.claim()[0])
    OutboxMessage.objects.update(created_at=old)
    delivery.prune()
    assert OutboxDelivery.objects.filter(done_at=None).count() == OutboxMessage.objects.count() == 1
