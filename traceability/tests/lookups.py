"""A queue of the test's own, and doing the counter's part: every waiting message through its real task."""

import uuid
from collections.abc import Callable
from queue import Empty
from typing import Any

import pytest
from celery import current_app


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The real broker under a fresh name. ``queue()`` runs what waits there; returns how many messages."""
    options = current_app.conf.broker_transport_options
    monkeypatch.setitem(options, "global_keyprefix", f"test-{uuid.uuid4().hex}.")
    return lambda: len([run(*message) for message in taken()])


def taken() -> list[tuple[str, dict[str, Any]]]:
    """The waiting messages, task and arguments, taken from the broker."""
    found = []
    with current_app.connection_for_read() as broker, broker.SimpleQueue("celery") as waiting:
        while True:
            try:
                message = waiting.get(block=False)
            except Empty:
                return found
            found.append((message.headers["task"], message.payload[1]))
            message.ack()


def run(task: str, arguments: dict[str, Any]) -> None:
    current_app.tasks[task](**arguments)
