"""The order's page while it waits for money: what it shows, what it asks, who may."""

import datetime as dt
import re
from io import BytesIO

import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from vnqr.vietqr import generate_vietqr_string

from core import clock
from orders.models import CartLine, Order
from orders.selectors import methods
from orders.services import fulfilment, paying
from orders.tests.buying import buy
from orders.tests.test_order_pages import text
from orders.tests.test_paying import money
from orders.tests.visiting import BACK, SECRET, offer, order_by_vnpay, signed, tell, visit, words
from payments.models import Attempt, Payment
from payments.states import Method, PaymentStatus

HTMX = {"HX-Request": "true"}


@pytest.fixture
def product(cast, make_product, settings):
    offer(settings)
    return make_product(cast.producer, stock=10, price=100_000)


@pytest.fixture
def by_transfer(cast, product):
    return buy(product, commune=cast.hoi_an, quantity=3, user=cast.buyer, method=Method.TRANSFER)


@pytest.fixture
def by_vnpay(cast, product):
    return order_by_vnpay(product, commune=cast.hoi_an, quantity=3, user=cast.buyer)


@pytest.fixture
def client(cast, client_for):
    return client_for(cast.buyer)


def url(order, page=""):
    return f"/don-hang/{order.code}/{page}"


def shown(client, order):
    return text(client.get(url(order)))


def scanned(client, page):
    """The payload of the code on a page, as a phone reads it."""
    address = re.search(r'<img src="([^"]*vietqr[^"]*)"', page)[1]
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    return zxingcpp.read_barcode(Image.open(BytesIO(answer.content))).text


def news(client, order):
    """What the page hears when it asks with what it shows."""
    page = client.get(url(order)).content.decode()
    return lambda: client.get(re.search(r'hx-get="([^"]+)"', page)[1], headers=HTMX)


def lapse(order):
    paying.lapse_unpaid(at=order.payment.expires_at + dt.timedelta(minutes=5))


def test_the_code_on_the_page_is_what_others_would_encode(client, by_transfer, settings):
    page = shown(client, by_transfer)
    expected = generate_vietqr_string(
        settings.MARKET_BANK_BIN, settings.MARKET_BANK_ACCOUNT, 330_000, by_transfer.transfer_note
    )
    assert scanned(client, page) == expected
    for words_shown in (
        "330.000\u00a0₫",
        "Vietcombank",
        settings.MARKET_BANK_ACCOUNT,
        by_transfer.transfer_note,
    ):
        assert words_shown in page
    until = by_transfer.payment.expires_at.astimezone(clock.VIETNAM)
    assert f"Giữ hàng đến <strong>{until:%H:%M}</strong>" in page


def test_part_of_the_money_makes_a_new_code_of_the_rest(client, by_transfer):
    ask = news(client, by_transfer)
    paying.receive(statement=money(300_000), order=by_transfer)
    fragment = text(ask())
    assert "Đã nhận 300.000\u00a0₫, còn thiếu 30.000\u00a0₫" in fragment
    assert "540530000" in scanned(client, fragment)


def test_a_page_without_news_hears_nothing(client, by_transfer):
    ask = news(client, by_transfer)
    assert (ask().status_code, ask().content) == (204, b"")


def test_paid_sends_the_page_to_the_thanks(client, by_transfer):
    ask = news(client, by_transfer)
    paying.receive(statement=money(330_000), order=by_transfer)
    answer = ask()
    assert (answer.status_code, answer["HX-Redirect"]) == (204, url(by_transfer))
    page = shown(client, by_transfer)
    assert "Cảm ơn bạn" in page
    assert "Tiền đã đến" in page
    assert "tra-tien" not in page
    assert client.get(url(by_transfer, "vietqr.png")).status_code == 404


def test_without_htmx_news_are_the_page_itself(client, by_transfer):
    assert client.get(url(by_transfer, "tien/")).url == url(by_transfer)
    assert '<noscript><meta http-equiv="refresh"' in shown(client, by_transfer)


