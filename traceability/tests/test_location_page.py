"""The public page of a place, by the market's own code and by its GLN."""

import pytest

from producers.models import Producer
from traceability.models import Location

GLN = "8938500001239"


@pytest.fixture
def place(cast):
    return Location.objects.create(
        producer=cast.producer,
        code="DD23456789",
        kind="facility",
        name="Xưởng chiết rót",
        gln=GLN,
        area_code="VN-ĐN-0012",
        province=cast.da_nang,
        commune=cast.duy_xuyen,
        address_line="Tổ 5, thôn Chiêm Sơn",
    )


def page(client, code="DD23456789"):
    return client.get(f"/truy-xuat/dia-diem/{code}/")


def test_what_the_page_says(client, place, cast, django_assert_num_queries):
    page(client)
    with django_assert_num_queries(1):
        answer = page(client)
    text = answer.content.decode()
    for fact in (
        place.name,
        "Cơ sở sơ chế",
        cast.producer.name,
        "Xã Duy Xuyên",
        "Thành phố Đà Nẵng",
        place.code,
    ):
        assert fact in text, fact
    for fact in (GLN, "VN-ĐN-0012", "Tổ 5, thôn Chiêm Sơn", f"/chu-the/{cast.producer.slug}/"):
        assert fact in text, fact


@pytest.mark.parametrize(("kind", "shown"), [("growing_area", False), ("warehouse", False), ("shop", True)])
def test_nobodys_house_is_shown(client, place, kind, shown):
    Location.objects.update(kind=kind)
    text = page(client).content.decode()
    assert ("Tổ 5" in text) == shown
    assert "Xã Duy Xuyên" in text


def test_no_gln_is_not_written(client, place):
    Location.objects.update(gln=None, area_code="")
    text = page(client).content.decode()
    assert "GLN" not in text
    assert "None" not in text


def test_a_place_that_is_no_longer_used_keeps_its_page(client, place):
    Location.objects.update(is_active=False)
    Producer.objects.update(status="suspended")
    answer = page(client)
    assert answer.status_code == 200
    assert "không còn dùng" in answer.content.decode()
    assert f"/chu-the/{place.producer.slug}/" not in answer.content.decode()


def test_invented_people_are_marked(client, place):
    Producer.objects.update(is_illustrative=True)
    assert "minh họa" in page(client).content.decode()


@pytest.mark.parametrize("code", ["DD99999999", "dd23456789", "xx", "%00", "<script>", "x" * 3_000])
def test_unknown_codes(client, place, code):
    assert page(client, code).status_code == 404


class TestGln:
    def test_it_leads_to_the_page(self, client, place):
        for path in (f"/414/{GLN}", f"/414/{GLN}/"):
            answer = client.get(path)
            assert (answer.status_code, answer["Location"]) == (307, "/truy-xuat/dia-diem/DD23456789/")
            assert answer["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize("gln", ["8938500001230", "08938500001239", "abc", "", "%00", "9" * 5_000])
    def test_malformed(self, client, db, gln):
        answer = client.get(f"/414/{gln}", headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["part"]) == (400, "gln")
        assert "GLN" in client.get(f"/414/{gln}").content.decode()

    def test_unknown(self, client, db):
        answer = client.get("/414/8938500001246")
        assert answer.status_code == 404
        assert "no-store" in answer["Cache-Control"]
