"""Every topic that the code publishes has a reader."""

import ast

import pytest
from django.db import transaction

from core import outbox
from tests.architecture.source import ROOMS, label, modules, tree

# Published by a name, not by a literal: the transition service passes its machine's topic on.
BY_NAME = {"core/services/transitions.py"}


def topics_in(path) -> set[str | None]:
    """Topics of publish(...) calls and of Machine(topic=...); None for one that is not a literal."""
    found: set[str | None] = set()
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        if ast.unparse(node.func) == "outbox.publish":
            argument = node.args[0] if node.args else None
            found.add(argument.value if isinstance(argument, ast.Constant) else None)
        if ast.unparse(node.func) == "Machine":
            found |= {
                k.value.value for k in node.keywords if k.arg == "topic" and isinstance(k.value, ast.Constant)
            } - {None}
    return found


def published() -> dict[str | None, set[str]]:
    topics: dict[str | None, set[str]] = {}
    for path in modules(*ROOMS):
        if "tests" not in path.parts:
            for topic in topics_in(path):
                topics.setdefault(topic, set()).add(label(path))
    return topics


def test_every_topic_has_a_subscriber():
    topics = published()
    assert topics.pop(None, set()) <= BY_NAME
    assert topics
    assert {topic: places for topic, places in topics.items() if not outbox.handlers_of(topic)} == {}


def test_publishing_to_nobody_fails(db):
    with transaction.atomic(), pytest.raises(LookupError):
        outbox.publish("nobody.listens", {})
