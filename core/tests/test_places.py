"""Addresses as people write them: new, old, abbreviated, without marks, ambiguous."""

import pytest

from core.models import Commune, LegacyCommune, LegacyTarget, Province
from core.services import places

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


def test_the_units_of_the_country(country):
    assert country == {
        "provinces": 34,
        "communes": 3321,
        "former communes": 10_040,
        "former → present": 10_602,
    }
    assert Province.objects.count() == 34
    assert Commune.objects.count() == 3321
    # 10,602 lines of the map; a split former commune has a line for each of its parts.
    assert LegacyTarget.objects.count() == 10_602
    assert LegacyCommune.objects.filter(is_split=True).count() == 471
    assert LegacyCommune.objects.filter(ward="").count() == 5


def test_loading_again_changes_nothing(country):
    from core import reference

    before = list(Commune.objects.order_by("pk").values())
    assert reference.load() == country
    assert list(Commune.objects.order_by("pk").values()) == before


def test_the_change_of_2026():
    assert str(Province.objects.get(pk="75")) == "Thành phố Đồng Nai"
    assert str(Commune.objects.get(pk="26368")) == "Phường Long Thành"
    assert Commune.objects.get(pk="26368").valid_from.isoformat() == "2026-04-30"
    assert Commune.objects.get(pk="20623").valid_from.isoformat() == "2025-07-01"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("xã Duy Sơn, huyện Duy Xuyên, Quảng Nam", "20623"),
        ("xa duy son huyen duy xuyen tinh quang nam", "20623"),
        ("X. Duy Sơn, H. Duy Xuyên, T. Quảng Nam", "20623"),
        ("DUY SƠN, DUY XUYÊN; Quảng Nam", "20623"),
        ("thôn 3, xã Duy Sơn, huyện Duy Xuyên, tỉnh Quảng Nam, Việt Nam", "20623"),
        ("Duy Sơn, Duy Xuyên", "20623"),
        ("xã Duy Xuyên, thành phố Đà Nẵng", "20623"),
        ("Duy Xuyên, Đà Nẵng", "20623"),
        ("xã Duy Xuyên, Quảng Nam", "20623"),
        ("P. Bến Nghé, Q1, TP.HCM", "26740"),
        ("Phường Bến Nghé, Quận 01, Thành phố Hồ Chí Minh", "26740"),
        ("Phú Cần, Tiểu Cần, Trà Vinh", None),
        ("Dương Đông, Phú Quốc, Kiên Giang", "31078"),
        ("xã Tịnh Khê, TP Quảng Ngãi, Quảng Ngãi", None),
        ("tinh khe, quang ngai", None),
        ("Ea H'Leo, Đắk Lắk", None),
        ("ea h’leo, dak lak", None),
        ("Trường Sa, Khánh Hòa", "22736"),
    ],
)
def test_placed(text, code):
    answer = places.resolve(text)
    assert answer.kind == "placed", answer
    if code:
        assert answer.commune.pk == code


def test_old_address_says_what_it_is_called_now():
    answer = places.resolve("xã Duy Sơn, huyện Duy Xuyên, Quảng Nam")
    assert answer.message == "nay là xã Duy Xuyên, thành phố Đà Nẵng"
    assert answer.former == "xã Duy Sơn, huyện Duy Xuyên, tỉnh Quảng Nam"
    assert answer.province.pk == "48"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("huyện Lý Sơn, Quảng Ngãi", "21548"),
        ("huyện Côn Đảo, Bà Rịa - Vũng Tàu", "26732"),
        ("huyện Cồn Cỏ, Quảng Trị", "19742"),
        ("huyện Bạch Long Vĩ, Hải Phòng", "11948"),
        ("huyện Hoàng Sa, Đà Nẵng", "20333"),
        ("Hoàng Sa, Đà Nẵng", "20333"),
    ],
)
def test_the_island_districts_are_special_zones_now(text, code):
    assert places.resolve(text).commune.pk == code


