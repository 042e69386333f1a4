"""Open data: products and producers, read only."""

import pytest

from catalog.services import products
from catalog.tests.shelf import fill, star


@pytest.fixture
def guest(client_for):
    return client_for(None)


def names(answer):
    assert answer.status_code == 200, answer.content
    return {row["name"] for row in answer.json()["results"]}


@pytest.fixture
def goods(cast, make_product):
    honey = star(make_product(cast.producer, name="Mật ong rừng", price=280_000), 4)
    bark = star(make_product(cast.far_producer, name="Quế thanh", price=120_000), 4, days=-1)
    products.add_certification(product=honey, scheme="huu-co", number="1", actor=None)
    return honey, bark


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Mật ong rừng", "Quế thanh"}),
        ("q=mat ong", {"Mật ong rừng"}),
        ("sao=4", {"Mật ong rừng"}),
        ("sao=3&sao=4", {"Mật ong rừng"}),
        ("tinh=51", {"Quế thanh"}),
        ("xa=20623", {"Mật ong rừng"}),
        ("bo=4&nganh=1", {"Mật ong rừng", "Quế thanh"}),
        ("gia_tu=200000", {"Mật ong rừng"}),
        ("gia_den=200000", {"Quế thanh"}),
        ("chung_nhan=huu-co", {"Mật ong rừng"}),
        ("ban=true", {"Mật ong rừng", "Quế thanh"}),
        ("tinh=99", set()),
        ("q=%F0%9F%8D%AF", set()),
    ],
)
def test_filters_mean_what_they_mean_in_the_shop(guest, goods, query, found):
    assert names(guest.get(f"/api/v1/products/?{query}")) == found


@pytest.mark.parametrize(
    "query", ["sao=9", "sao=x", "bo=abc", "gia_tu=-1", "chung_nhan=khac", "q=%00", "q=" + "o" * 10_000]
)
def test_values_that_mean_nothing_are_refused(guest, goods, query):
    assert guest.get(f"/api/v1/products/?{query}").status_code == 400


def test_a_product_in_full(guest, goods):
    data = guest.get("/api/v1/products/mat-ong-rung/").json()
    assert data["star"]["state"] == "live"
    assert data["variants"][0]["price"] == 280_000
    assert data["certifications"][0]["scheme"] == "huu-co"
    assert guest.get("/api/v1/products/que-thanh/").json()["star"]["state"] == "lapsed"
    assert guest.get("/api/v1/products/khong-co/").status_code == 404


def test_nothing_private_and_nothing_hidden(guest, goods, cast):
    products.hide(product=goods[0], actor=None)
    assert guest.get("/api/v1/products/mat-ong-rung/").status_code == 404
    assert names(guest.get("/api/v1/products/")) == {"Quế thanh"}
    body = guest.get(f"/api/v1/producers/{cast.producer.slug}/").json()
    assert not {"phone", "email", "tax_code", "representative"} & body.keys()


def test_reading_only(client_for, goods, cast):
    for user in (cast.owner, cast.admin):
        client = client_for(user)
        for method in (client.post, client.put, client.patch, client.delete):
            assert method("/api/v1/products/mat-ong-rung/").status_code in (403, 405)


def test_pages_by_cursor_hold_every_product_once(guest, cast, make_product):
    fill(make_product(cast.producer), 45)
    address, seen = "/api/v1/products/", []
    while address:
        page = guest.get(address).json()
        seen += [row["slug"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 46


def test_page_sizes_are_bounded_and_odd_cursors_refused(guest, cast, make_product):
    fill(make_product(cast.producer), 120)
    assert len(guest.get("/api/v1/products/?so_dong=100000").json()["results"]) == 100
    assert guest.get("/api/v1/products/?con_tro=khong-phai").status_code == 404


@pytest.mark.parametrize("count", [1, 19])
def test_queries_do_not_grow(guest, cast, make_product, django_assert_num_queries, count):
    fill(make_product(cast.producer), count)
    with django_assert_num_queries(1):
        guest.get("/api/v1/products/")
    with django_assert_num_queries(2):  # the province is looked up first
        guest.get("/api/v1/producers/?province=48&kind=cooperative")
