"""EPCIS 2.0 for other programs: tokens, and capture with a result for each event."""

import datetime as dt
import json

import pytest

from core import clock
from core.errors import NotAllowed
from tests.books import all_invariants
from traceability import chain, epcis, exports, uris
from traceability.api.access import TokenThrottle
from traceability.models import CaptureJob, EpcisToken, TraceEvent
from traceability.services import epcis_tokens
from traceability.tests.conftest import GTIN
from traceability.tests.epcis import API, document, event, paths, results
from traceability.tests.test_events import make_lot


@pytest.fixture(autouse=True)
def files(media):
    """In a folder of the test's own."""


@pytest.fixture
def lot(cast, make_product):
    return make_lot(make_product(cast.producer, gtin=GTIN))


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


def test_each_token_has_a_rate_of_its_own(program, cast, monkeypatch):
    monkeypatch.setattr(TokenThrottle, "rate", "2/min", raising=False)
    other = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=False, actor=cast.owner).secret
    assert [program("events").status_code for _number in range(3)] == [200, 200, 429]
    assert program("events", secret=other).status_code == 200


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
