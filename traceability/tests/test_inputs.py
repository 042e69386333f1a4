"""Raw materials: never in a circle, never another producer's lot; the chain says which lots went in."""

import datetime as dt
import itertools
import json
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from core.errors import NotAllowed
from tests.books import all_invariants
from traceability import chain, exports, uris
from traceability.errors import InvalidInput
from traceability.services import events, inputs, lots
from traceability.services.inputs import Material
from traceability.tests.life import make_place


@pytest.fixture
def make(product):
    """``make(code, days)`` → a lot of so many days ago."""

    def lot(code, days=3, of=product):
        made = clock.today() - dt.timedelta(days=days)
        return lots.create(product=of, code=code, produced_on=made, quantity=100, actor=None)

    return lot


@pytest.fixture(autouse=True)
def books_are_whole(db):
    yield
    assert all_invariants("traceability") == {}


def from_lot(source, **facts):
    return Material(name="Mật thô", source_lot=source, **facts)


def set_all(lot, *materials, actor=None):
    return inputs.set_all(lot=lot, materials=materials, actor=actor)


def transformations(lot):
    return lot.events.filter(type="TransformationEvent", voids=None)


def test_what_went_in_is_an_event_of_the_lot(cast, make):
    raw, lot = make("THO", 9), make("CHAI")
    place = make_place(cast.producer, cast.duy_xuyen)
    rows = set_all(
        lot,
        from_lot(raw, quantity=Decimal("12.5"), unit="KGM"),
        Material(name="Gừng", location=place),
        Material(name="Chai", supplier="Thủy tinh Hải Vân", quantity=Decimal(100)),
        actor=cast.owner,
    )
    assert [row.name for row in rows] == ["Mật thô", "Gừng", "Chai"]
    event = transformations(lot).get()
    body = json.loads(event.body)
    assert event.action == ""
    assert "action" not in body
    raw.refresh_from_db()
    assert body["inputQuantityList"] == [{"epcClass": raw.uri, "quantity": 12.5, "uom": "KGM"}]
    assert body["outputQuantityList"] == [{"epcClass": body["ocop:lot"], "quantity": 100}]
    assert body["bizStep"] == "ocop:combining"
    assert chain.faults(exports.of_chain(lot)) == []


def test_the_same_list_again_changes_nothing(make):
    raw, lot = make("THO", 9), make("CHAI")
    first = set_all(lot, from_lot(raw, quantity=Decimal("2.5"), unit="KGM"))
    again = set_all(lot, from_lot(raw, quantity=Decimal("2.500"), unit="KGM"))
    assert first == again
    assert lot.events.count() == 2


def test_another_list_voids_what_was_said(make):
    one, two, lot = make("A", 9), make("B", 9), make("CHAI")
    set_all(lot, from_lot(one))
    set_all(lot, from_lot(two))
    two.refresh_from_db()
    wrong, right = transformations(lot).order_by("sequence")
    assert wrong.voided_by.sequence == 3
    assert json.loads(right.body)["inputQuantityList"][0]["epcClass"] == two.uri
    set_all(lot)
    right.refresh_from_db()
    assert right.voided_by.sequence == 5
    assert not lot.inputs.exists()
    assert chain.faults(exports.of_chain(lot)) == []


def test_things_from_elsewhere_write_no_event(cast, make):
    lot = make("CHAI")
    set_all(lot, Material(name="Đường", supplier="Nhà máy Quảng Ngãi"))
    assert lot.events.count() == 1


def refused(lot, *materials):
    before = (lot.inputs.count(), lot.events.count())
    with pytest.raises(InvalidInput) as refusal:
        set_all(lot, *materials)
    assert (lot.inputs.count(), lot.events.count()) == before
    return refusal.value.data


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_no_circle_at_any_depth(make, depth):
    row = [make(f"L{number}") for number in range(depth)]
    for lot, source in itertools.pairwise(row):
        set_all(lot, from_lot(source))
    good = make("KHAC")
    assert refused(row[-1], from_lot(good), from_lot(row[0])) == {"field": "source_lot", "row": 1}


def test_a_diamond_is_no_circle(make):
    top, left, right, bottom = (make(code) for code in "TLRB")
    set_all(left, from_lot(bottom))
    set_all(right, from_lot(bottom))
    set_all(top, from_lot(left), from_lot(right))
    assert top.inputs.count() == 2