def test_a_split_commune_asks():
    answer = places.resolve("phường Cống Vị, quận Ba Đình, Hà Nội")
    assert answer.kind == "split"
    assert answer.commune is None
    assert [c.name for c in answer.candidates] == ["Phường Ngọc Hà", "Phường Giảng Võ"]
    assert "nay thuộc nhiều xã, phường" in answer.message


def test_every_split_commune_asks_with_two_to_five_candidates():
    for legacy in LegacyCommune.objects.filter(is_split=True).order_by("code")[::40]:
        answer = places.resolve(str(legacy))
        assert answer.kind == "split", legacy
        assert {c.pk for c in answer.candidates} == set(legacy.targets.values_list("pk", flat=True))
        assert 2 <= len(answer.candidates) <= 5


def test_every_whole_commune_is_placed():
    for legacy in LegacyCommune.objects.filter(is_split=False).order_by("code")[::150]:
        answer = places.resolve(str(legacy))
        assert answer.kind == "placed", (legacy, answer)
        assert answer.commune == legacy.targets.get()


@pytest.mark.parametrize("text", ["huyện Duy Xuyên, Quảng Nam", "TP Hội An, Quảng Nam", "Hội An"])
def test_a_district_alone_is_not_a_commune(text):
    answer = places.resolve(text)
    assert answer.kind == "district"
    assert answer.commune is None
    assert answer.province.pk == "48"
    assert len(answer.candidates) > 1


@pytest.mark.parametrize("text", ["Đà Nẵng", "thành phố Đà Nẵng", "Da Nang", "tỉnh Quảng Nam"])
def test_a_province_alone(text):
    answer = places.resolve(text)
    assert (answer.kind, answer.province.pk) == ("province", "48")


@pytest.mark.parametrize("text", ["Tân Lập", "xã Tân Lập", "", "   ", "🙂🙂", "xyz", "a" * 10_000, "\x00"])
def test_what_is_not_known_is_not_guessed(text):
    answer = places.resolve(text)
    assert answer.commune is None
    assert answer.message


def test_same_name_twice_asks():
    answer = places.resolve("xã Hòa Khánh")
    assert answer.kind == "split"
    assert len(answer.candidates) >= 2


def test_parts_of_a_list():
    answer = places.resolve(commune="Vân Hà", district="Việt Yên", province="Bắc Giang")
    assert answer.commune.province_id == "24"
    district = places.resolve(commune="", district="(Lạng Giang, Bắc Giang)", province="Bắc Ninh")
    assert (district.kind, district.province.pk) == ("district", "24")


def test_unknown_commune_of_a_known_district_keeps_the_province():
    answer = places.resolve("xã Không Có, huyện Duy Xuyên, Quảng Nam")
    assert (answer.kind, answer.province.pk) == ("district", "48")


def test_suggestions_new_names_first_then_old_ones_with_what_they_are_now():
    first = places.suggest("duy xuyen")[0]
    assert (first.code, first.label, first.note) == ("20623", "Xã Duy Xuyên, Thành phố Đà Nẵng", "")
    old = places.suggest("duy sơn")[0]
    assert old.code == "20623"
    assert old.note == "trước là xã Duy Sơn, huyện Duy Xuyên, tỉnh Quảng Nam"
    assert "một phần" in places.suggest("cong vi")[0].note
    assert places.suggest("tinh khe")[0].label == "Xã Tịnh Khê, Tỉnh Quảng Ngãi"
    assert places.suggest("ea h’leo")[0].label == "Xã Ea H'Leo, Tỉnh Đắk Lắk"


def test_suggestions_are_few_and_within_the_province():
    assert len(places.suggest("tan")) == 8
    assert {s.province_code for s in places.suggest("tan", province="48")} == {"48"}
    assert places.suggest("t") == places.suggest("") == places.suggest("%") == []


def test_suggesting_costs_two_queries(django_assert_num_queries):
    for q in ("an", "xa duy son huyen duy xuyen"):
        with django_assert_num_queries(2):
            places.suggest(q)
