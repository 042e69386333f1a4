"""The journal: a step in three taps, once however often it is sent, corrected but never edited."""

import datetime as dt
import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from tests.books import all_invariants
from traceability import chain, exports
from traceability.models import LotPaper
from traceability.services import events, lot_stock, papers
from traceability.tests.life import make_place, photo, upload
from traceability.tests.test_events import make_lot

JSON = {"Accept": "application/json"}


@pytest.fixture
def lot(product, private_files):
    return make_lot(product)


def page_of(lot):
    return reverse("traceability:journal-lot", args=[lot.pk])


def form(step="ocop:harvesting", **fields):
    return {"step": step, "event_id": str(uuid.uuid4()), **fields}


def send(client, lot, fields=None, **more):
    return client.post(page_of(lot), (fields or form()) | more, headers=JSON)


# --- Choosing and noting ---


def test_three_taps(client_for, cast, lot):
    client = client_for(cast.staff)
    index = client.get(reverse("traceability:journal")).content.decode()
    assert page_of(lot) in index
    page = client.get(page_of(lot))
    text = page.content.decode()
    # Honey: its usual way first, the others folded away; what the market notes by itself is no tile.
    assert [step.key for step in page.context["page"].usual][:2] == ["ocop:tending", "ocop:harvesting"]
    assert text.index('value="packing"') < text.index("Công đoạn khác") < text.index('value="ocop:drying"')
    assert 'value="shipping"' not in text
    hidden = page.context["form"]["event_id"].value()
    answer = client.post(page_of(lot), {"step": "ocop:harvesting", "event_id": str(hidden)})
    assert answer.url == page_of(lot)
    event = lot.events.get(step="ocop:harvesting")
    assert abs(event.event_time - clock.now()) < dt.timedelta(minutes=1)
    assert str(event.event_id) == hidden
    assert "Thu hoạch" in client.get(page_of(lot)).content.decode()


def test_the_lots_place_is_preset_and_everything_may_be_told(client_for, cast, product, private_files):
    home, other = (make_place(cast.producer, cast.duy_xuyen, name) for name in ("Vườn 1", "Vườn 2"))
    lot = make_lot(product, location=home)
    client = client_for(cast.owner)
    send(client, lot)
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    facts = {"quantity": "12,5", "unit": "KGM", "words": "Trời nắng", "photos": [upload(photo())]}
    answer = send(client, lot, event_time=f"{yesterday}T07:30", location_id=other.pk, **facts)
    assert answer.status_code == 201
    first, second = lot.events.filter(step="ocop:harvesting").order_by("sequence")
    assert first.read_point.endswith(f"/{home.code}/")
    assert second.read_point.endswith(f"/{other.code}/")
    body = json.loads(second.body)
    assert body["eventTime"] == f"{yesterday}T07:30:00.000+07:00"  # typed in Vietnam's time
    assert body["quantityList"][0] | {"epcClass": ""} == {"epcClass": "", "quantity": 12.5, "uom": "KGM"}
    assert body["ocop:evidence"][0]["sha256"] == LotPaper.objects.get().sha256
    text = client.get(page_of(lot)).content.decode()
    for words in (
        "12,5 kg",
        "Trời nắng",
        "Vườn 2",
        reverse("traceability:paper", args=[lot.papers.get().sha256]),
    ):
        assert words in text


def test_the_answer_for_a_phone(client_for, cast, lot):
    client, fields = client_for(cast.owner), form(user=cast.owner.pk)
    noted = "2026-11-20T01:02:03.456Z"
    lot.produced_on = dt.date(2026, 11, 20)
    answer = send(client, lot, fields, event_time=noted)
    assert answer.status_code == 201
    assert answer.json()["event_id"] == fields["event_id"]
    assert answer.json()["label"] == "Thu hoạch"
    assert dt.datetime.fromisoformat(answer.json()["event_time"]) == dt.datetime.fromisoformat(noted)


def test_sent_again_it_stays_one(client_for, cast, lot):
    client, fields = client_for(cast.owner), form(photos=[upload(photo())])
    assert send(client, lot, fields).status_code == 201
    # Again without its photograph, with a place that is gone by now, and as a plain form too.
    for again in (fields | {"photos": []}, fields | {"photos": [], "location_id": 10**9}):
        assert send(client, lot, again).status_code == 200
    assert client.post(page_of(lot), fields | {"photos": []}).status_code == 302
    assert lot.events.count() == 2
    other = send(client, lot, fields | {"photos": [], "step": "ocop:drying"})
    assert (other.status_code, other.json()["code"]) == (409, "event_known")
    assert all_invariants("traceability") == {}


