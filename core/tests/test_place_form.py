"""The address field: chosen, typed, asked, and without JavaScript."""

import json

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from core.forms import PlaceMixin, place_initial
from core.models import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


class AddressForm(PlaceMixin):
    pass


class OptionalForm(PlaceMixin):
    place_required = False


def form(**data):
    return AddressForm(data)


def page(of):
    return render_to_string("partials/place_field.html", {"form": of})


def test_chosen_in_the_list():
    f = form(tinh="48", xa="20623", thon="  Thôn  3 ")
    assert f.is_valid()
    assert f.cleaned_data["commune"].name == "Xã Duy Xuyên"
    assert f.cleaned_data["province"].pk == "48"
    assert f.cleaned_data["thon"] == "Thôn 3"


def test_typed_old_name_is_told_what_it_is_called_now():
    f = form(xa_text="xã Duy Sơn, huyện Duy Xuyên, Quảng Nam")
    assert f.is_valid()
    assert f.cleaned_data["xa"] == "20623"
    note = "Xã Duy Sơn, huyện Duy Xuyên, tỉnh Quảng Nam nay là xã Duy Xuyên, thành phố Đà Nẵng"
    assert f.place_note == note
    assert note in page(f)


def test_split_name_asks_and_the_answer_settles_it():
    text = "phường Cống Vị, quận Ba Đình, Hà Nội"
    f = form(xa_text=text)
    assert not f.is_valid()
    html = page(f)
    assert html.count('type="radio"') == 2
    assert "Phường Ngọc Hà" in html
    answer = form(xa_text=text, xa=f.place_question[0].pk, tinh=f.chosen_province)
    assert answer.is_valid()
    assert answer.cleaned_data["commune"] == f.place_question[0]


def test_a_bare_name_is_read_within_the_chosen_province():
    f = form(tinh="48", xa_text="Hội An")
    assert f.is_valid()
    assert f.cleaned_data["commune"].name == "Phường Hội An"


def test_choosing_without_javascript_keeps_everything_and_judges_nothing():
    f = form(tinh="48", xa_text="", thon="Thôn 3", chon_xa="1")
    assert not f.is_valid()
    assert not f.errors
    html = page(f)
    assert 'value="20623"' in html
    assert 'value="Thôn 3"' in html
    assert "<details" in html
    assert " open" in html


def test_enter_sends_the_form_instead_of_choosing_a_province():
    first = page(form()).split("<button", 2)[1].split(">")[0]
    assert "name=" not in first


def test_another_province_shows_its_communes_not_the_old_choice():
    f = form(tinh="51", xa="20623", chon_xa="1")
    html = page(f)
    assert 'value="21548"' in html
    assert "Xã Duy Xuyên" not in html


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({}, "Hãy cho biết xã"),
        ({"xa": "99999"}, "Không có xã này"),
        ({"xa": "20623", "tinh": "51"}, "không thuộc tỉnh này"),
        ({"xa_text": "xyz"}, "Không nhận ra"),
        ({"xa_text": "Đà Nẵng"}, "Hãy cho biết thêm xã"),
        ({"xa": "20623", "xa_text": "xã Kim Liên, Nghệ An"}, "chọn nơi đúng"),
        ({"xa_text": "a" * 10_000}, "300"),
    ],
)
def test_refusals_say_what_to_do(data, word):
    f = form(**data)
    assert not f.is_valid()
    assert word in json.dumps(f.errors, ensure_ascii=False)


def test_a_conflict_is_settled_by_choosing():
    f = form(xa="20623", xa_text="xã Kim Liên, Nghệ An")
    assert not f.is_valid()
    assert {c.pk for c in f.place_question} >= {"20623"}
    assert f.place_text == ""
    assert form(xa="20623", xa_text=f.place_text, tinh=f.chosen_province).is_valid()


def test_a_place_may_be_left_out_where_it_is_optional():
    f = OptionalForm({})
    assert f.is_valid()
    assert f.cleaned_data["commune"] is None


def test_a_saved_address_fills_the_field():
    commune = Commune.objects.get(pk="20623")
    f = AddressForm(initial=place_initial(commune=commune, line="Thôn 3"))
    html = page(f)
    assert 'value="Xã Duy Xuyên, Thành phố Đà Nẵng"' in html
    assert '<option value="20623" selected>' in html


def test_type_ahead_answers_json_and_html(client):
    url = reverse("core:place-suggest")
    found = client.get(url, {"q": "duy son"}).json()["results"]
    assert found[0]["code"] == "20623"
    html = client.get(url, {"q": "duy son"}, headers={"HX-Request": "true"}).content.decode()
    assert 'role="option"' in html
    assert 'data-code="20623"' in html
    for q in ("", "%", "'", "x" * 10_000, "\x00", "🙂"):
        assert client.get(url, {"q": q}).json()["results"] == []
    assert client.post(url).status_code == 405


def test_communes_of_a_province(client):
    url = reverse("core:communes")
    rows = client.get(url, {"tinh": "48"}).json()["results"]
    assert len(rows) == 94
    assert client.get(url, {"tinh": "nope"}).json()["results"] == []
    html = client.get(url, {"tinh": "48"}, headers={"HX-Request": "true"}).content.decode()
    assert html.count("<option") == 95
