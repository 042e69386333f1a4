"""The page that recomputes a chain (static/js/verify.js) under Node.js, against ``chain.faults``.

Random chains, each under a root with its proof, and one thing wrong with each: both see it.
"""

import copy
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.judges.conftest import FOLDER, HOW_TO_GET_NODE
from tests.properties.test_trace_chain import exports, words
from traceability import chain

Export = dict[str, Any]
Verifier = Callable[[Export], list[dict[str, Any]]]


@pytest.fixture(scope="module", params=["subtle", "own"])
def verifier(request: pytest.FixtureRequest) -> Iterator[Verifier]:
    if not shutil.which("node"):
        pytest.skip(HOW_TO_GET_NODE)
    process = subprocess.Popen(
        ["node", str(FOLDER / "verifier.cjs"), f"--{request.param}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    questions, answers = process.stdin, process.stdout

    def ask(export: Export) -> list[dict[str, Any]]:
        questions.write(json.dumps(export) + "\n")
        questions.flush()
        return list(json.loads(answers.readline()))

    yield ask
    process.terminate()
    process.wait(10)


@st.composite
def proven(draw: Callable[..., Any], least: int = 1) -> Export:
    """A chain of which the first events lie under a root beside other lots."""
    export = draw(exports(least=least))
    count = draw(st.integers(1, export["count"]))
    own = chain.leaf(export["lot"], count, export["events"][count - 1]["hash"])
    others = draw(st.lists(words.filter(lambda line: line != own), max_size=6, unique=True))
    index = draw(st.integers(0, len(others)))
    leaves = [*others[:index], own, *others[index:]]
    proof = {"day": "2026-11-26", "root": chain.root_of(leaves), "count": count}
    return {**export, "proof": proof | {"way": chain.prove(leaves, index)}}


def sealed_again(export: Export, bodies: list[dict[str, Any]]) -> Export:
    """What a forger who can compute would hand out: everything agrees, but not with the root."""
    events: list[Export] = []
    previous = chain.BEGINNING
    for sequence, body in enumerate(bodies, 1):
        text = chain.canonical(body | {"ocop:sequence": sequence})
        events.append(
            {"sequence": sequence, "previous": previous, "hash": chain.seal(previous, text), "body": text}
        )
        previous = str(events[-1]["hash"])
    return {**export, "events": events, "count": len(events), "head": previous}


def both_see(verifier: Verifier, export: Export) -> None:
    ours = {fault.sequence for fault in chain.faults(export)}
    theirs = {fault["sequence"] for fault in verifier(export)}
    assert ours
    assert ours == theirs


@settings(deadline=None)
@given(export=proven())
def test_both_let_a_good_chain_pass(verifier: Verifier, export: Export):
    assert chain.faults(export) == []
    assert verifier(export) == []


@settings(deadline=None)
@given(export=proven(), data=st.data())
def test_both_see_a_changed_event(verifier: Verifier, export: Export, data: st.DataObject):
    spoiled = copy.deepcopy(export)
    event = data.draw(st.sampled_from(spoiled["events"]))
    name = data.draw(st.sampled_from(["body", "note", "lot", "hash", "previous", "sequence"]))
    if name in ("note", "lot"):
        body = json.loads(event["body"])
        event["body"] = chain.canonical(body | {f"ocop:{name}": body[f"ocop:{name}"] + "x"})
    elif name == "body":
        place = data.draw(st.integers(0, len(event["body"])))
        event["body"] = event["body"][:place] + " " + event["body"][place:]
    elif name == "sequence":
        event["sequence"] += data.draw(st.sampled_from([-1, 1]))
    else:
        event[name] = data.draw(st.sampled_from(["", "0" * 63 + "f", event[name][::-1] + "0"]))
    both_see(verifier, spoiled)


@settings(deadline=None)
@given(export=proven(), data=st.data())
def test_both_see_a_removed_event(verifier: Verifier, export: Export, data: st.DataObject):
    spoiled = copy.deepcopy(export)
    spoiled["events"].pop(data.draw(st.integers(0, len(spoiled["events"]) - 1)))
    both_see(verifier, spoiled)


@settings(deadline=None)
@given(export=proven(), data=st.data())
def test_both_see_an_added_event(verifier: Verifier, export: Export, data: st.DataObject):
    spoiled = copy.deepcopy(export)
    place = data.draw(st.integers(0, len(spoiled["events"])))
    previous = spoiled["events"][place - 1]["hash"] if place else chain.BEGINNING
    body = {"ocop:lot": export["lot"], "ocop:sequence": place + 1, "ocop:note": data.draw(words)}
    text = chain.canonical(body)
    event = {"sequence": place + 1, "previous": previous, "hash": chain.seal(previous, text), "body": text}
    spoiled["events"].insert(place, event)
    both_see(verifier, spoiled)


@settings(deadline=None)
@given(export=proven(least=2), data=st.data())
def test_both_see_events_that_change_places(verifier: Verifier, export: Export, data: st.DataObject):
    spoiled = copy.deepcopy(export)
    first = data.draw(st.integers(0, len(spoiled["events"]) - 2))
    second = data.draw(st.integers(first + 1, len(spoiled["events"]) - 1))
    events = spoiled["events"]
    events[first], events[second] = events[second], events[first]
    both_see(verifier, spoiled)


@settings(deadline=None)
@given(export=proven(least=2), data=st.data())
def test_both_see_what_was_sealed_again(verifier: Verifier, export: Export, data: st.DataObject):
    """A forger changes, removes or swaps an event under the root and computes all hashes anew."""
    bodies = [json.loads(event["body"]) for event in export["events"]]
    index = data.draw(st.integers(0, export["proof"]["count"] - 1))
    way = data.draw(st.sampled_from(["change", "remove", "add"]))
    if way == "change":
        bodies[index]["ocop:note"] += "x"
    elif way == "remove":
        del bodies[index]
        bodies.append({"ocop:lot": export["lot"], "ocop:forged": True})
    else:
        bodies.insert(index, {"ocop:lot": export["lot"], "ocop:forged": True})
    forged = sealed_again(export, bodies)
    count = export["proof"]["count"]
    # Of two events alike it makes no difference which one is gone.
    assume(forged["events"][count - 1]["hash"] != export["events"][count - 1]["hash"])
    both_see(verifier, forged)


@settings(deadline=None)
@given(export=proven(), data=st.data())
def test_both_see_a_false_proof(verifier: Verifier, export: Export, data: st.DataObject):
    spoiled = copy.deepcopy(export)
    proof = spoiled["proof"]
    name = data.draw(st.sampled_from(["root", "count", "way"]))
    if name == "way":
        proof["way"] = [*proof["way"], ["left", "0" * 64]]
    else:
        proof[name] = {"root": "0" * 64, "count": proof["count"] + 1}[name]
    both_see(verifier, spoiled)


@pytest.mark.parametrize(
    "export",
    [
        [],
        {},
        {"format": chain.FORMAT},
        {"format": chain.FORMAT, "events": [7], "count": 1, "head": ""},
        {"format": chain.FORMAT, "events": [{"body": "{"}], "count": 1, "head": None},
        {"format": chain.FORMAT, "events": [{"body": '{"a":"\ud800"}'}], "count": 1, "head": None},
        {"format": chain.FORMAT, "events": [], "count": 0, "head": chain.BEGINNING, "proof": {"count": "x"}},
        {"format": chain.FORMAT, "events": [], "count": 0, "head": chain.BEGINNING, "proof": [1]},
    ],
)
def test_neither_falls_over_what_is_no_chain(verifier: Verifier, export: Any):
    assert verifier(export) != []
    assert isinstance(export, list) or chain.faults(export) != []