def test_asking_costs_the_same_and_little(client, by_vnpay):
    counts = []
    for _ in range(2):
        visit(by_vnpay)
        ask = news(client, by_vnpay)
        with CaptureQueriesContext(connection) as captured:
            ask()
        counts.append(len(captured))
    assert counts == [3, 3], [query["sql"][:90] for query in captured]


def test_time_over_shows_no_code(client, by_transfer):
    Payment.objects.update(expires_at=clock.now())
    page = shown(client, by_transfer)
    assert "đang đợi tin cuối" in page
    assert "vietqr" not in page
    assert client.get(url(by_transfer, "vietqr.png")).status_code == 404


@pytest.mark.parametrize(
    ("policy", "words_shown"), [("reserve", "nếu hàng vẫn còn"), ("refund", "hoàn lại toàn bộ")]
)
def test_lapsed_says_what_now(client, by_transfer, settings, policy, words_shown):
    settings.LATE_PAYMENT = policy
    lapse(by_transfer)
    page = shown(client, by_transfer)
    assert "Đã hết giờ giữ hàng" in page
    assert words_shown in page
    assert "hx-get" not in page


def test_lapsed_with_part_of_the_money_says_where_it_is(client, by_transfer):
    paying.receive(statement=money(100_000), order=by_transfer)
    lapse(by_transfer)
    assert "Chợ đã nhận 100.000\u00a0₫, còn thiếu 230.000\u00a0₫" in shown(client, by_transfer)


def test_ordering_again_fills_the_cart_once(client, by_transfer, product, cast):
    lapse(by_transfer)
    for _ in range(2):
        answer = client.post(url(by_transfer, "dat-lai/"), follow=True)
        assert "Đã bỏ lại các món vào giỏ" in text(answer)
    assert CartLine.objects.get().quantity == 3
    CartLine.objects.all().delete()
    buy(product, commune=cast.hoi_an, quantity=9)
    assert "Không còn đủ" in text(client.post(url(by_transfer, "dat-lai/"), follow=True))
    assert CartLine.objects.get().quantity == 1


def test_a_cash_order_has_no_panel(client, cast, product):
    order = buy(product, commune=cast.hoi_an, user=cast.buyer)
    page = shown(client, order)
    assert "tra-tien" not in page
    assert "Được kiểm tra hàng trước khi trả tiền" in page


# --- VNPay ---


def test_each_press_is_a_visit_of_its_own(client, by_vnpay, settings):
    assert "Trả qua VNPay" in shown(client, by_vnpay)
    answers = [client.post(url(by_vnpay, "tra-tien/"), REMOTE_ADDR="203.0.113.9") for _ in range(2)]
    assert all(answer.url.startswith(settings.VNPAY_PAY_URL) for answer in answers)
    assert all("vnp_Amount=33000000" in answer.url and "203.0.113.9" in answer.url for answer in answers)
    assert len(set(Attempt.objects.values_list("txn_ref", flat=True))) == 2
    page = shown(client, by_vnpay)
    assert "Đang chờ ngân hàng báo" in page


def test_a_failed_visit_is_told_and_can_be_repeated(client, by_vnpay):
    attempt = visit(by_vnpay)
    ask = news(client, by_vnpay)
    tell(attempt, paid=False)
    assert "không thành, bạn chưa mất tiền" in text(ask())


@pytest.mark.parametrize("spoil", ["paid", "late", "transfer", "gone"])
def test_what_cannot_be_paid_leads_back_to_the_order(client, by_vnpay, by_transfer, settings, spoil):
    order = by_vnpay
    if spoil == "paid":
        tell(visit(order))
    if spoil == "late":
        Payment.objects.update(expires_at=clock.now() + dt.timedelta(seconds=30))
    if spoil == "gone":
        settings.VNPAY_TMN_CODE = ""
    if spoil == "transfer":
        order = by_transfer
    before = Attempt.objects.count()
    answer = client.post(url(order, "tra-tien/"), follow=True)
    assert answer.redirect_chain[-1][0] == url(order)
    assert 'class="notice notice--error"' in text(answer)
    assert Attempt.objects.count() == before


