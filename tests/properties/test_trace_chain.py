"""No single change of a chain goes unseen, and a tree proves exactly what is in it."""

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from traceability import chain

LOT = "https://cho.example/truy-xuat/A23456789B/"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def exports(draw, least=1):
    events, previous = [], chain.BEGINNING
    for sequence, note in enumerate(draw(st.lists(words, min_size=least, max_size=8)), 1):
        body = chain.canonical({"ocop:lot": LOT, "ocop:sequence": sequence, "ocop:note": note})
        sealed = chain.seal(previous, body)
        events.append({"sequence": sequence, "previous": previous, "hash": sealed, "body": body})
        previous = sealed
    return {"format": chain.FORMAT, "lot": LOT, "count": len(events), "head": previous, "events": events}


@given(exports())
def test_a_chain_holds(export):
    assert chain.faults(export) == []
    assert chain.faults(json.loads(json.dumps(export))) == []


@given(exports(), st.data())
def test_a_changed_event_is_seen(export, data):
    spoiled = copy.deepcopy(export)
    event = data.draw(st.sampled_from(spoiled["events"]))
    name = data.draw(st.sampled_from(["body", "note", "hash", "previous", "sequence"]))
    if name == "note":
        body = json.loads(event["body"])
        event["body"] = chain.canonical(body | {"ocop:note": body["ocop:note"] + "x"})
    elif name == "body":
        event["body"] += " "
    elif name == "sequence":
        event["sequence"] += 1
    else:
        first = event[name][0]
        event[name] = ("0" if first != "0" else "1") + event[name][1:]
    assert chain.faults(spoiled) != []


@given(exports(), st.data())
def test_a_removed_event_is_seen(export, data):
    spoiled = copy.deepcopy(export)
    spoiled["events"].pop(data.draw(st.integers(0, len(spoiled["events"]) - 1)))
    assert chain.faults(spoiled) != []


@given(exports(), st.data())
def test_an_added_event_is_seen(export, data):
    """Even one that is sealed as it should be at its place."""
    spoiled = copy.deepcopy(export)
    place = data.draw(st.integers(0, len(spoiled["events"])))
    previous = spoiled["events"][place - 1]["hash"] if place else chain.BEGINNING
    body = chain.canonical({"ocop:lot": LOT, "ocop:sequence": place + 1, "ocop:note": data.draw(words)})
    event = {"sequence": place + 1, "previous": previous, "hash": chain.seal(previous, body), "body": body}
    spoiled["events"].insert(place, event)
    assert chain.faults(spoiled) != []


@given(exports(least=2), st.data())
def test_events_that_change_places_are_seen(export, data):
    spoiled = copy.deepcopy(export)
    order = data.draw(
        st.permutations(range(len(spoiled["events"]))).filter(lambda order: order != sorted(order))
    )
    spoiled["events"] = [spoiled["events"][number] for number in order]
    assert chain.faults(spoiled) != []


leaves = st.lists(words, min_size=1, max_size=20, unique=True)


@given(leaves, st.data())
def test_every_leaf_leads_to_the_root_and_no_other_does(lines, data):
    index = data.draw(st.integers(0, len(lines) - 1))
    way, root = chain.prove(lines, index), chain.root_of(lines)
    assert chain.root_by(lines[index], way) == root
    other = data.draw(words.filter(lambda line: line != lines[index]))
    assert chain.root_by(other, way) != root


@given(leaves, st.data())
def test_a_root_changes_with_any_leaf(lines, data):
    index = data.draw(st.integers(0, len(lines) - 1))
    changed = [*lines[:index], lines[index] + "x", *lines[index + 1 :]]
    assert chain.root_of(changed) != chain.root_of(lines)
    assert chain.root_of(lines[:index] + lines[index + 1 :]) != chain.root_of(lines)


def test_the_roots_of_the_standard():
    """RFC 6962: of nothing, SHA-256 of nothing; of one leaf, its hash after a zero byte."""
    assert chain.root_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert chain.root_of([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
