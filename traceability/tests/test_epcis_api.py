"""EPCIS 2.0 for other programs: tokens, capture with a result for each event, queries."""

import datetime as dt
import json
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import NotAllowed
from tests.books import all_invariants
from traceability import chain, epcis, exports, uris
from traceability.api.access import TokenThrottle
from traceability.models import CaptureJob, EpcisToken, TraceEvent
from traceability.services import epcis_tokens
from traceability.tests.test_events import make_lot, note

API = "/api/v1/epcis/"
GTIN = "08938500001239"


@pytest.fixture(autouse=True)
def files(media):
    """In a folder of the test's own."""


@pytest.fixture
def lot(cast, make_product):
    return make_lot(make_product(cast.producer, gtin=GTIN))


@pytest.fixture
def issued(cast):
    return epcis_tokens.issue(producer=cast.producer, name="Sổ tay", may_capture=True, actor=cast.owner)


@pytest.fixture
def program(client, issued):
    """``program(address)`` asks, ``program(address, document)`` hands over; with the token."""

    def call(address, document=None, *, secret=issued.secret, **headers):
        headers = {"Authorization": f"Bearer {secret}", **headers}
        if document is None:
            return client.get(API + address, headers=headers)
        body = document if isinstance(document, bytes | str) else json.dumps(document)
        return client.post(API + address, body, content_type="application/ld+json", headers=headers)

    return call


def event(lot, **facts):
    when = clock.now() - dt.timedelta(days=1)
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": when.astimezone(clock.VIETNAM).isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": "conformant",
        "quantityList": [{"epcClass": uris.of_lot(lot), "quantity": 5}],
        "readPoint": {"id": "https://partner.example/lab/1"},
    } | facts


def document(*events):
    return {
        "@context": exports.context(),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00.000+07:00",
        "epcisBody": {"eventList": list(events)},
    }


def results(response):
    assert response.status_code == 202, response.content
    return response.json()["results"]


def paths(response):
    return [error["path"] for result in results(response) for error in result["errors"]]


# --- Tokens ---


def test_only_owners_let_programs_in(cast, issued):
    assert issued.secret not in str(EpcisToken.objects.values().get())
    for actor in (cast.staff, cast.rival_owner, cast.province_officer, cast.buyer):
        with pytest.raises(NotAllowed):
            epcis_tokens.issue(producer=cast.producer, name="x", may_capture=False, actor=actor)
        with pytest.raises(NotAllowed):
            epcis_tokens.revoke(token=issued.token, actor=actor)


@pytest.mark.parametrize("secret", ["", "x", "epcis_é", "epcis_" + "a" * 43])
def test_without_a_live_token_nobody_comes_in(client, program, secret):
    response = program("events", secret=secret)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert client.get(f"{API}events").status_code == 401


def test_a_revoked_token_is_dead_and_its_use_was_noted(cast, program, issued):
    assert program("events").status_code == 200
    issued.token.refresh_from_db()
    assert issued.token.last_used_at is not None
    epcis_tokens.revoke(token=issued.token, actor=cast.owner)
    assert program("events").status_code == 401


def test_the_page_shows_a_token_once(client_for, cast):
    client = client_for(cast.owner)
    here = "/kenh-chu-the/traceability/epcistoken/"
    form = {"producer": cast.producer.pk, "name": "Phần mềm kho", "may_capture": "on"}
    response = client.post(f"{here}add/", form)
    token = EpcisToken.objects.get()
    page = response.content.decode()
    secret = page.partition('value="epcis_')[2].partition('"')[0]
    assert epcis_tokens.holder(secret=f"epcis_{secret}") == token
    assert "no-store" in response["Cache-Control"]
    for address in (here, f"{here}{token.pk}/change/"):
        assert secret not in client.get(address).content.decode()
    client.post(f"{here}{token.pk}/buoc/huy/")
    token.refresh_from_db()
    assert token.revoked_at is not None


# --- Capture ---


def test_an_event_is_added_to_its_lots_chain(program, lot):
    said = event(lot, **{"ocop:note": "Đạt"})
    response = program("capture", document(said))
    assert results(response) == [{"index": 0, "eventID": said["eventID"], "ok": True, "errors": []}]
    assert (response["GS1-EPCIS-Version"], response["GS1-Capture-Error-Behaviour"]) == ("2.0", "rollback")
    job = program(response["Location"].partition(API)[2]).json()
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    kept = lot.events.last()
    body = json.loads(kept.body)
    assert epcis.content(body) == said
    assert (body["ocop:lot"], body["ocop:capture"]) == (uris.of_lot(lot), job["captureID"])
    assert (kept.step, str(kept.event_id)) == ("inspecting", said["eventID"][9:])
    assert chain.faults(exports.of_chain(lot)) == []
    assert all_invariants() == {}


def test_an_event_sent_again_is_one_event(program, lot):
    said = event(lot)
    unnamed = event(lot, bizStep="storing")
    del unnamed["eventID"]
    for _again in range(2):
        assert all(result["ok"] for result in results(program("capture", document(said, said, unnamed))))
    assert lot.events.count() == 3
    # What the market itself handed out comes back as the same event.
    own = json.loads(lot.events.order_by("sequence")[1].body)
    assert results(program("capture", document(own)))[0]["ok"]
    assert lot.events.count() == 3


