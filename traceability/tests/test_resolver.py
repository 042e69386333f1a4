"""The GS1 resolver on /01/…: redirects, link types, link sets, refusals, for programs and people."""

import datetime as dt
import json

import jsonschema
import pytest
from django.urls import reverse

from catalog.models import Product
from catalog.services import products
from core import clock
from traceability.services import lots
from traceability.tests.conftest import GTIN

# GS1's schema for link sets, its rules in our own words (ref.gs1.org/standards/resolver/linkset-schema):
# nothing but these, relations are full URIs or registered names, a title always, hreflang a list.
ADDRESS = {"type": "string", "pattern": r"^https?://[a-zA-Z0-9./]+"}
TARGET = {
    "type": "object",
    "required": ["href", "title"],
    "additionalProperties": False,
    "properties": {
        "href": ADDRESS,
        "title": {"type": "string"},
        "type": {"type": "string", "pattern": r"\w+/[-+.\w]+"},
        "hreflang": {"type": "array", "items": {"pattern": r"^\w{2}(-\w{2})?$"}},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["linkset"],
    "additionalProperties": False,
    "properties": {
        "linkset": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["anchor"],
                "additionalProperties": False,
                "properties": {"anchor": ADDRESS, "description": {"type": "string"}},
                "patternProperties": {
                    r"^https?://[a-zA-Z0-9./]+$": {"type": "array", "minItems": 1, "items": TARGET}
                },
            },
        }
    },
}
VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"


@pytest.fixture
def site(settings):
    settings.SITE_URL = "https://ocop.example"
    return settings.SITE_URL


@pytest.fixture
def product(product, site, star):
    star(clock.today() + dt.timedelta(days=1))
    products.update(product=product, gtin=GTIN, actor=None)
    return Product.objects.get(pk=product.pk)


@pytest.fixture
def lot(product):
    return lots.create(product=product, code="A/1", produced_on=clock.today(), quantity=1, actor=None)


@pytest.fixture
def ask(client):
    """``ask("/01/…", accept="…")``: as gunicorn hands it on, with the path as it was sent."""

    def get(path, accept="text/html", method="GET"):
        return client.generic(method, path, headers={"accept": accept}, RAW_URI=path)

    return get


class TestRedirects:
    @pytest.mark.parametrize(
        ("path", "target"),
        [
            ("", ""),
            ("/", ""),  # a slash at the end is no matter
            ("/10/A%2F1", "/10/A%2F1"),
            ("/10/A%2F1/", "/10/A%2F1"),
            ("/10/A%2F1/21/SN1", "/10/A%2F1/21/SN1"),
            # the product answers for an unknown one, and its page says that it does not know it
            ("/10/B2", "/10/B2"),
            ("/22/2A/10/B2/21/S", "/22/2A/10/B2/21/S"),
            ("?17=270131&11=261120", "?17=270131&11=261120"),
            ("?foo=b%C3%A0r&a&foo=2&&x=%20+", "?foo=b%C3%A0r&a&foo=2&x=%20+"),
        ],
    )
    def test_the_default_link(self, ask, lot, site, path, target):
        answer = ask(f"/01/{GTIN}{path}")
        assert (answer.status_code, answer["Location"]) == (307, f"{site}/truy-xuat/01/{GTIN}{target}")

    @pytest.mark.parametrize("named", ["gs1:pip", f"{VOC}pip", "http://gs1.org/voc/pip"])
    def test_a_chosen_link_with_the_rest_of_the_query(self, ask, product, site, named):
        answer = ask(f"/01/{GTIN}?a=1&linkType={named}&b=2")
        page = site + reverse("catalog:product", args=[product.slug])
        assert (answer.status_code, answer["Location"]) == (307, f"{page}?a=1&b=2")

    def test_the_other_types(self, ask, lot, product, site):
        page = site + reverse("catalog:product", args=[product.slug])
        trace = f"{site}/truy-xuat/01/{GTIN}/10/A%2F1"
        paper = site + reverse("ratings:certificate", args=[product.certificate_number])
        for name, target in {
            "defaultLink": trace,
            "traceability": trace,
            "recallStatus": trace,
            "hasRetailers": page,  # up from the lot to the product
            "certificationInfo": paper,
        }.items():
            answer = ask(f"/01/{GTIN}/10/A%2F1?linkType=gs1:{name}")
            assert (answer.status_code, answer["Location"]) == (307, target), name

    @pytest.mark.parametrize(
        "wish", ["gs1:nosuchlt", "pips", "gs1:", "%C3%A3", "x" * 5_000, "%00", "%0D%0Aa:b"]
    )
    def test_an_absent_type(self, ask, product, wish):
        answer = ask(f"/01/{GTIN}?linkType={wish}")
        assert answer.status_code == 404
        assert "không có liên kết loại" in answer.content.decode()
        told = ask(f"/01/{GTIN}?linkType={wish}", accept="application/json")
        assert (told.status_code, told.json()["code"]) == (404, "no_such_link")

    def test_a_product_that_is_hidden_has_no_page_to_send_to(self, ask, product):
        products.hide(product=product, actor=None)
        assert ask(f"/01/{GTIN}?linkType=gs1:pip").status_code == 404
        assert ask(f"/01/{GTIN}?linkType=gs1:hasRetailers").status_code == 404
        assert ask(f"/01/{GTIN}").status_code == 307

    def test_no_certificate_no_link(self, ask, site, cast, make_product):
        make_product(cast.producer, gtin="18938500001236")
        assert ask("/01/18938500001236?linkType=gs1:certificationInfo").status_code == 404

    def test_a_server_that_only_hands_on_the_decoded_path(self, client, lot, site):
        for path in (f"{GTIN}/10/A%2F1", f"{GTIN}/10/A%2F1/21/S"):
            assert client.get(f"/01/{path}")["Location"] == f"{site}/truy-xuat/01/{path}"
        for path in (f"{GTIN}/21/S/10/A", f"{GTIN}/foo", f"{GTIN}/10/A/10/B"):
            assert client.get(f"/01/{path}").status_code == 400


