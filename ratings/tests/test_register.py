"""The public register with few rows: states, words, safety, who may see it."""

import datetime as dt

import pytest
from django.urls import reverse

from core import clock
from ratings import exports
from ratings.services import recognitions

pytestmark = pytest.mark.django_db


@pytest.fixture
def certify(cast, make_product):
    def make(name="Mật ong", *, months_ago=6, stars=4, illustrative=False, product=None, **changes):
        decision = recognitions.open_decision(
            number=f"{months_ago}/QĐ-UBND",
            decided_on=clock.add_months(clock.today(), -months_ago),
            level="province",
            authority="UBND thành phố Đà Nẵng",
            province=cast.da_nang,
            is_illustrative=illustrative,
            actor=None,
        )
        return recognitions.issue(
            product=product or make_product(cast.producer, name=name),
            decision=decision,
            stars=stars,
            actor=None,
            **changes,
        )

    return make


def page(client, **params):
    return client.get(reverse("ratings:register"), params)


def test_everybody_may_read_the_register(cast, client_for, certify):
    number = certify().number
    for user in cast.people.values():
        client = client_for(user)
        assert page(client).status_code == 200
        assert client.get(reverse("ratings:certificate", args=[number])).status_code == 200
        assert client.get(reverse("ratings:export", args=["csv"])).status_code == 200
        for name, args in (("register", []), ("certificate", [number]), ("export", ["csv"])):
            assert client.post(reverse(f"ratings:{name}", args=args)).status_code == 405


def test_expired_ones_say_so_without_any_job(client, certify, monkeypatch):
    certificate = certify(months_ago=35)
    url = reverse("ratings:certificate", args=[certificate.number])
    assert "Còn hiệu lực đến hết" in client.get(url).content.decode()
    monkeypatch.setattr(clock, "today", lambda: certificate.valid_until)
    assert "Còn hiệu lực đến hết" in client.get(url).content.decode()
    monkeypatch.setattr(clock, "today", lambda: certificate.valid_until + dt.timedelta(days=1))
    assert "Hết hiệu lực" in client.get(url).content.decode()
    assert page(client, hieu_luc="expired").context["page"].total == 1
    assert page(client, hieu_luc="live").context["page"].total == 0


def test_history_shows_both_rounds(client, certify):
    old = certify(months_ago=40, stars=3)
    new = certify(months_ago=2, stars=4, product=old.product)
    html = client.get(reverse("ratings:certificate", args=[old.number])).content.decode()
    assert "Đã thay bằng công nhận mới" in html
    assert reverse("ratings:certificate", args=[new.number]) in html
    assert page(client).context["page"].total == 2


def test_illustrative_rows_stand_apart_and_say_so(client, certify):
    real, drawn = certify("Thật"), certify("Minh họa", illustrative=True, months_ago=5)
    shown = page(client).context["page"]
    assert [e.certificate for e in shown.rows] == [real]
    assert (shown.real, shown.illustrative) == (1, 1)
    html = page(client, du_lieu="minh-hoa").content.decode()
    assert "dữ liệu minh họa của tỉnh mẫu" in html
    assert drawn.number in html
    url = reverse("ratings:certificate", args=[drawn.number])
    assert "công nhận này không có thật" in client.get(url).content.decode()


@pytest.mark.parametrize(
    "params",
    [
        {"tinh": "zz", "xa": "'", "sao": "9", "nam": "²⁰", "hieu_luc": "x", "bo": "9999999"},
        {"q": "x" * 10_000},
        {"q": "🙂"},
        {"q": "\x00"},
        {"q": "%' OR 1=1 --"},
        {"q": "ma\u0302\u0323t ong"},  # NFD
        {"tinh": "99"},
        {"xa": "00000"},
        {"nam": "0000"},
    ],
)
def test_odd_questions_get_a_page(client, certify, params):
    certify()
    assert page(client, **params).status_code == 200
    assert client.get(reverse("ratings:export", args=["csv"]), params).status_code == 200


def test_nothing_found_says_what_to_try(client, certify):
    certify()
    assert "bỏ bớt bộ lọc" in page(client, q="khong co").content.decode()


def test_unknown_numbers_and_formats_are_not_found(client):
    assert client.get("/chung-nhan/khong-co/").status_code == 404
    assert client.get("/chung-nhan/xuat.pdf").status_code == 404


def test_a_row_count_does_not_change_the_number_of_queries(client, certify, django_assert_num_queries):
    certify()
    with django_assert_num_queries(2):
        page(client)
    for number in range(20):
        certify(f"Món {number}")
    with django_assert_num_queries(2):
        page(client)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@sum", "\tx", "\rx"])
def test_cells_never_start_a_formula(text):
    assert exports.safe(text) == f"'{text}"
    assert exports.safe("mật ong = ngon") == "mật ong = ngon"
    assert exports.safe(4) == 4


def test_a_name_that_looks_like_a_formula_is_harmless_in_the_file(client, certify):
    certify(product_name='=HYPERLINK("http://x")')
    content = client.get(reverse("ratings:export", args=["csv"])).getvalue().decode()
    assert "\"'=HYPERLINK(" in content


def test_source_links_and_names_are_escaped(client, certify):
    number = certify(product_name="<script>alert(1)</script>").number
    for url in (reverse("ratings:register"), reverse("ratings:certificate", args=[number])):
        assert "<script>alert(1)" not in client.get(url).content.decode()