# --- What is refused ---


@pytest.mark.parametrize(
    ("field", "status", "fields"),
    [
        ("event_time", 400, {"event_time": (clock.now() + dt.timedelta(hours=2)).isoformat()}),
        ("event_time", 400, {"step": "packing", "event_time": "2020-01-01T08:00"}),
        ("event_time", 422, {"event_time": "hôm qua"}),
        ("event_time", 422, {"event_time": "2026-13-45T08:00"}),
        ("step", 400, {"step": "shipping"}),
        ("step", 400, {"step": "nhảy múa"}),
        ("step", 422, {"step": ""}),
        ("event_id", 422, {"event_id": "1; DROP TABLE"}),
        ("quantity", 400, {"quantity": "-3"}),
        ("quantity", 400, {"quantity": "NaN"}),
        ("quantity", 400, {"quantity": "1e400"}),
        ("quantity", 422, {"quantity": "nhiều"}),
        ("unit", 422, {"quantity": "3", "unit": "kg"}),
        ("location", 404, {"location_id": 10**9}),
        ("location_id", 422, {"location_id": "vườn"}),
        ("words", 422, {"words": "x" * 1001}),
        ("photos", 400, {"photos": [upload(photo(f"#00000{n}")) for n in range(6)]}),
        ("file", 400, {"photos": [upload(b"GIF89a")]}),
    ],
)
def test_a_refusal_names_the_field_and_writes_nothing(client_for, cast, lot, field, status, fields):
    client = client_for(cast.owner)
    answer = send(client, lot, **fields)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["detail"]
    for file in fields.get("photos", []):
        file.seek(0)
    plain = client.post(page_of(lot), form() | fields)
    assert plain.status_code == status
    assert 'role="alert"' in plain.content.decode()
    assert (lot.events.count(), LotPaper.objects.count()) == (1, 0)


def test_a_refusal_keeps_what_was_typed(client_for, cast, lot):
    fields = form("ocop:drying", words="Phơi hai nắng", quantity="-1", unit="KGM")
    text = client_for(cast.owner).post(page_of(lot), fields).content.decode()
    assert "Phơi hai nắng" in text
    assert fields["event_id"] in text
    assert 'value="ocop:drying" data-label="Phơi, sấy" checked' in text


def test_a_refused_event_keeps_no_photograph(client_for, cast, lot):
    send(client_for(cast.owner), lot, quantity="-1", photos=[upload(photo())])
    assert not LotPaper.objects.exists()


def test_what_another_login_noted_is_not_sent_under_mine(client_for, cast, lot):
    answer = send(client_for(cast.staff), lot, user=cast.owner.pk)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_login")
    assert lot.events.count() == 1


def test_another_producers_place_is_not_there(client_for, cast, lot):
    theirs = make_place(cast.rival, cast.hoi_an)
    answer = send(client_for(cast.owner), lot, location_id=theirs.pk)
    assert (answer.status_code, answer.json()["field"]) == (404, "location")
    assert theirs.name not in client_for(cast.owner).get(page_of(lot)).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("rival_owner", 404), ("province_officer", 403), ("buyer", 403), (None, 302)],
)
def test_whose_journal_it_is(client_for, cast, lot, role, status):
    client = client_for(getattr(cast, role) if role else None)
    wrong = events.note(lot=lot, step="ocop:drying", event_time=clock.now(), actor=cast.owner)
    void = reverse("traceability:journal-void", args=[lot.pk, wrong.event_id])
    assert client.get(page_of(lot)).status_code == status
    assert send(client, lot).status_code == status
    assert client.post(void, {"reason": "x"}).status_code == status
    assert lot.events.count() == 2


def test_200_megabytes_are_refused_before_they_are_read(client_for, cast, lot):
    client = client_for(cast.owner)
    huge = {"CONTENT_LENGTH": str(200 * 2**20)}
    answer = client.post(page_of(lot), form(), headers=JSON, **huge)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "10 MB" in answer.json()["detail"]
    assert client.post(page_of(lot), form(), **huge).url == page_of(lot)
    assert "tối đa 10 MB" in client.get(page_of(lot)).content.decode()
    assert lot.events.count() == 1


def test_the_forms_still_need_their_token(cast, lot):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    papers_page = reverse("traceability:lot-papers", args=[lot.pk])
    assert send(client, lot).status_code == 403
    assert client.post(papers_page, {"file": upload(), "kind": "test"}).status_code == 403
    client.get(page_of(lot))
    token = client.cookies["csrftoken"].value
    assert client.post(page_of(lot), form(), headers=JSON | {"X-CSRFToken": token}).status_code == 201