def test_the_offered_methods_follow_the_settings(settings):
    offer(settings)
    assert methods.offered() == [Method.COD, Method.TRANSFER, Method.VNPAY]
    settings.MARKET_BANK_ACCOUNT = settings.VNPAY_HASH_SECRET = ""
    assert methods.offered() == [Method.COD]


# --- Back from the gateway ---


def test_back_before_the_notice_waits_and_books_nothing(client, by_vnpay):
    attempt = visit(by_vnpay)
    answer = client.get(BACK, signed(words(attempt)))
    page = text(answer)
    assert "Đang chờ ngân hàng báo" in page
    assert "hx-get" in page
    assert Payment.objects.get(pk=by_vnpay.payment_id).status == PaymentStatus.PENDING
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.query_at <= clock.now()) == ("open", True)


def test_back_after_the_notice_is_the_thanks(client, by_vnpay):
    attempt = visit(by_vnpay)
    tell(attempt)
    assert client.get(BACK, signed(words(attempt))).url == url(by_vnpay)


def test_back_with_a_lie_about_success_changes_nothing(client, by_vnpay):
    attempt = visit(by_vnpay)
    tell(attempt, paid=False)
    page = text(client.get(BACK, signed(words(attempt))))
    assert "Đơn này chưa được trả" in page


@pytest.mark.parametrize("secret", [SECRET, "not the secret"])
def test_strangers_and_forgers_see_nothing_of_the_order(cast, client_for, by_vnpay, secret):
    attempt = visit(by_vnpay)
    before = Attempt.objects.get().query_at
    for person in (None, cast.owner, cast.rival_owner, cast.treasurer, cast.admin):
        answer = client_for(person).get(BACK, signed(words(attempt), secret))
        page = text(answer).replace(attempt.txn_ref, "").replace("next", "")
        shown_of_it = re.sub(r'<input type="hidden" name="" value="[^"]*">', "", page)
        assert answer.status_code == (200 if secret == SECRET else 400)
        assert "Bạn trở về từ cổng thanh toán" in page
        assert by_vnpay.code not in shown_of_it
        assert "330.000" not in shown_of_it
    assert Attempt.objects.get().query_at == before


def test_a_wrong_signature_is_a_plain_page_even_for_the_buyer(client, by_vnpay):
    answer = client.get(BACK, signed(words(visit(by_vnpay)), "x"))
    assert answer.status_code == 400
    assert by_vnpay.code not in text(answer)
    assert client.get(BACK).status_code == 400


# --- Who may ---


def test_nobody_else_sees_pays_or_orders_again(cast, client_for, by_transfer, by_vnpay):
    for role, person in cast.people.items():
        if role == "buyer":
            continue
        client = client_for(person)
        for order in (by_transfer, by_vnpay):
            for page in ("", "tien/", "vietqr.png"):
                assert client.get(url(order, page), headers=HTMX).status_code == 404, role
            for page in ("tra-tien/", "dat-lai/", "hoan-tien/1/"):
                assert client.post(url(order, page)).status_code == 404, role
    assert not Attempt.objects.exists()


def test_steps_take_only_posts(client, by_transfer):
    for page in ("tra-tien/", "dat-lai/", "hoan-tien/1/"):
        assert client.get(url(by_transfer, page)).status_code == 405


def test_a_cancelled_order_waits_for_nothing(client, by_transfer, cast):
    fulfilment.cancel(sub_order=by_transfer.sub_orders.get(), actor=cast.buyer)
    assert "tra-tien" not in shown(client, by_transfer)
    assert Order.objects.get(pk=by_transfer.pk).payment.status == PaymentStatus.CANCELLED
