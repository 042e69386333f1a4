"""EPCIS 2.0 queries: whose events, by what, in which pages."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from traceability import uris
from traceability.services import epcis_tokens
from traceability.tests.conftest import GTIN
from traceability.tests.epcis import API, document, event, listed, results
from traceability.tests.test_events import make_lot, note


@pytest.fixture(autouse=True)
def files(media):
    """In a folder of the test's own."""


@pytest.fixture
def lot(cast, make_product):
    return make_lot(make_product(cast.producer, gtin=GTIN))


def test_a_token_sees_its_producers_events_only(program, cast, lot, make_product):
    rivals = make_lot(make_product(cast.rival))
    assert [json.loads(row.body) for row in lot.events.all()] == listed(program("events"))
    own, others = lot.events.get(), rivals.events.get()
    assert program(f"events/urn:uuid:{own.event_id}").json()["ocop:lot"] == uris.of_lot(lot)
    assert program(f"events/urn:uuid:{others.event_id}").status_code == 404
    assert listed(program(f"epcs/{uris.of_lot(rivals)}/events")) == []
    stranger = epcis_tokens.issue(
        producer=cast.rival, name="x", may_capture=True, actor=cast.rival_owner
    ).secret
    job = program("capture", document(event(lot))).json()["captureID"]
    assert program(f"capture/{job}", secret=stranger).status_code == 404
    assert program("eventTypes").json()["member"] == ["ObjectEvent"]


def test_queries_of_the_standard(program, cast, lot):
    parent = "https://id.gs1.org/00/089385000000000010"
    child = f"https://id.gs1.org/01/{GTIN}/10/{lot.code}/21/7"
    packed = event(
        lot, type="AggregationEvent", action="ADD", bizStep="packing", parentID=parent, childEPCs=[child]
    )
    del packed["quantityList"]
    seen = event(lot, bizLocation={"id": "https://partner.example/lab/1"})
    assert all(result["ok"] for result in results(program("capture", document(packed, seen))))
    made = str(lot.events.first().event_id)

    def ids(query):
        return {found["eventID"][9:] for found in listed(program(f"events?{query}"))}

    first, second = packed["eventID"][9:], seen["eventID"][9:]
    assert ids("") == {made, first, second}
    assert (
        ids("eventType=AggregationEvent")
        == ids("EQ_bizStep=packing")
        == ids(f"MATCH_parentID={parent}")
        == {first}
    )
    assert ids("EQ_bizStep=packing,inspecting") == {first, second}
    assert ids("EQ_disposition=active") == ids("EQ_action=ADD&EQ_bizStep=commissioning") == {made}
    assert (
        ids(f"MATCH_epc={child}") == ids(f"MATCH_anyEPC={child}") == ids(f"MATCH_anyEPC={parent}") == {first}
    )
    assert ids(f"MATCH_epcClass={uris.of_lot(lot)}") == {made, second}
    assert ids("EQ_bizLocation=https://partner.example/lab/1") == {second}
    assert ids("EQ_readPoint=https://partner.example/lab/1") == {first, second}
    assert ids(f"GE_eventTime={seen['eventTime']}") == {second} | (
        {first} if packed["eventTime"] >= seen["eventTime"] else set()
    )
    assert ids("LT_eventTime=2020-01-01T00:00:00Z") == ids("LT_recordTime=2020-01-01T00:00:00+07:00") == set()
    assert ids("GE_recordTime=2020-01-01T00:00:00Z") == {made, first, second}
    assert len(listed(program("bizSteps/packing/events"))) == 1
    assert len(listed(program("eventTypes/AggregationEvent/events"))) == 1
    assert len(listed(program(f"epcs/{parent}/events"))) == 1


@pytest.mark.parametrize(
    "query",
    ["EQ_color=red", "perPage=0", "perPage=101", "perPage=x", "perPage=９", "nextPageToken=x",
     "GE_eventTime=2026", "GE_eventTime=2026-11-20T08:00:00", "EQ_bizStep=", "MATCH_epc=" + "x," * 51],
)  # fmt: skip
def test_a_query_that_cannot_be_answered_names_its_parameter(program, db, query):
    response = program(f"events?{query}")
    assert (response.status_code, response.json()["path"]) == (400, query.partition("=")[0])
    assert query.partition("=")[0] in response.json()["detail"]


def test_pages_lead_through_all_events_once(program, cast, lot):
    at = clock.now() - dt.timedelta(days=4)
    for _number in range(6):
        note(lot, cast.owner, event_time=at)  # all at one moment
    address, found = "events?perPage=2&EQ_bizStep=ocop:harvesting", []
    while address:
        response = program(address)
        found += [event["eventID"] for event in listed(response)]
        link = response.get("Link", "")
        assert not link or link.endswith('; rel="next"')
        address = link.partition(API)[2].partition(">")[0]
    assert len(found) == len(set(found)) == 6
    link = program("events?perPage=2").headers["Link"]
    token = link.partition("nextPageToken=")[2].partition(">")[0]
    assert program(f"events?perPage=2&nextPageToken={token}").status_code == 200
    assert program(f"events?perPage=2&EQ_action=ADD&nextPageToken={token}").status_code == 400


def test_a_page_costs_the_same_however_full(program, cast, lot):
    program("events")
    with CaptureQueriesContext(connection) as one:
        program("events")
    for _number in range(20):
        note(lot, cast.owner)
    with CaptureQueriesContext(connection) as many:
        assert len(listed(program("events"))) == 21
    assert len(many) == len(one)


def test_the_openapi_schema_stays_valid(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))