class TestLinkSets:
    @pytest.mark.parametrize(
        ("query", "accept"),
        [("?linkType=linkset", "*/*"), ("?linkType=all", "text/html"), ("", LINKSET), ("?a=1", LINKSET)],
    )
    def test_all_ways_to_ask(self, ask, lot, site, query, accept):
        answer = ask(f"/01/{GTIN}/10/A%2F1{query}", accept=accept)
        assert (answer.status_code, answer["Content-Type"]) == (200, LINKSET)
        said = answer.json()
        jsonschema.validate(said, SCHEMA)
        of_lot, whole = said["linkset"]
        assert (of_lot["anchor"], whole["anchor"]) == (
            f"{site}/01/{GTIN}/10/A%2F1",
            f"{site}/01/{GTIN}",
        )
        assert f'<{site}/01/{GTIN}/10/A%2F1?linkType=linkset>; rel="linkset"' in answer["Link"]
        assert 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"' in answer["Link"]

    def test_one_default_link_which_stands_again_under_a_type_that_says_what_it_is(self, ask, lot):
        for level in ask(f"/01/{GTIN}/10/A%2F1?linkType=linkset").json()["linkset"]:
            [default] = level[f"{VOC}defaultLink"]
            assert set(default) == {"href", "title"}
            [again] = level[f"{VOC}traceability"]
            assert again == default | {"type": "text/html", "hreflang": ["vi", "en"]}
            assert default["href"].removeprefix("https://ocop.example/truy-xuat") in level["anchor"]

    def test_every_link_is_what_its_type_redirects_to(self, ask, lot):
        seen = set()
        for level in ask(f"/01/{GTIN}/10/A%2F1?linkType=linkset").json()["linkset"]:
            for relation in level.keys() - {"anchor", "description"} - seen:
                [target] = level[relation]
                asked = ask(f"/01/{GTIN}/10/A%2F1?linkType={relation}")
                assert (asked.status_code, asked["Location"]) == (307, target["href"])
                seen.add(relation)
        assert {name.removeprefix(VOC) for name in seen} == {
            *("defaultLink", "traceability", "recallStatus", "pip", "hasRetailers", "certificationInfo")
        }

    def test_an_unknown_lot_has_the_products(self, ask, product, site):
        [level] = ask(f"/01/{GTIN}/10/B2", accept=LINKSET).json()["linkset"]
        assert level["anchor"] == f"{site}/01/{GTIN}"

    def test_the_schema_refuses(self, ask, product):
        said = ask(f"/01/{GTIN}", accept=LINKSET).json()
        for spoil in (
            lambda level: level.update({"gs1:pip": level[f"{VOC}pip"]}),
            lambda level: level[f"{VOC}pip"][0].pop("title"),
            lambda level: level[f"{VOC}pip"][0].update(hreflang=["und"]),
            lambda level: level.pop("anchor"),
        ):
            spoiled = json.loads(json.dumps(said))
            spoil(spoiled["linkset"][0])
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(spoiled, SCHEMA)


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "part"),
        [
            (GTIN[1:], "gtin"),
            ("08938500001230", "gtin"),
            ("", "gtin"),
            (f"{GTIN}?17=271331", "query"),
            (f"{GTIN}?17=270132", "query"),
            (f"{GTIN}?10=LOT", "query"),
            (f"{GTIN}?21=SN", "query"),
            (f"{GTIN}/foo", "path"),
            (f"{GTIN}/10/A/foo", "path"),
            (f"{GTIN}/21/S/10/L", "path"),
            (f"{GTIN}/10/A/10/B", "path"),
            (f"{GTIN}/10/L%C3%A3", "lot"),
            (f"{GTIN}/10/A%00", "lot"),
            (f"{GTIN}/10/A%0AB", "lot"),
            (f"{GTIN}/10/%E0%A4%A", "path"),
            (f"{GTIN}/10/{'x' * 10_000}", "lot"),
            ("%2F" * 3_000, "gtin"),
        ],
    )
    def test_malformed_links(self, ask, db, path, part, django_assert_num_queries):
        with django_assert_num_queries(0):
            told = ask(f"/01/{path}", accept="application/json")
        assert (told.status_code, told["Content-Type"]) == (400, "application/problem+json")
        problem = told.json()
        assert (problem["status"], problem["code"], problem["part"]) == (400, "bad_digital_link", part)
        page = ask(f"/01/{path}")
        assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")
        assert 'role="alert"' in page.content.decode()
        assert ask(f"/01/{path}", accept=LINKSET).status_code == 400

    def test_unknown_gtin(self, ask, db):
        for query in ("", "?linkType=linkset", "?linkType=gs1:pip"):
            assert ask(f"/01/18938500001236{query}").status_code == 404
        told = ask("/01/18938500001236", accept="application/problem+json")
        assert (told.status_code, told.json()["code"]) == (404, "unknown_code")

    def test_a_draft_is_unknown(self, ask, cast, make_product, site):
        make_product(cast.producer, gtin="18938500001236", publish=False)
        assert ask("/01/18938500001236").status_code == 404

    def test_an_endless_query_is_no_crash(self, ask, product):
        assert ask(f"/01/{GTIN}?a={'x' * 10_000}").status_code in (307, 400)
        assert ask(f"/01/{GTIN}?{'a=1&' * 5_000}").status_code == 400