# --- Corrections ---


def test_a_correction_strikes_through(client_for, cast, lot):
    client = client_for(cast.owner)
    send(client, lot)
    wrong = lot.events.get(step="ocop:harvesting")
    address = reverse("traceability:journal-void", args=[lot.pk, wrong.event_id])
    assert address in client.get(page_of(lot)).content.decode()
    assert "Thu hoạch" in client.get(address).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Nhầm <b>lô</b>"}).url == page_of(lot)
    text = client.get(page_of(lot)).content.decode()
    assert "<s><strong>Thu hoạch" in text
    assert "Đã đính chính: Nhầm &lt;b&gt;lô&lt;/b&gt;" in text
    assert address not in text
    assert client.post(address, {"reason": "Nhầm"}).status_code == 409  # pressed twice
    assert lot.events.count() == 3
    assert chain.faults(exports.of_chain(lot)) == []


def test_what_the_market_noted_stands(client_for, cast, lot):
    told = lot.events.get()
    address = reverse("traceability:journal-void", args=[lot.pk, told.event_id])
    client = client_for(cast.owner)
    assert address not in client.get(page_of(lot)).content.decode()
    assert client.post(address, {"reason": "Nhầm"}).status_code == 400
    assert lot.events.count() == 1


def test_an_event_of_another_lot_is_not_corrected_here(client_for, cast, lot, make_product, private_files):
    theirs = make_lot(make_product(cast.rival))
    address = reverse("traceability:journal-void", args=[lot.pk, theirs.events.get().event_id])
    assert client_for(cast.owner).post(address, {"reason": "x"}).status_code == 404


# --- Long journals ---


def test_the_latest_come_first_and_older_ones_page_by_page(client_for, cast, lot):
    for number in range(45):
        facts = {"words": f"lượt {number}.", "event_time": clock.now()}
        events.note(lot=lot, step="ocop:tending", actor=cast.owner, **facts)
    client = client_for(cast.owner)
    page = client.get(page_of(lot))
    assert page.context["page"].entries[0].words == "lượt 44."
    older = page.context["page"].older
    rest = client.get(page_of(lot), {"truoc": older}).context["page"]
    assert [entry.words for entry in rest.entries][:1] == ["lượt 4."]
    assert (len(rest.entries), rest.older) == (6, 0)
    for bad in ("x", "-1", "٣", "9" * 30):
        assert client.get(page_of(lot), {"truoc": bad}).status_code == 404


def test_pages_cost_the_same_for_many(client_for, cast, product, lot):
    client, counts = client_for(cast.owner), []
    pack = product.variants.get()
    pages = [
        reverse("traceability:journal"),
        page_of(lot),
        reverse("producer:traceability_lot_change", args=[lot.pk]),
        reverse("traceability:lot-papers", args=[lot.pk]),
    ]
    for round_ in (1, 19):
        for number in range(round_):
            make_place(cast.producer, cast.duy_xuyen, f"Vườn {round_}-{number}")
            make_lot(product, f"A{round_}-{number}")
            paper = papers.keep(
                lot=lot, file=upload(photo(f"#{round_:03}{number:03}")), title="Ảnh", actor=None
            )
            facts = {"event_time": clock.now(), "papers": [paper]}
            wrong = events.note(lot=lot, step="ocop:tending", actor=cast.owner, **facts)
            events.void(event=wrong, reason="Nhầm", actor=cast.owner)
            lot_stock.receive(lot=lot, variant=pack, quantity=1, actor=cast.owner)
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
    assert counts[: len(pages)] == counts[len(pages) :]


def test_the_worker_is_a_script_beside_the_journal(client_for, cast):
    answer = client_for(cast.owner).get(reverse("traceability:journal-worker"))
    assert answer["Content-Type"] == "text/javascript"
    assert reverse("traceability:journal-worker").startswith(reverse("traceability:journal"))


def test_a_step_of_a_partner_is_shown_as_it_was_noted(client_for, cast, lot, client):
    """What came by the EPCIS interface may be a step that the market does not offer."""
    body = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "transporting",
        "disposition": "in_transit",
    }
    events.append(
        lot=lot, body=body, event_time=clock.now(), event_id=uuid.uuid4(), actor=None, at=clock.now()
    )
    own = client_for(cast.owner)
    pages = (page_of(lot), reverse("producer:traceability_lot_change", args=[lot.pk]))
    for answer in (*map(own.get, pages), client.get(f"/truy-xuat/{lot.code_row.value}/")):
        assert answer.status_code == 200
        assert "transporting" in answer.content.decode()
