"""Noting what happened to a lot: what is taken, what is refused, and that nothing changes afterwards."""

import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core import clock
from core.errors import NotAllowed
from tests.books import all_invariants
from traceability import chain, exports
from traceability.errors import AlreadyVoid, EventKnown, InvalidEvent
from traceability.models import Location, LotPaper, TraceEvent
from traceability.services import events, lots


def make_lot(product, code="L01", **facts):
    today = clock.today()
    return lots.create(
        product=product,
        code=code,
        produced_on=today - dt.timedelta(days=3),
        quantity=100,
        actor=None,
        **facts,
    )


@pytest.fixture
def lot(cast, make_product):
    return make_lot(make_product(cast.producer))


@pytest.fixture
def field(cast):
    return Location.objects.create(
        producer=cast.producer,
        code="DDABCD2345",
        kind="growing_area",
        name="Rừng Duy Xuyên",
        province=cast.da_nang,
        commune=cast.duy_xuyen,
    )


def note(lot, actor, step="ocop:harvesting", **facts):
    facts = {"event_time": clock.now() - dt.timedelta(days=4)} | facts
    return events.note(lot=lot, step=step, actor=actor, **facts)


def test_a_step_is_an_event_of_epcis(cast, lot, field):
    event = note(lot, cast.owner, location=field, quantity=Decimal("12.5"), unit="KGM", words="Trời nắng")
    body = json.loads(event.body)
    assert body["type"] == "ObjectEvent"
    assert (body["action"], body["bizStep"], body["disposition"]) == (
        "OBSERVE",
        "ocop:harvesting",
        "in_progress",
    )
    assert body["quantityList"] == [{"epcClass": body["ocop:lot"], "quantity": 12.5, "uom": "KGM"}]
    assert body["readPoint"]["id"].endswith("/truy-xuat/dia-diem/DDABCD2345/")
    assert (body["eventTimeZoneOffset"], body["eventTime"][-6:]) == ("+07:00", "+07:00")
    assert (body["ocop:note"], body["ocop:sequence"]) == ("Trời nắng", 2)
    assert "Chủ" not in event.body  # no person's name
    first = lot.events.first()
    assert (first.step, first.previous) == ("commissioning", chain.BEGINNING)
    assert (event.previous, event.hash) == (first.hash, chain.seal(first.hash, event.body))


def test_events_follow_each_other(cast, lot):
    first, second = note(lot, cast.owner), note(lot, cast.staff, "packing", event_time=clock.now())
    assert (second.sequence, second.previous) == (3, first.hash)
    assert chain.faults(exports.of_chain(lot)) == []
    assert all_invariants() == {}


@pytest.mark.parametrize("actor", ["rival_owner", "commune_officer", "province_officer", "buyer"])
def test_only_the_producers_people_write(cast, lot, actor):
    with pytest.raises(NotAllowed):
        note(lot, getattr(cast, actor))


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("event_time", {"event_time": clock.now() + dt.timedelta(hours=1)}),
        ("event_time", {"step": "packing", "event_time": clock.now() - dt.timedelta(days=9)}),
        ("event_time", {"event_time": clock.now() - dt.timedelta(days=9000)}),
        ("step", {"step": "shipping"}),
        ("step", {"step": "dancing"}),
        ("quantity", {"quantity": 0}),
        ("quantity", {"quantity": Decimal("0.0001")}),
        ("quantity", {"quantity": Decimal("NaN")}),
        ("quantity", {"quantity": 10**9}),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(cast, lot, field, facts):
    with pytest.raises(InvalidEvent) as refusal:
        note(lot, cast.owner, **facts)
    assert refusal.value.data == {"field": field}
    assert lot.events.count() == 1


def test_others_places_and_papers_are_refused(cast, lot, field, make_product):
    field.producer = cast.rival
    with pytest.raises(InvalidEvent) as refusal:
        note(lot, cast.owner, location=field)
    assert refusal.value.data == {"field": "location"}
    paper = LotPaper(lot=make_lot(make_product(cast.producer)), sha256="0" * 64, title="Phiếu")
    with pytest.raises(InvalidEvent) as refusal:
        note(lot, cast.owner, papers=[paper])
    assert refusal.value.data == {"field": "papers"}


def test_a_phone_that_sends_again_adds_nothing(cast, lot, make_product):
    mine = uuid.uuid4()
    once = note(lot, cast.owner, event_id=mine)
    assert note(lot, cast.owner, event_id=mine) == once
    assert lot.events.count() == 2
    with pytest.raises(EventKnown):
        note(lot, cast.owner, "ocop:drying", event_id=mine)
    with pytest.raises(EventKnown):
        note(make_lot(make_product(cast.producer)), cast.owner, event_id=mine)


def test_a_correction_is_an_event_of_its_own(cast, lot):
    wrong = note(lot, cast.owner)
    correction = events.void(event=wrong, reason="Nhầm lô", actor=cast.owner)
    body, was = json.loads(correction.body), json.loads(wrong.body)
    assert body["eventID"] == was["eventID"]
    assert body["errorDeclaration"]["ocop:reason"] == "Nhầm lô"
    assert {key for key in was if was[key] != body[key]} == {"recordTime", "ocop:sequence"}
    wrong.refresh_from_db()
    assert wrong.voided_by == correction
    with pytest.raises(AlreadyVoid):
        events.void(event=wrong, reason="Nhầm", actor=cast.owner)
    with pytest.raises(InvalidEvent):
        events.void(event=correction, reason="Nhầm", actor=cast.owner)
    with pytest.raises(NotAllowed):
        events.void(event=note(lot, cast.owner), reason="Nhầm", actor=cast.rival_owner)
    with pytest.raises(InvalidEvent):
        events.void(event=note(lot, cast.owner), reason="  ", actor=cast.owner)
    assert chain.faults(exports.of_chain(lot)) == []


def refused_by_the_database(act):
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


def test_the_database_refuses_to_change_events(cast, lot):
    note(lot, cast.owner)
    refused_by_the_database(lambda: TraceEvent.objects.update(body="{}"))
    refused_by_the_database(lambda: TraceEvent.objects.update(actor_id=None))
    refused_by_the_database(lambda: TraceEvent.objects.all()._raw_delete("default"))


@pytest.mark.parametrize(
    "change", [{"sequence": 4}, {"sequence": 2}, {"previous": "1" * 64}, {"hash": "2" * 64}, {"body": "{}"}]
)
def test_the_database_refuses_an_event_that_does_not_follow(cast, lot, change):
    last = note(lot, cast.owner)
    body = last.body.replace('"ocop:sequence":2', '"ocop:sequence":3')
    facts = {"sequence": 3, "previous": last.hash, "body": body, "hash": chain.seal(last.hash, body)}
    event = TraceEvent(
        lot=lot, event_id=uuid.uuid4(), type=last.type, step=last.step, event_time=last.event_time
    )
    for name, value in (facts | change).items():
        setattr(event, name, value)
    refused_by_the_database(lambda: event.save(force_insert=True))
    for name, value in facts.items():
        setattr(event, name, value)
    event.save(force_insert=True)  # nothing else was wrong with it


def test_a_number_given_later_does_not_change_what_events_say(cast, lot):
    note(lot, cast.owner)
    lot.product.gtin = "08938500001239"
    lot.product.save()
    lot.refresh_from_db()
    note(lot, cast.owner)
    assert chain.faults(exports.of_chain(lot)) == []
