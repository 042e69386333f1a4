"""The one way in which a state machine moves."""

import pytest

from core import outbox
from core.errors import ForbiddenTransition
from core.models import AuditEntry, OutboxMessage, StatusChange
from core.services.transitions import transition
from core.states import Machine

# Any row with a status will do; the cast's producer starts as "active".
LAMP = Machine(
    name="lamp",
    steps={"active": frozenset({"suspended"}), "suspended": frozenset({"active", "listed"})},
    topic="core.tested",
)


@pytest.fixture(autouse=True)
def listener(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})
    outbox.subscribe("core.tested")(lambda payload: None)


def move(producer, to, **changes):
    return transition(producer, machine=LAMP, to=to, actor=None, **changes)


def test_a_step_leaves_history_trail_and_message(cast):
    assert move(cast.producer, "suspended", reason="Kiểm tra") is True
    change = StatusChange.objects.get(machine="lamp", object_id=cast.producer.pk)
    assert (change.from_state, change.to_state, change.reason) == ("active", "suspended", "Kiểm tra")
    assert AuditEntry.objects.get(action="lamp.suspended").changes == {"status": ["active", "suspended"]}
    message = OutboxMessage.objects.get(topic="core.tested")
    assert message.payload == {"id": cast.producer.pk, "from": "active", "to": "suspended"}


def test_columns_change_with_the_status(cast):
    move(cast.producer, "suspended", values={"name": "HTX Khác"})
    stored = type(cast.producer).objects.get(pk=cast.producer.pk)
    assert (stored.status, stored.name, cast.producer.name) == ("suspended", "HTX Khác", "HTX Khác")


def test_asking_for_the_present_state_does_nothing(cast):
    assert move(cast.producer, "active") is False
    assert not StatusChange.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_step_that_does_not_exist_names_those_that_do(cast):
    with pytest.raises(ForbiddenTransition) as refused:
        move(cast.producer, "listed")
    assert refused.value.data == {
        "machine": "lamp",
        "from": "active",
        "to": "listed",
        "allowed": ["suspended"],
    }
    cast.producer.refresh_from_db()
    assert cast.producer.status == "active"


def test_the_stored_state_counts_not_the_one_in_memory(cast):
    stale = type(cast.producer).objects.get(pk=cast.producer.pk)
    move(cast.producer, "suspended")
    assert move(stale, "suspended") is False
    assert stale.status == "suspended"
