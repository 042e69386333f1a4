"""The daily root, the proof in an export, and the command that recomputes both."""

import datetime as dt
import json

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from core import clock
from traceability import chain, exports
from traceability.models import DailyRoot
from traceability.services import events, roots
from traceability.tests.test_events import make_lot, note


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def yesterday():
    return clock.today() - dt.timedelta(days=1)


@pytest.fixture
def told(cast, make_product, yesterday):
    """Three lots whose events were noted yesterday, two for each."""
    at = clock.midnight(yesterday) + dt.timedelta(hours=9)
    made = [make_lot(make_product(cast.producer), f"L{number}", at=at) for number in range(3)]
    for lot in made:
        note(lot, cast.owner, at=at)
    return made


def test_a_root_covers_every_lot_and_leads_to_its_proofs(cast, told, yesterday):
    root = roots.publish(day=yesterday)
    assert (root.lots, root.events, root.previous) == (3, 6, chain.BEGINNING)
    with default_storage.open(root.archive) as file:
        archive = json.loads(file.read())
    assert chain.root_of(archive["leaves"]) == archive["root"] == root.root
    note(told[0], cast.owner)  # today's event is not under yesterday's root
    for lot in told:
        export = exports.of_chain(lot)
        assert (export["proof"]["root"], export["proof"]["count"]) == (root.root, 2)
        assert chain.faults(export) == []


def test_a_day_is_published_once_and_not_before_it_is_over(told, yesterday):
    assert roots.publish(day=clock.today()) is None
    first = roots.publish(day=yesterday)
    assert roots.publish(day=yesterday) == first
    assert roots.publish_due() == 0
    assert DailyRoot.objects.count() == 1


def test_days_that_were_missed_are_made_up_for(told, yesterday):
    roots.publish(day=yesterday - dt.timedelta(days=3))
    assert roots.publish_due() == 3
    days = DailyRoot.objects.order_by("day")
    assert [root.previous for root in days[1:]] == [root.root for root in days][:-1]


def test_a_lot_cut_short_no_longer_leads_to_the_root(told, yesterday):
    roots.publish(day=yesterday)
    export = exports.of_chain(told[0])
    export["events"].pop()
    export |= {"count": 1, "head": export["events"][0]["hash"]}
    assert [fault.sequence for fault in chain.faults(export)] == [0]


def test_the_command_reads_a_file_or_a_lot(told, yesterday, tmp_path, capsys):
    roots.publish(day=yesterday)
    file = tmp_path / "lot.json"
    export = exports.of_chain(told[0])
    file.write_text(json.dumps(export), encoding="utf-8")
    for what in (str(file), told[0].code_row.value):
        call_command("verify_trace", what)
        assert export["head"] in capsys.readouterr().out
    export["events"][1]["body"] = export["events"][1]["body"].replace("harvesting", "drying")
    file.write_text(json.dumps(export), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("verify_trace", str(file))
    assert "2: " in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "[]", "{}", "nothing", '{"format": "ocop-chain/1", "events": [7]}'])
def test_what_is_no_export_does_not_pass(tmp_path, db, content):
    file = tmp_path / "x.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("verify_trace", str(file))


def test_an_unknown_lot_is_said_so(db):
    with pytest.raises(CommandError, match="no lot"):
        call_command("verify_trace", "A23456789B")


def test_an_epcis_document_holds_the_bodies(cast, told):
    events.void(event=told[0].events.last(), reason="Nhầm", actor=cast.owner)
    rows = list(told[0].events.all())
    document = exports.as_epcis(rows)
    assert document["epcisBody"]["eventList"] == [json.loads(row.body) for row in rows]
