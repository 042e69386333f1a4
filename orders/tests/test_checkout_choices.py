"""What the checkout page lets a buyer choose: address and fee, pick-up, payment; and the agreed sum."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.errors import NoPickupThere, TotalChanged
from orders.models import Cart, CartLine, Order, PickupPoint, ShippingPolicy, SubOrder
from orders.services import checkout
from orders.tests.buying import contact, filled, put_in_cart, typed
from tests.books import all_invariants

CHECKOUT, SUMS = "/thanh-toan/", "/thanh-toan/tinh/"


@pytest.fixture
def guest(client_for):
    return client_for(None)


@pytest.fixture
def table(cast):
    """12,000 within the province, 45,000 elsewhere."""
    policy = ShippingPolicy.objects.create(producer=cast.producer)
    policy.rates.create(zone="province", up_to=9_000, fee=12_000)
    policy.rates.create(zone="country", up_to=9_000, fee=45_000)
    return policy


@pytest.fixture
def point(cast):
    return PickupPoint.objects.create(
        producer=cast.producer,
        name="Kho Bàn Thạch",
        province=cast.da_nang,
        commune=cast.duy_xuyen,
        address_line="Thôn 1",
        hours="7 đến 17 giờ",
    )


def text(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def agreed(answer):
    return re.search(r'name="agreed_total" value="(\d+)"', answer.content.decode()).group(1)


# --- Address and fee ---


def test_sums_follow_the_address_and_nothing_is_placed(guest, cast, make_product, table):
    put_in_cart(guest, make_product(cast.producer))
    assert agreed(guest.get(CHECKOUT)) == "130000"
    for commune, total in ((cast.hoi_an, "97000"), (cast.tra_bong, "130000")):
        fragment = guest.post(SUMS, typed(commune, recipient="", phone="x", thon=""))
        assert fragment.status_code == 200
        assert agreed(fragment) == total
        assert "<html" not in text(fragment)
        assert 'id="bar-sum" hx-swap-oob="true"' in text(fragment)
        assert "ước tính" not in text(fragment)
    assert CartLine.objects.count() == 1
    assert not Order.objects.exists()


def test_a_typed_place_counts_like_a_chosen_one(guest, cast, make_product, table):
    put_in_cart(guest, make_product(cast.producer))
    form = typed(cast.hoi_an, tinh="", xa="", xa_text="Hội An, Đà Nẵng")
    assert agreed(guest.post(SUMS, form)) == "97000"
    form = typed(cast.hoi_an, tinh="", xa="", xa_text="không có nơi này")
    assert "ước tính" in text(guest.post(SUMS, form))


HOSTILE = [
    {},
    {"xa": "\x00", "tinh": "\x00"},
    {"xa": "9" * 300, "xa_text": "x" * 9_000},
    {"agreed_total": "-1", "agreed_fee": "٣٤", "agreed_discount": "x" * 500},
    {"kien_1": "x", "kien_999999": "1"},
    {"payment_method": "bitcoin", "chon_xa": "1"},
    {"bo_ma": "\x00"},
    {"tinh_phi": "1"},
]


@pytest.mark.parametrize("form", HOSTILE)
@pytest.mark.parametrize("path", [SUMS, CHECKOUT])
def test_hostile_forms_get_a_page_and_place_nothing(guest, cast, make_product, table, path, form):
    put_in_cart(guest, make_product(cast.producer))
    assert guest.post(path, form).status_code in (200, 422)
    assert not Order.objects.exists()
    assert CartLine.objects.count() == 1


def test_sums_without_a_cart_are_empty_and_kind(guest, cast):
    assert "Giỏ hàng đang trống" in text(guest.post(SUMS, typed(cast.hoi_an)))
    assert guest.get(SUMS).status_code == 405


def test_without_scripts_a_button_counts_again_and_keeps_what_was_typed(guest, cast, make_product, table):
    put_in_cart(guest, make_product(cast.producer))
    answer = guest.post(CHECKOUT, typed(cast.hoi_an, phone="", note="Cổng xanh", tinh_phi="1"))
    assert answer.status_code == 200
    assert agreed(answer) == "97000"
    assert "Cổng xanh" in text(answer)
    assert "Trường này là bắt buộc" not in text(answer)


# --- The agreed sum ---


def test_more_than_the_sum_shown_is_told_with_why_and_the_next_try_orders(guest, cast, make_product, table):
    put_in_cart(guest, make_product(cast.producer))
    first = {"agreed_total": "90000", "agreed_fee": "5000", "agreed_discount": "0"}
    form = typed(cast.hoi_an, note="Gọi sau 17 giờ") | first
    answer = guest.post(CHECKOUT, form)
    assert answer.status_code == 409
    page = text(answer)
    for words in (
        "Phí giao đến Phường Hội An, Thành phố Đà Nẵng: từ 5.000\u00a0₫ thành 12.000\u00a0₫",
        "Tổng cộng: từ 90.000\u00a0₫ thành 97.000\u00a0₫",
        "Gọi sau 17 giờ",
        "Nguyễn Thị Mua",
        form["idempotency_key"],
    ):
        assert words in page
    assert not Order.objects.exists()
    again = guest.post(CHECKOUT, form | {"agreed_total": agreed(answer)})
    assert again.status_code == 302
    assert Order.objects.get().total == 97_000


def test_the_service_refuses_more_and_takes_less(cast, make_product, table):
    cart = filled(make_product(cast.producer))
    placing = {"contact": contact(cast.hoi_an), "actor": None, "language": "vi"}
    with pytest.raises(TotalChanged) as caught:
        checkout.place(cart=cart, idempotency_key="k", agreed_total=96_999, **placing)
    assert caught.value.data == {"total": 97_000}
    assert checkout.place(cart=cart, idempotency_key="k", agreed_total=97_001, **placing).total == 97_000


def test_back_button_double_click_and_another_sum_find_the_same_order(guest, cast, make_product, table):
    """What was placed with the key is found before any sum is compared."""
    put_in_cart(guest, make_product(cast.producer))
    form = typed(cast.hoi_an, agreed_total="97000", kien_1="", payment_method="transfer")
    urls = {guest.post(CHECKOUT, form).url for _ in range(3)}
    urls.add(guest.post(CHECKOUT, form | {"agreed_total": "1"}).url)
    ShippingPolicy.objects.update(parcel_fee=1)
    urls.add(guest.post(CHECKOUT, form).url)
    assert urls == {f"/don-hang/{Order.objects.get().code}/"}


# --- Pick-up ---


def test_a_parcel_is_fetched_at_a_point_of_its_producer(guest, cast, make_product, table, point):
    put_in_cart(guest, make_product(cast.producer), make_product(cast.rival))
    field = f"kien_{cast.producer.pk}"
    page = text(guest.get(CHECKOUT))
    assert f'name="{field}" value="{point.pk}"' in page
    assert f"kien_{cast.rival.pk}" not in page
    assert "7 đến 17 giờ" in page
    form = typed(cast.hoi_an, **{field: point.pk})
    assert agreed(guest.post(SUMS, form)) == "200000"
    assert guest.post(CHECKOUT, form | {"agreed_total": "200000"}).status_code == 302
    fetched, sent = SubOrder.objects.order_by("id")
    assert (fetched.delivery_method, fetched.pickup_point, fetched.shipping_fee) == ("pickup", point, 0)
    assert (sent.delivery_method, sent.pickup_point, sent.shipping_fee) == ("deliver", None, 30_000)
    assert all_invariants() == {}


def test_a_point_closed_in_between_is_told_beside_its_parcel(guest, cast, make_product, table, point):
    other = PickupPoint.objects.create(
        producer=cast.producer, name="Kho 2", province=cast.da_nang, commune=cast.hoi_an, address_line="2"
    )
    put_in_cart(guest, make_product(cast.producer))
    form = typed(cast.hoi_an, note="Cổng xanh", **{f"kien_{cast.producer.pk}": point.pk})
    PickupPoint.objects.filter(pk=point.pk).update(is_active=False)
    answer = guest.post(CHECKOUT, form)
    assert answer.status_code == 422
    assert "Điểm nhận hàng này không còn dùng" in text(answer)
    assert "Cổng xanh" in text(answer)
    assert not Order.objects.exists()
    for pickups in ({cast.producer.pk: point.pk}, {cast.rival.pk: other.pk}, {cast.producer.pk: 10**9}):
        with pytest.raises(NoPickupThere):
            checkout.place(
                cart=Cart.objects.get(),
                contact=contact(cast.hoi_an),
                idempotency_key="k",
                actor=None,
                language="vi",
                pickups=pickups,
            )


# --- Payment ---


def test_ways_of_paying_are_explained_and_lead_to_an_order(guest, cast, make_product, settings):
    settings.RESERVATION_MINUTES = 25
    put_in_cart(guest, make_product(cast.producer))
    page = text(guest.get(CHECKOUT))
    assert "Được kiểm tra hàng trước khi trả tiền" in page
    assert "giữ cho bạn 25 phút" in page
    assert guest.post(CHECKOUT, typed(cast.hoi_an, payment_method="transfer")).status_code == 302
    order = Order.objects.get()
    assert (order.payment_method, order.payment.amount) == ("transfer", 115_000)
    assert SubOrder.objects.get().status == "awaiting"


def test_without_an_account_of_the_market_transfers_are_not_offered(guest, cast, make_product, settings):
    settings.MARKET_BANK_ACCOUNT = ""
    put_in_cart(guest, make_product(cast.producer))
    assert 'value="transfer"' not in text(guest.get(CHECKOUT))
    assert guest.post(CHECKOUT, typed(cast.hoi_an, payment_method="transfer")).status_code == 422
    assert not Order.objects.exists()


def test_the_page_costs_the_same_queries_with_tables_points_and_vouchers(
    guest, cast, make_product, table, point
):
    """Cart, lines, tables, points, provinces."""
    counts = []
    put_in_cart(guest, make_product(cast.producer))
    for up_to in (5_000, 6_000):
        guest.get(CHECKOUT)
        with CaptureQueriesContext(connection) as captured:
            guest.get(CHECKOUT)
        counts.append(len(captured))
        for maker in (cast.rival, cast.far_producer):
            ShippingPolicy.objects.get_or_create(producer=maker)[0].rates.create(
                zone="country", up_to=up_to, fee=9_000
            )
            PickupPoint.objects.create(
                producer=maker,
                name="Kho",
                province=cast.da_nang,
                commune=cast.hoi_an,
                address_line="1",
            )
            put_in_cart(guest, *(make_product(maker) for _ in range(9)))
    assert counts == [5, 5]
