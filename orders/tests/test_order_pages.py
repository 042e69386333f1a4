"""Orders on the web: who may open, cancel, list and look up."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import OutboxMessage
from orders.models import Order
from orders.services import fulfilment
from orders.states import SubOrderStatus
from orders.tests.buying import buy, put_in_cart, typed

LOOKUP = "/tra-cuu-don/"


@pytest.fixture
def order(cast, make_product):
    """A buyer's order of two producers."""
    return buy(make_product(cast.producer), make_product(cast.rival), commune=cast.hoi_an, user=cast.buyer)


def text(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def look_up(client, order, **changes):
    return client.post(LOOKUP, {"phone": "0905 000 111", "code": order.code} | changes)


def test_only_the_buyer_opens_an_order(cast, client_for, order):
    seen = {}
    for role, user in cast.people.items():
        client = client_for(user)
        pages = [f"/don-hang/{order.code}/", f"/don-hang/{order.code}/hop-dong/"]
        seen[role] = {client.get(page).status_code for page in pages}
    assert seen.pop("buyer") == {200}
    assert set().union(*seen.values()) == {404}


def test_nobody_else_cancels_and_nothing_changes(cast, client_for, order):
    sub = order.sub_orders.first()
    before = OutboxMessage.objects.count()
    for role, user in cast.people.items():
        if role != "buyer":
            answer = client_for(user).post(f"/don-hang/{order.code}/huy/", {"kien": sub.code})
            assert answer.status_code == 404, role
    sub.refresh_from_db()
    assert sub.status == SubOrderStatus.PLACED
    assert OutboxMessage.objects.count() == before


def test_an_unknown_order_looks_like_somebody_elses(cast, client_for, order):
    guest = client_for(None)
    answers = [guest.get(f"/don-hang/{code}/") for code in (order.code, "2222-2222", "ổ-bánh", "a" * 300)]
    assert {answer.status_code for answer in answers} == {404}
    words = {re.sub(r'(csrfmiddlewaretoken|next)[^>]*>|next=[^"]*"', "", text(answer)) for answer in answers}
    assert len(words) == 1


def test_the_page_tells_goods_sums_seller_and_thread(cast, client_for, order):
    sub = order.sub_orders.get(producer=cast.producer)
    fulfilment.confirm(sub_order=sub, actor=cast.owner)
    page = text(client_for(cast.buyer).get(f"/don-hang/{order.code.lower()}/"))
    for words in (
        order.code,
        "Xã Duy Xuyên, Thành phố Đà Nẵng",
        "0905 123 456",
        str(cast.owner),
        "Đã xác nhận",
        "230.000\u00a0₫",
        "Phường Hội An",
    ):
        assert words in page
    assert page.count('aria-current="step"') == 2


def test_the_buyer_cancels_one_parcel(cast, client_for, order):
    client = client_for(cast.buyer)
    sub, other = order.sub_orders.order_by("id")
    fields = {"kien": sub.code, "reason": "Đặt nhầm"}
    page = text(client.post(f"/don-hang/{order.code}/huy/", fields, follow=True))
    assert f"Đã hủy kiện {sub.code}" in page
    assert "Lý do: Đặt nhầm" in page
    assert "115.000\u00a0₫, không phải trả" in page
    assert "<s>115.000\u00a0₫</s>" in page
    other.refresh_from_db()
    assert other.status == SubOrderStatus.PLACED


def test_a_crooked_cancel_form_changes_nothing(cast, client_for, order):
    code, client = order.sub_orders.first().code, client_for(cast.buyer)
    crooked = [
        {},
        {"kien": ""},
        {"kien": "7K3M-92XQ-1"},
        {"kien": "\x00"},
        {"kien": code, "reason": "x" * 301},
    ]
    for fields in crooked:
        answer = client.post(f"/don-hang/{order.code}/huy/", fields, follow=True)
        assert "Chưa hủy được" in text(answer)
    assert set(order.sub_orders.values_list("status", flat=True)) == {SubOrderStatus.PLACED}


def test_cancelling_too_late_is_told(cast, client_for, order):
    sub = order.sub_orders.first()
    fulfilment.confirm(sub_order=sub, actor=None)
    fulfilment.prepare(sub_order=sub, actor=None)
    client = client_for(cast.buyer)
    answer = client.post(f"/don-hang/{order.code}/huy/", {"kien": sub.code}, follow=True)
    assert "không tự hủy được nữa" in text(answer)


def test_the_contract_names_both_sides_and_the_rights(cast, client_for, order):
    page = text(client_for(cast.buyer).get(f"/don-hang/{order.code}/hop-dong/"))
    for words in ("HTX Duy Xuyên", "Nguyễn Thị Mua", "30 ngày", "19/2023/QH15", "0905 123 456"):
        assert words in page


def test_a_guests_browser_keeps_its_own_orders_only(cast, client_for, make_product):
    mine, other = client_for(None), client_for(None)
    put_in_cart(mine, make_product(cast.producer))
    url = mine.post("/thanh-toan/", typed(cast.hoi_an)).url
    assert mine.get(url).status_code == 200
    assert other.get(url).status_code == 404
    sub = Order.objects.get().sub_orders.get()
    mine.post(f"{url}huy/", {"kien": sub.code})
    sub.refresh_from_db()
    assert sub.status == SubOrderStatus.CANCELLED


# --- Look-up ---


@pytest.mark.parametrize("phone", ["0905 000 111", "+84905000111", "84905000111", "0905.000.111"])
def test_phone_and_code_open_an_order(cast, client_for, order, phone):
    guest = client_for(None)
    answer = look_up(guest, order, phone=phone, code=order.code.lower().replace("-", " "))
    assert answer.url == f"/don-hang/{order.code}/"
    assert guest.get(answer.url).status_code == 200


def test_a_wrong_phone_and_an_unknown_code_get_the_same_answer(cast, client_for, order):
    guest = client_for(None)
    answers = [
        look_up(guest, order, phone="0905 000 112"),
        look_up(guest, order, code="2222-2222"),
        look_up(guest, order, code="không phải"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert all("Không tìm thấy đơn nào" in text(answer) for answer in answers)
    assert guest.get(f"/don-hang/{order.code}/").status_code == 404


def test_missing_and_crooked_fields_are_told_beside_them(client_for, db):
    answer = client_for(None).post(LOOKUP, {"phone": "abc", "code": ""})
    assert answer.status_code == 422
    assert "Số điện thoại chưa đúng" in text(answer)


def test_the_code_of_a_mail_is_filled_in(client_for, db):
    assert 'value="7K3M-92XQ"' in text(client_for(None).get(LOOKUP, {"ma": "7K3M-92XQ"}))


def test_trying_out_codes_ends_after_ten_from_one_address(cast, client_for, order):
    guest = client_for(None)
    for number in range(10):
        assert look_up(guest, order, phone=f"09050001{number:02}").status_code == 404
    answer = look_up(guest, order)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert "Xin chờ một lát" in text(answer)
    assert guest.get(f"/don-hang/{order.code}/").status_code == 404


def test_trying_out_codes_of_one_phone_ends_after_ten_from_many_addresses(cast, client_for, order):
    guest = client_for(None)
    for number in range(10):
        answer = guest.post(
            LOOKUP, {"phone": "0905 000 111", "code": "2222-2222"}, REMOTE_ADDR=f"10.0.0.{number}"
        )
        assert answer.status_code == 404
    answer = guest.post(LOOKUP, {"phone": "+84905000111", "code": order.code}, REMOTE_ADDR="10.0.1.1")
    assert answer.status_code == 429


def test_looking_at_the_form_is_not_counted(client_for, db):
    guest = client_for(None)
    assert {guest.get(LOOKUP).status_code for _ in range(15)} == {200}


# --- The buyer's list ---


def test_the_list_asks_guests_to_sign_in(client_for, db):
    assert client_for(None).get("/don-hang/").status_code == 302


def test_the_list_pages_and_costs_the_same_for_one_and_for_ten(cast, client_for, make_product):
    client = client_for(cast.buyer)
    product, counts = make_product(cast.producer, stock=100), []
    for number in range(12):
        buy(product, commune=cast.hoi_an, user=cast.buyer)
        if number in (0, 9):
            with CaptureQueriesContext(connection) as captured:
                client.get("/don-hang/")
            counts.append(len(captured))
    assert counts[0] == counts[1] == 5, [query["sql"][:90] for query in captured]
    assert text(client.get("/don-hang/")).count("Xem đơn") == 10
    assert text(client.get("/don-hang/?trang=2")).count("Xem đơn") == 2
    for odd in ("0", "-1", "x", "9" * 30, "2&trang=99999"):
        assert client.get(f"/don-hang/?trang={odd}").status_code == 200


def test_the_order_page_costs_the_same_for_one_line_and_for_twenty(cast, client_for, make_product):
    client, counts = client_for(cast.buyer), []
    makers = [cast.producer, cast.rival, cast.far_producer]
    for size in (1, 20):
        goods = [make_product(makers[n % 3]) for n in range(size)]
        order = buy(*goods, commune=cast.hoi_an, user=cast.buyer)
        client.get(f"/don-hang/{order.code}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/don-hang/{order.code}/")
        counts.append(len(captured))
    assert counts[0] == counts[1] == 8, [query["sql"][:90] for query in captured]