def test_other_lots_that_cannot_be_inside(cast, make, make_product):
    lot = make("CHAI", 3)
    assert refused(lot, from_lot(make("SAU", 2)))["field"] == "source_lot"
    assert refused(lot, from_lot(make("LA", 9, of=make_product(cast.rival))))["field"] == "source_lot"
    theirs = make_place(cast.rival, cast.hoi_an)
    assert refused(lot, Material(name="Gừng", location=theirs))["field"] == "location"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("name", {"name": " "}),
        ("quantity", {"quantity": Decimal(-1)}),
        ("quantity", {"quantity": Decimal("NaN")}),
        ("quantity", {"quantity": Decimal("0.0001")}),
        ("quantity", {"quantity": Decimal(10**12)}),
    ],
)
def test_materials_that_cannot_be(make, field, facts):
    assert refused(make("CHAI"), Material(**{"name": "Đường"} | facts)) == {"field": field, "row": 0}


def test_from_one_place_only(make):
    assert refused(make("CHAI"), from_lot(make("THO", 9), supplier="Ai đó"))["field"] == "source_lot"


def test_not_hundreds(make):
    lot = make("CHAI")
    with pytest.raises(InvalidInput):
        set_all(lot, *[Material(name="Đường")] * 41)


@pytest.mark.parametrize("actor", ["rival_owner", "province_officer", "buyer"])
def test_only_the_producers_people_say_so(cast, make, actor):
    with pytest.raises(NotAllowed):
        set_all(make("CHAI"), actor=getattr(cast, actor))


# --- The page ---


def fields(*rows):
    sent = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        sent |= {f"form-{number}-{name}": value for name, value in ({"unit": "KGM"} | row).items()}
    return sent


def test_the_page_sets_and_shows_them(client_for, cast, make):
    raw, lot, client = make("THO", 9), make("CHAI"), client_for(cast.staff)
    page = reverse("traceability:lot-inputs", args=[lot.pk])
    sent = fields({"name": "Mật thô", "quantity": "12,5", "source_lot": raw.pk}, {"name": ""})
    back = reverse("producer:traceability_lot_change", args=[lot.pk])
    for _twice in range(2):
        assert client.post(page, sent).url == back
    assert lot.events.count() == 2
    assert lot.inputs.get().quantity == Decimal("12.5")
    text = client.get(back).content.decode()
    assert "Mật thô · 12,5 kg" in text
    assert "Lô THO" in text
    assert 'value="Mật thô"' in client.get(page).content.decode()
    sent = fields({"name": "Mật thô", "source_lot": raw.pk, "DELETE": "on"}, {"name": "Đường"})
    client.post(page, sent)
    assert [row.name for row in lot.inputs.all()] == ["Đường"]


def test_the_page_refuses_in_words(client_for, cast, make, make_product):
    lot, client = make("CHAI"), client_for(cast.owner)
    other, theirs = make("KHAC"), make("LA", 9, of=make_product(cast.rival))
    set_all(other, from_lot(lot))
    page = reverse("traceability:lot-inputs", args=[lot.pk])
    circle = client.post(page, fields({"name": "Vòng", "source_lot": other.pk}))
    assert circle.status_code == 400
    assert "không thể đi vòng" in circle.content.decode()
    assert 'value="Vòng"' in circle.content.decode()
    assert client.post(page, fields({"name": "Lạ", "source_lot": theirs.pk})).status_code == 422
    assert client.post(page, {"form-TOTAL_FORMS": "x"}).status_code == 422
    assert "LA" not in [
        row.code for row in client.get(page).context["forms"][0].fields["source_lot"].queryset
    ]
    assert client_for(cast.rival_owner).post(page, fields()).status_code == 404
    assert not lot.inputs.exists()


def test_its_event_is_corrected_with_the_list_only(client_for, cast, make):
    raw, lot = make("THO", 9), make("CHAI")
    set_all(lot, from_lot(raw))
    event = transformations(lot).get()
    address = reverse("traceability:journal-void", args=[lot.pk, event.event_id])
    assert client_for(cast.owner).post(address, {"reason": "Nhầm"}).status_code == 400
    assert not hasattr(event, "voided_by")


def test_no_circle_with_what_a_partner_noted(make):
    """One half was sent as an event, the other is entered by hand."""
    first, second = make("A"), make("B")
    body = {
        "type": "TransformationEvent",
        "bizStep": "ocop:processing",
        "inputQuantityList": [{"epcClass": uris.of_lot(second)}],
        "outputQuantityList": [{"epcClass": uris.of_lot(first)}],
    }
    now = clock.now()
    noted = {"eventTime": now.isoformat(), "eventTimeZoneOffset": "+07:00"}
    events.append(lot=first, body=body | noted, event_time=now, event_id=uuid.uuid4(), actor=None, at=now)
    with pytest.raises(InvalidInput, match="không thể đi vòng"):
        set_all(second, from_lot(first))
