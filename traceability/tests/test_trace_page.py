"""The trace page: its verdict, its facts, its addresses."""

import datetime as dt

import pytest
from django.urls import reverse

from catalog.models import Product
from catalog.services import products
from core import clock
from producers.models import Producer
from traceability.services import codes, lots, scans
from traceability.tests.conftest import GTIN, PHONE
from traceability.tests.outbox import run_worker

DAY = dt.timedelta(days=1)


@pytest.fixture
def open_page(client, product):
    """``open_page(lot)`` → (status, kind of verdict, text) of the code's page."""

    def get(lot=None):
        code = codes.ensure(lot=lot) if lot else codes.ensure(product=product)
        answer = client.get(f"/truy-xuat/{code.value}/", headers={"user-agent": PHONE})
        return answer.status_code, answer.context["page"].verdict.kind, answer.content.decode()

    return get


@pytest.mark.parametrize(
    ("valid_until", "lapsed_after", "kind"),
    [
        (+1, None, "valid"),
        (0, None, "valid"),  # the last day still counts
        (-1, None, "star_lapsed"),
        (-1, +1, "star_uncertain"),  # only the month of the decision is known
        (-1, 0, "star_uncertain"),
        (-2, -1, "star_lapsed"),
        (None, None, "star_uncertain"),
    ],
)
def test_verdict_follows_the_star(open_page, star, valid_until, lapsed_after, kind):
    today = clock.today()
    star(
        None if valid_until is None else today + valid_until * DAY,
        None if lapsed_after is None else today + lapsed_after * DAY,
    )
    status, found, text = open_page()
    assert (status, found) == (200, kind)
    assert text.index("verdict-title") < text.index("Mật ong rừng Duy Xuyên</h2>")


def test_no_star_is_said(open_page):
    assert open_page()[1] == "no_star"


def test_a_source_without_star_is_uncertain(open_page, star):
    star(clock.today() + DAY, stars=None)
    assert open_page()[1] == "star_uncertain"


@pytest.mark.parametrize(("days", "kind"), [(1, "valid"), (0, "valid"), (-1, "lot_expired"), (None, "valid")])
def test_a_lot_past_its_date_comes_before_the_star(product, open_page, star, days, kind):
    star(clock.today() + DAY)
    lot = lots.create(
        product=product,
        code="L1",
        produced_on=clock.today() - 10 * DAY,
        expires_on=None if days is None else clock.today() + days * DAY,
        quantity=5,
        actor=None,
    )
    _, found, text = open_page(lot)
    assert found == kind
    assert (reverse("orders:cart-add") in text) == (kind == "valid")


def test_suspended_producer_and_hidden_product(open_page, star, product, cast):
    star(clock.today() + DAY)
    products.hide(product=product, actor=None)
    status, _, text = open_page()
    assert status == 200
    assert reverse("catalog:product", args=[product.slug]) not in text
    Producer.objects.filter(pk=cast.producer.pk).update(status="suspended")
    assert open_page()[1] == "suspended"


def test_a_draft_is_not_shown(client, cast, make_product):
    code = codes.ensure(product=make_product(cast.producer, publish=False))
    assert client.get(f"/truy-xuat/{code.value}/").status_code == 404


def test_all_facts_of_a_lot(open_page, star, product, cast):
    star(clock.today() + DAY)
    lot = lots.create(
        product=product,
        code="L2026-07",
        produced_on=clock.today() - 40 * DAY,
        expires_on=clock.today() + 300 * DAY,
        quantity=120,
        place="Thôn Chiêm Sơn",
        actor=None,
    )
    text = open_page(lot)[2]
    for fact in (
        product.name,
        cast.producer.name,
        "Xã Duy Xuyên",
        "Thành phố Đà Nẵng",
        "tel:+84905123456",
        "L2026-07",
        f"{lot.produced_on:%d/%m/%Y}",
        f"{lot.expires_on:%d/%m/%Y}",
        "Thôn Chiêm Sơn",
        "1/QĐ-UBND",
        "48-2024-00001",
        reverse("orders:cart-add"),
    ):
        assert fact in text, fact
    assert len(text.encode()) < 100_000


def test_what_is_not_known_is_not_invented(open_page, product):
    Producer.objects.update(phone="", address_line="")
    text = open_page()[2]
    assert text.count("chủ thể chưa cung cấp") >= 3
    assert "None" not in text


def test_illustrative_data_says_so(open_page, product):
    Product.objects.update(is_illustrative=True)
    assert "minh họa" in open_page()[2]


def test_queries_are_few_and_do_not_grow(product, open_page, django_assert_num_queries):
    """Code with all it points to, look-ups, suspicions, pictures, certificates, provinces."""
    open_page()
    with django_assert_num_queries(7):  # with ensure() above
        open_page()
    for number in range(20):
        products.add_certification(
            product=product, scheme="haccp", number=f"H{number}", actor=None, issuer="", valid_until=None
        )
    with django_assert_num_queries(7):
        open_page()


@pytest.mark.parametrize(
    "asked", ["ABCDEFGHJK", "KHONGCOMA", "mã-lạ", "x" * 300, "😀", "%00", "0123456789012"]
)
def test_unknown_codes_get_help(client, db, asked):
    answer = client.get(f"/truy-xuat/{asked}/")
    assert answer.status_code == 404
    assert "Không tìm thấy mã này" in answer.content.decode()


def test_a_code_typed_by_hand_finds_its_page(client, product):
    code = codes.ensure(product=product)
    typed = f"{code.value[:5]}-{code.value[5:]}".lower()
    assert client.get(f"/truy-xuat/{typed}/").url == f"/truy-xuat/{code.value}/"


