"""The shop's pages as a visitor meets them."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services import products, stock
from catalog.tests.shelf import fill, star
from core import clock
from core.services import freshness


@pytest.fixture
def guest(client_for):
    return client_for(None)


def queries(client, address):
    """(cold, warm): queries of a first and of a second visit."""
    freshness.bump()
    found = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        found.append(len(captured))
    return tuple(found)


# (first visit after a change, further visits)
COSTS = {"/": (10, 0), "/san-pham/": (6, 0), "/san-pham/?q=mat+ong": (6, 0), "/chu-the/": (3, 3)}


@pytest.mark.parametrize("address", COSTS)
def test_pages_cost_the_same_for_1_and_for_400_products(guest, cast, make_product, address):
    product = star(make_product(cast.producer, name="Mật ong rừng"))
    few = queries(guest, address)
    fill(product, 400)
    assert few == queries(guest, address) == COSTS[address]


def test_a_product_page_costs_the_same_for_1_and_for_400_products(guest, cast, make_product):
    product = star(make_product(cast.producer, name="Mật ong rừng"))
    fill(product, 1)
    address = f"/san-pham/{product.slug}/"
    few = queries(guest, address)
    fill(make_product(cast.rival), 399)
    assert few == queries(guest, address) == (7, 1)


def test_guests_get_no_session(guest, cast, make_product):
    product = make_product(cast.producer)
    for address in ("/", "/san-pham/", f"/san-pham/{product.slug}/", "/chu-the/"):
        assert "sessionid" not in guest.get(address).cookies


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "o" * 10_000,
        "q=%F0%9F%8D%AF",
        "q=%00",
        "q=%27%22%3C%3E%26%7C%21%3A%2A",
        "q=m%C3%A2%CC%A3t+ong",
        "q=%FF%FE",
        "sao=9&sao=abc&tinh=99&xa=1&bo=-1&nganh=x",
        "gia_tu=-5&gia_den=" + "9" * 300,
        "trang=0",
        "trang=-1",
        "trang=999999999999999999999",
        "trang=abc",
        "sap_xep=khac",
        "chung_nhan=%27",
        "&&&==&",
    ],
)
def test_odd_input_shows_a_page(guest, cast, make_product, query):
    make_product(cast.producer)
    for address in ("/san-pham/", "/chu-the/", "/goi-y/"):
        assert guest.get(f"{address}?{query}").status_code == 200


def test_what_was_typed_is_shown_as_text(guest, db):
    body = guest.get("/san-pham/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in body


@pytest.mark.parametrize("address", ["/san-pham/khong-co/", "/chu-the/khong-co/"])
def test_unknown_pages_are_404(guest, db, address):
    assert guest.get(address).status_code == 404


def test_capitals_in_an_address_lead_to_the_page(guest, cast, make_product):
    product = make_product(cast.producer)
    answer = guest.get(f"/san-pham/{product.slug.upper()}/")
    assert (answer.status_code, answer.url) == (301, f"/san-pham/{product.slug}/")
    answer = guest.get(f"/chu-the/{cast.producer.slug.upper()}/")
    assert (answer.status_code, answer.url) == (301, f"/chu-the/{cast.producer.slug}/")


def data_of(answer):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode(), re.S)
    return json.loads(found[1])


def test_a_star_leaves_every_page_the_day_after_its_last(guest, cast, make_product, monkeypatch):
    """No job runs: the same rows, one day later."""
    product = star(make_product(cast.producer, name="Mật ong rừng"), stars=4, days=0)
    address = f"/san-pham/{product.slug}/"
    assert "4 sao" in guest.get("/san-pham/").content.decode()
    assert data_of(guest.get(address))[0]["award"] == "OCOP 4 sao"
    assert guest.get("/san-pham/?sao=4").context["drawn"].filters.stars == (4,)
    assert product.name in guest.get("/san-pham/?sao=4").content.decode()
    tomorrow = clock.today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    listed = guest.get("/san-pham/").content.decode()
    assert "Hết hiệu lực" in listed
    assert product.name not in guest.get("/san-pham/?sao=4").content.decode()
    answer = guest.get(address)
    assert "award" not in data_of(answer)[0]
    assert "hết hiệu lực" in answer.content.decode().lower()


def test_stock_on_the_page_is_the_present_stock(guest, cast, make_product):
    product = make_product(cast.producer, stock=20)
    variant = product.variants.get()
    address = f"/san-pham/{product.slug}/"
    assert guest.get(address).context["offer"].variants[0].available == 20
    stock.take(quantities={variant.pk: 18}, reference="x", actor=None)
    offer = guest.get(address).context["offer"]
    assert (offer.variants[0].available, offer.sale_state) == (2, "buyable")
    stock.take(quantities={variant.pk: 2}, reference="x", actor=None)
    assert guest.get(address).context["offer"].sale_state == "sold_out"


def test_a_hidden_product_and_a_suspended_maker_are_gone_at_once(
    guest, cast, make_product, django_capture_on_commit_callbacks
):
    from producers.services import producers

    kept, hidden = make_product(cast.producer), make_product(cast.producer)
    for product in (kept, hidden):
        assert guest.get(f"/san-pham/{product.slug}/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        products.hide(product=hidden, actor=cast.owner)
    assert guest.get(f"/san-pham/{hidden.slug}/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        producers.suspend(producer=cast.producer, reason="Kiểm tra", actor=cast.province_officer)
    for address in (f"/san-pham/{kept.slug}/", f"/chu-the/{cast.producer.slug}/"):
        assert guest.get(address).status_code == 404


def test_structured_data_survives_hostile_names(guest, cast, make_product):
    product = make_product(cast.producer, name="</script><b>Trà & mật</b>", price=85_000)
    data = data_of(guest.get(f"/san-pham/{product.slug}/"))
    assert data[0]["name"] == "</script><b>Trà & mật</b>"
    assert data[0]["offers"][0]["price"] == 85_000
    assert "aggregateRating" not in data[0]


def test_only_what_is_sold_is_offered(guest, cast, make_product):
    from producers.models import Producer

    Producer.objects.filter(pk=cast.producer.pk).update(status="listed")
    product = make_product(cast.producer)
    answer = guest.get(f"/san-pham/{product.slug}/")
    assert "offers" not in data_of(answer)[0]
    assert answer.context["offer"].sale_state == "not_open"


def test_filters_over_htmx_change_results_and_panel_only(guest, cast, make_product):
    make_product(cast.producer)
    whole = guest.get("/san-pham/?tinh=48")
    part = guest.get("/san-pham/?tinh=48", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]
    boosted = guest.get("/san-pham/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<html" in boosted.content.decode()


def test_both_languages_have_pages_of_their_own(guest, cast, make_product):
    make_product(cast.producer)
    for language in ("vi", "en", "vi"):
        body = guest.get("/san-pham/", headers={"Accept-Language": language}).content.decode()
        assert f'<html lang="{language}">' in body


def test_the_map_for_search_engines_leaves_illustrations_out(guest, cast, make_product):
    real = make_product(cast.producer)
    drawn = make_product(cast.producer, is_illustrative=True)
    assert "sitemap-san-pham.xml" in guest.get("/sitemap.xml").content.decode()
    body = guest.get("/sitemap-san-pham.xml").content.decode()
    assert f"/san-pham/{real.slug}/" in body
    assert f"/san-pham/{drawn.slug}/" not in body
    assert "Sitemap: " in guest.get("/robots.txt").content.decode()


def test_producers_are_found_by_name_and_place(guest, cast, make_product):
    make_product(cast.producer)
    body = guest.get("/chu-the/?q=duy xuyen&tinh=48").content.decode()
    assert cast.producer.name in body
    assert cast.far_producer.name not in body
    assert cast.producer.name in guest.get(f"/chu-the/{cast.producer.slug}/?trang=99").content.decode()
