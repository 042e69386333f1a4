"""Places: entered by the producer, with a code of ours, under numbers that hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.errors import NotAllowed
from traceability.errors import InvalidLocation
from traceability.models import Location
from traceability.services import events, locations
from traceability.tests.life import make_place
from traceability.tests.test_events import make_lot

GLN, OTHER_GLN = "8938500001239", "8938500001246"
ADD = "producer:traceability_location_add"


def form(cast, **fields):
    return {
        "producer": cast.producer.pk,
        "kind": "growing_area",
        "name": "Đồi chè",
        "commune": cast.duy_xuyen.pk,
        "is_active": "on",
    } | fields


def change(place):
    return reverse("producer:traceability_location_change", args=[place.pk])


def test_a_place_is_entered(client_for, cast):
    client = client_for(cast.staff)
    answer = client.post(reverse(ADD), form(cast, gln=f" {GLN} ", area_code="VN-ĐN-0012"))
    assert answer.status_code == 302, answer.context["errors"]
    place = Location.objects.get()
    assert (place.gln, place.province, place.area_code) == (GLN, cast.da_nang, "VN-ĐN-0012")
    assert place.code.startswith("DD")
    assert len(place.code) == 10
    text = client.get(change(place)).content.decode()
    assert reverse("traceability:location", args=[place.code]) in text
    moved = form(cast, name="Đồi chè 2", commune=cast.hoi_an.pk, gln=GLN)
    assert client.post(change(place), moved).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.commune) == ("Đồi chè 2", cast.hoi_an)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"gln": "8938500001230"}, "sai số kiểm tra"),
        ({"gln": "12345"}, "đúng 13 chữ số"),
        ({"gln": "893850000123٩"}, "13 chữ số"),
        ({"kind": "lau-dai"}, "growing_area"),
        ({"name": "\u200b"}, "Hãy ghi tên"),
        ({"commune": "99999"}, "commune"),
    ],
)
def test_what_is_refused(client_for, cast, fields, words):
    answer = client_for(cast.owner).post(reverse(ADD), form(cast, **fields))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Location.objects.exists()


def test_names_and_numbers_are_one_places_only(client_for, cast):
    make_place(cast.producer, cast.duy_xuyen, "Đồi chè", gln=GLN)
    client = client_for(cast.owner)
    assert client.post(reverse(ADD), form(cast)).status_code == 200
    assert client.post(reverse(ADD), form(cast, name="Khác", gln=GLN)).status_code == 200
    assert Location.objects.count() == 1
    with pytest.raises(InvalidLocation) as refusal:  # past the form, as in a race
        make_place(cast.producer, cast.duy_xuyen, "Đồi chè")
    assert refusal.value.data == {"field": "name"}
    with pytest.raises(InvalidLocation) as refusal:
        make_place(cast.producer, cast.duy_xuyen, "Khác", gln=GLN)
    assert refusal.value.data == {"field": "gln"}


def test_for_another_producer_nobody_enters_anything(client_for, cast):
    assert client_for(cast.rival_owner).post(reverse(ADD), form(cast)).status_code == 200
    assert not Location.objects.exists()
    place = make_place(cast.producer, cast.duy_xuyen)
    assert client_for(cast.rival_owner).post(change(place), form(cast)).status_code == 404
    for role in ("rival_owner", "province_officer", "buyer"):
        with pytest.raises(NotAllowed):
            locations.save(place=place, actor=getattr(cast, role))


def test_a_gln_that_events_name_stays(cast, product):
    place = make_place(cast.producer, cast.duy_xuyen, gln=GLN)
    place.gln = OTHER_GLN
    locations.save(place=place, actor=cast.owner)
    lot = make_lot(product)
    events.note(lot=lot, step="ocop:tending", event_time=clock.now(), location=place, actor=cast.owner)
    for gln in (GLN, None):
        place.gln = gln
        with pytest.raises(InvalidLocation, match="Đã có sự kiện"):
            locations.save(place=place, actor=cast.owner)
    place.refresh_from_db()
    place.name = "Vườn mới"
    locations.save(place=place, actor=cast.owner)
    assert Location.objects.get().gln == OTHER_GLN


def test_officers_read_those_of_their_area(client_for, cast):
    place = make_place(cast.producer, cast.duy_xuyen)
    page = reverse("province:traceability_location_change", args=[place.pk])
    seen = client_for(cast.province_officer)
    assert place.name in seen.get(page).content.decode()
    assert seen.post(page, form(cast)).status_code == 403
    assert client_for(cast.other_officer).get(page).status_code == 404


@pytest.mark.parametrize("site", ["producer", "province"])
def test_lists_cost_the_same_for_many(client_for, cast, site):
    client = client_for(cast.owner if site == "producer" else cast.province_officer)
    page, counts = reverse(f"{site}:traceability_location_changelist"), []
    for more in (1, 19):
        for number in range(more):
            make_place(cast.producer, cast.duy_xuyen, f"Vườn {more}-{number}")
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        counts.append(len(captured))
    assert counts[0] == counts[1]