class TestHttp:
    @pytest.mark.parametrize(
        "path", [f"/01/{GTIN}", f"/01/{GTIN[1:]}", "/01/18938500001236", "/.well-known/gs1resolver"]
    )
    def test_every_origin_may_ask(self, ask, product, path):
        answer = ask(path, method="OPTIONS")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = ask(path, method=method)
            assert answer["Access-Control-Allow-Origin"] == "*"
            assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        for method in ("POST", "PUT", "DELETE"):
            assert ask(path, method=method).status_code == 405

    def test_head_says_what_get_says(self, ask, product):
        for path in (f"/01/{GTIN}", f"/01/{GTIN}?linkType=linkset", f"/01/{GTIN[1:]}", "/01/18938500001236"):
            get, head = ask(path), ask(path, method="HEAD")
            assert head.status_code == get.status_code
            assert head.content == b""
            assert head.get("Location") == get.get("Location")
            assert head.get("Link") == get.get("Link")

    def test_redirects_show_the_link_set_and_nothing_else(self, ask, product, site):
        link = ask(f"/01/{GTIN}?17=270131")["Link"]
        assert link == f'<{site}/01/{GTIN}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'

    def test_no_answer_is_remembered_on_the_way(self, ask, product):
        for path in (GTIN, f"{GTIN}?linkType=linkset", f"{GTIN}?linkType=gs1:x", GTIN[1:], "18938500001236"):
            answer = ask(f"/01/{path}")
            assert "no-store" in answer["Cache-Control"], path
            assert "public" not in answer["Cache-Control"]
        assert "Accept" in ask(f"/01/{GTIN}")["Vary"]

    def test_the_description_file(self, ask, site):
        answer = ask("/.well-known/gs1resolver")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        said = answer.json()
        assert (said["resolverRoot"], said["supportedPrimaryKeys"]) == (site, ["01"])
        assert said["name"] == "Chợ OCOP"
        assert said["supportedLinkType"] == [{"namespace": VOC, "prefix": "gs1:"}]

    @pytest.mark.parametrize(
        ("path", "queries"),
        [("", 1), ("?linkType=linkset", 1), ("?linkType=gs1:none", 1), ("/10/A%2F1", 2), ("/10/B2", 2)],
    )
    def test_queries(self, ask, lot, path, queries, django_assert_num_queries):
        """The product with its producer and set; the lot where one is named."""
        for number in range(20):
            lots.create(
                product=lot.product, code=f"L{number}", produced_on=clock.today(), quantity=1, actor=None
            )
        ask(f"/01/{GTIN}{path}")
        with django_assert_num_queries(queries):
            ask(f"/01/{GTIN}{path}")