class TestGtin:
    @pytest.fixture
    def with_gtin(self, product):
        products.update(product=product, gtin=GTIN, actor=None)
        run_worker()
        return product

    def test_same_page(self, client, with_gtin):
        answer = client.get(f"/truy-xuat/01/{GTIN}", headers={"user-agent": PHONE})
        assert answer.status_code == 200
        assert answer.context["page"].product == with_gtin
        assert client.get(f"/truy-xuat/01/{GTIN}/").status_code == 200

    def test_a_scanned_label_leads_there_and_counts_once(self, client, with_gtin, monkeypatch):
        counted = []
        monkeypatch.setattr(scans, "_send", lambda message: counted.append(message["code_id"]))
        answer = client.get(f"/01/{GTIN}", headers={"user-agent": PHONE}, follow=True)
        assert [status for _, status in answer.redirect_chain] == [307]
        assert counted == [codes.ensure(product=with_gtin).pk]

    @pytest.mark.parametrize(
        "path", [GTIN[1:], "08938500001230", "abc", "1", "9" * 40, f"{GTIN}/10/L%C3%A3", f"{GTIN}?10=A"]
    )
    def test_malformed_links_are_refused_in_words(self, client, with_gtin, path):
        answer = client.get(f"/truy-xuat/01/{path}")
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()

    def test_unknown_gtin(self, client, db):
        assert client.get("/truy-xuat/01/18938500001236").status_code == 404

    def test_known_and_unknown_lot(self, client, with_gtin, star):
        star(clock.today() + DAY)
        lots.create(product=with_gtin, code="A/1", produced_on=clock.today(), quantity=1, actor=None)
        known = client.get(f"/truy-xuat/01/{GTIN}/10/A%2F1")
        assert known.context["page"].lot.code == "A/1"
        # Whoever buys comes back to this lot: the %2F is not lost on the way.
        assert f'name="next" value="/truy-xuat/01/{GTIN}/10/A%2F1"' in known.content.decode()
        unknown = client.get(f"/truy-xuat/01/{GTIN}/10/B2")
        assert unknown.status_code == 200
        assert unknown.context["page"].verdict.kind == "lot_unknown"
        assert "B2" in unknown.content.decode()


class TestLookup:
    def go(self, client, text):
        return client.get("/truy-xuat/", {"ma": text}, headers={"host": "127.0.0.1:8000"})

    def test_the_form(self, client, db):
        assert 'name="ma"' in client.get("/truy-xuat/").content.decode()

    @pytest.mark.parametrize(
        "text",
        [
            "{c}",
            " {c} ",
            "{l}",
            "http://127.0.0.1:8000/truy-xuat/{c}/",
            "127.0.0.1:8000/truy-xuat/{c}",
            "/truy-xuat/{c}/",
        ],
    )
    def test_codes_and_links(self, client, product, settings, text):
        settings.SITE_URL = "http://127.0.0.1:8000"
        code = codes.ensure(product=product)
        answer = self.go(client, text.format(c=code.value, l=code.value.lower()))
        assert (answer.status_code, answer.get("Location")) == (302, f"/truy-xuat/{code.value}/")

    @pytest.mark.parametrize(
        ("text", "target"),
        [
            (GTIN, f"/01/{GTIN}"),
            ("8938500001239", f"/01/{GTIN}"),
            ("893 850 000 123 9", f"/01/{GTIN}"),
            (f"https://id.gs1.org/01/{GTIN}/10/LOT1?17=270131", f"/01/{GTIN}/10/LOT1"),
            (f"https://example.com/vi/01/{GTIN}/10/A%2F1/21/7", f"/01/{GTIN}/10/A%2F1"),
            (f"https://example.com/01/{GTIN}/22/2A/10/LOT1", f"/01/{GTIN}/10/LOT1"),
            (f"127.0.0.1:8000/truy-xuat/01/{GTIN}/10/A%2F1?17=270131", f"/01/{GTIN}/10/A%2F1"),
            (f"(01){GTIN}(10)LOT1", f"/01/{GTIN}/10/LOT1"),
        ],
    )
    def test_gs1(self, client, db, text, target):
        answer = self.go(client, text)
        assert (answer.status_code, answer.get("Location")) == (302, target)

    @pytest.mark.parametrize(
        ("text", "status", "word"),
        [
            ("", 422, "Xin nhập mã"),
            ("xin chào", 422, "không phải mã truy xuất"),
            ("😀" * 50, 422, "không phải mã truy xuất"),
            ("a" * 10_000, 422, "quá dài"),
            ("8938500001230", 400, "số kiểm tra"),
            ("https://quangcao.example/tem/123", 422, "quangcao.example"),
            ("http://[::bad", 422, "không phải mã truy xuất"),
        ],
    )
    def test_anything_else_gets_a_clear_answer(self, client, db, text, status, word):
        answer = self.go(client, text)
        assert answer.status_code == status
        assert word in answer.content.decode()


class TestPicture:
    def test_download(self, client, product):
        run_worker()
        code = codes.ensure(product=product)
        for form, kind in (("png", "image/png"), ("svg", "image/svg+xml")):
            answer = client.get(f"/truy-xuat/{code.value}/qr.{form}?tai")
            assert (answer.status_code, answer["Content-Type"]) == (200, kind)
            assert answer["Content-Disposition"] == (
                f'attachment; filename="qr-mat-ong-rung-duy-xuyen-{code.value}.{form}"'
            )

    def test_not_drawn_yet(self, client, product):
        code = codes.ensure(product=product)
        answer = client.get(f"/truy-xuat/{code.value}/qr.png")
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")

    def test_unknown(self, client, db):
        assert client.get("/truy-xuat/ABCDEFGHJK/qr.png").status_code == 404
