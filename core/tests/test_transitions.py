"""The one way in which a state machine moves."""

import pytest

from core.errors import ForbiddenTransition
from core.models import AuditEntry, OutboxMessage, StatusChange
from core.services.transitions import transition
from producers import states


def move(producer, to, **changes):
    return transition(producer, machine=states.PRODUCER, to=to, actor=None, **changes)


def test_a_step_leaves_history_trail_and_message(cast):
    assert move(cast.producer, states.SUSPENDED, reason="Kiểm tra") is True
    change = StatusChange.objects.get(machine="producer", object_id=cast.producer.pk)
    assert (change.from_state, change.to_state, change.reason) == ("active", "suspended", "Kiểm tra")
    assert AuditEntry.objects.get(action="producer.suspended").changes == {"status": ["active", "suspended"]}
    message = OutboxMessage.objects.get(topic="producers.changed")
    assert message.payload == {"id": cast.producer.pk, "from": "active", "to": "suspended"}


def test_asking_for_the_present_state_does_nothing(cast):
    assert move(cast.producer, states.ACTIVE) is False
    assert not StatusChange.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_step_that_does_not_exist_names_those_that_do(cast):
    with pytest.raises(ForbiddenTransition) as refused:
        move(cast.producer, states.LISTED)
    assert refused.value.data == {
        "machine": "producer",
        "from": "active",
        "to": "listed",
        "allowed": ["suspended"],
    }
    cast.producer.refresh_from_db()
    assert cast.producer.status == "active"


def test_the_stored_state_counts_not_the_one_in_memory(cast):
    stale = type(cast.producer).objects.get(pk=cast.producer.pk)
    move(cast.producer, states.SUSPENDED)
    assert move(stale, states.SUSPENDED) is False
    assert stale.status == "suspended"