def test_the_same_id_for_something_else_is_refused(program, lot, cast, make_product):
    said = event(lot)
    program("capture", document(said))
    other = make_lot(make_product(cast.producer))
    same_step = said | {"quantityList": [{"epcClass": uris.of_lot(lot), "quantity": 6}]}
    elsewhere = said | {"quantityList": [{"epcClass": uris.of_lot(other), "quantity": 5}]}
    assert paths(program("capture", document(same_step))) == ["eventID"]
    assert paths(program("capture", document(elsewhere))) == ["eventID"]


def at(**later):
    return (clock.now() + dt.timedelta(**later)).isoformat(timespec="seconds")


BAD = {
    "not an object": ("$", lambda e: "x"),
    "type": ("type", lambda e: e | {"type": "AssociationEvent"}),
    "type of a list": ("type", lambda e: e | {"type": []}),
    "no time zone": ("eventTime", lambda e: e | {"eventTime": "2026-11-20T08:00:00"}),
    "month 13": ("eventTime", lambda e: e | {"eventTime": "2026-13-20T08:00:00Z"}),
    "year 0": ("eventTime", lambda e: e | {"eventTime": "0000-01-20T08:00:00Z"}),
    "the future": ("eventTime", lambda e: e | {"eventTime": at(hours=2)}),
    "long ago": ("eventTime", lambda e: e | {"eventTime": "1990-01-20T08:00:00Z"}),
    "before production": (
        "eventTime",
        lambda e: e | {"bizStep": "packing", "eventTime": at(days=-9)},
    ),
    "offset": ("eventTimeZoneOffset", lambda e: e | {"eventTimeZoneOffset": "7:00"}),
    "action": ("action", lambda e: e | {"action": "CREATE"}),
    "step": ("bizStep", lambda e: e | {"bizStep": "harvesting"}),
    "urn of a step": ("bizStep", lambda e: e | {"bizStep": "urn:epcglobal:cbv:bizstep:packing"}),
    "step of ours": ("bizStep", lambda e: e | {"bizStep": "ocop:dancing"}),
    "step that only the market notes": ("bizStep", lambda e: e | {"bizStep": "ocop:recall_revoked"}),
    "disposition": ("disposition", lambda e: e | {"disposition": "sold"}),
    "plain text": ("epcList[0]", lambda e: e | {"epcList": ["Lô 1"]}),
    "check digit": ("epcList[0]", lambda e: e | {"epcList": ["https://x.example/01/08938500001230/21/1"]}),
    "unit": ("quantityList[0].uom", lambda e: e | {"quantityList": [{**e["quantityList"][0], "uom": "kg"}]}),
    "amount": (
        "quantityList[0].quantity",
        lambda e: e | {"quantityList": [{**e["quantityList"][0], "quantity": -1}]},
    ),
    "extension": ("farmer", lambda e: e | {"farmer": "x"}),
    "nothing named": ("epcList", lambda e: e | {"quantityList": []}),
    "no lot of ours": ("$", lambda e: e | {"quantityList": [], "epcList": ["urn:epc:id:sscc:8938500.01"]}),
    "place": ("readPoint.id", lambda e: e | {"readPoint": {"id": "nhà"}}),
    "zero": ("$", lambda e: e | {"ocop:note": "a\x00b"}),
    "half a letter": ("$", lambda e: e | {"ocop:note": "\ud800"}),
    "too long": ("$", lambda e: e | {"ocop:note": "x" * 70_000}),
    "party": ("sourceList[0].source", lambda e: e | {"sourceList": [{"type": "owning_party"}]}),
    "no transaction": ("bizTransactionList", lambda e: e | {"type": "TransactionEvent"}),
    "unknown id declared wrong": (
        "eventID",
        lambda e: e | {"errorDeclaration": {"declarationTime": "2026-11-20T08:00:00Z"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_is_told_by_its_place(program, lot, name):
    path, spoil = BAD[name]
    assert path in paths(program("capture", document(spoil(event(lot)))))
    assert lot.events.count() == 1


def test_one_bad_event_among_many_and_nothing_is_written(program, lot):
    good = [event(lot) for _number in range(20)]
    bad = event(lot, action="CREATE")
    response = program("capture", document(*good[:10], bad, *good[10:]))
    assert [result["ok"] for result in results(response)] == [True] * 10 + [False] + [True] * 10
    assert response.json()["success"] is False
    assert lot.events.count() == 1
    response = program(
        "capture", document(*good[:10], bad, *good[10:]), **{"GS1-Capture-Error-Behaviour": "proceed"}
    )
    assert response.json()["errors"][0]["title"] == bad["eventID"]
    assert lot.events.count() == 21
    assert chain.faults(exports.of_chain(lot)) == []


def test_five_hundred_events_are_taken_at_once(program, lot):
    many = [event(lot) for _number in range(500)]
    bad = event(lot, action="CREATE")
    assert program("capture", document(*many, bad)).status_code == 413
    assert [r["index"] for r in results(program("capture", document(*many[:499], bad))) if not r["ok"]] == [
        499
    ]
    assert lot.events.count() == 1
    response = program("capture", document(*many))
    assert response.json()["success"] is True
    assert lot.events.count() == 501
    assert chain.faults(exports.of_chain(lot)) == []


def test_lots_and_places_of_others_are_not_written(program, cast, lot, make_product):
    rivals = make_lot(make_product(cast.rival))
    second = make_lot(make_product(cast.producer), "L02")
    theirs = event(lot, quantityList=[{"epcClass": uris.of_lot(rivals), "quantity": 1}])
    assert paths(program("capture", document(theirs))) == ["$"]
    both = [{"epcClass": uris.of_lot(one), "quantity": 1} for one in (lot, second)]
    assert paths(program("capture", document(event(lot, quantityList=both)))) == ["$"]
    place = exports.settings.SITE_URL + "/truy-xuat/dia-diem/DDABCD2345/"
    assert paths(program("capture", document(event(lot, readPoint={"id": place})))) == ["readPoint.id"]
    assert rivals.events.count() == 1


def test_a_lot_is_known_by_every_name(program, lot):
    short = f"{exports.settings.SITE_URL}/truy-xuat/{lot.code_row.value}/"
    names = [
        short,
        f"https://id.gs1.org/01/{GTIN}/10/{lot.code}",
        f"urn:epc:class:lgtin:89385000.00123.{lot.code}",
    ]
    said = [event(lot, quantityList=[{"epcClass": name, "quantity": 1}]) for name in names]
    said.append(event(lot, quantityList=[], epcList=[f"https://id.gs1.org/01/{GTIN}/10/{lot.code}/21/7"]))
    assert all(result["ok"] for result in results(program("capture", document(*said))))


def transformation(lot, source, **facts):
    made = event(lot, type="TransformationEvent", bizStep="ocop:processing", **facts)
    amounts = {
        "inputQuantityList": made.pop("quantityList"),
        "outputQuantityList": [{"epcClass": uris.of_lot(lot)}],
    }
    amounts["inputQuantityList"] = [{"epcClass": uris.of_lot(source), "quantity": 1}]
    del made["action"]
    return made | amounts


def test_a_transformation_belongs_to_what_comes_out_and_runs_in_no_circle(program, cast, lot, make_product):
    second = make_lot(make_product(cast.producer), "L02")
    third = make_lot(make_product(cast.producer), "L03")
    taken = document(transformation(second, lot), transformation(third, second))
    assert all(result["ok"] for result in results(program("capture", taken)))
    assert (lot.events.count(), second.events.count(), third.events.count()) == (1, 2, 2)
    assert paths(program("capture", document(transformation(lot, third)))) == ["inputQuantityList"]
    assert paths(program("capture", document(transformation(lot, lot)))) == ["inputQuantityList"]


def test_an_error_declaration_voids_what_it_names(program, cast, lot):
    said = event(lot)
    program("capture", document(said))
    wrong = said | {"errorDeclaration": {"declarationTime": said["eventTime"], "reason": "incorrect_data"}}
    for _again in range(2):
        assert results(program("capture", document(wrong)))[0]["ok"]
    kept = TraceEvent.objects.get(event_id=said["eventID"][9:])
    assert kept.voided_by.lot == lot
    assert lot.events.count() == 3
    # The market's own word stands.
    own = json.loads(lot.events.first().body)
    assert paths(program("capture", document(own | {"errorDeclaration": wrong["errorDeclaration"]}))) == [
        "eventID"
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ('{"type": "EPCISDocument", "n": NaN}', 400),
        ("[" * 100_000, 400),
        (json.dumps(document()), 400),
        (json.dumps(document({}) | {"schemaVersion": "2"}), 400),
        (json.dumps(document({}) | {"creationDate": "x"}), 400),
        (json.dumps({k: v for k, v in document({}).items() if k != "@context"}), 400),
        (" " * (2 * 1024 * 1024 + 1), 413),
    ],
)
def test_what_is_no_document_is_refused_as_a_whole(program, body, status):
    response = program("capture", body)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].startswith("epcisException:")
    assert CaptureJob.objects.count() == 0


def test_other_behaviours_versions_and_readers_are_refused(program, cast, lot):
    behaviour = program("capture", document(event(lot)), **{"GS1-Capture-Error-Behaviour": "hope"})
    assert behaviour.status_code == 400
    assert program("events", **{"GS1-EPCIS-Version": "1.2"}).status_code == 406
    reader = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=False, actor=cast.owner).secret
    assert program("events", secret=reader).status_code == 200
    assert program("capture", document(event(lot)), secret=reader).status_code == 403


# --- Queries ---


def listed(response):
    assert response.status_code == 200, response.content
    return response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


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


def test_each_token_has_a_rate_of_its_own(program, cast, monkeypatch):
    monkeypatch.setattr(TokenThrottle, "rate", "2/min", raising=False)
    other = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=False, actor=cast.owner).secret
    assert [program("events").status_code for _number in range(3)] == [200, 200, 429]
    assert program("events", secret=other).status_code == 200
