"""Filling and mending a cart, as a browser does it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Variant
from catalog.services import products, stock
from orders.models import Cart, CartLine, ShippingPolicy
from orders.selectors import basket
from orders.services import cart as carts
from orders.tests.buying import filled, put_in_cart

ADD, UPDATE, CART = "/gio-hang/them/", "/gio-hang/sua/", "/gio-hang/"


@pytest.fixture
def guest(client_for):
    return client_for(None)


def text(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def quantities():
    return dict(CartLine.objects.values_list("variant__product__name", "quantity"))


def test_looking_around_leaves_no_session_and_no_cart(guest, cast):
    answer = guest.get(CART)
    assert "Giỏ hàng chưa có gì" in text(answer)
    assert "sessionid" not in guest.cookies
    assert not Cart.objects.exists()


def test_goods_are_grouped_by_producer_with_a_fee_each(guest, cast, make_product):
    ShippingPolicy.objects.create(producer=cast.rival, parcel_fee=20_000, free_from=300_000)
    one, other = make_product(cast.producer, price=100_000), make_product(cast.producer, price=50_000)
    third = make_product(cast.rival, price=90_000)
    put_in_cart(guest, one, third, other, quantity=2)
    page = text(guest.get(CART))
    content = basket(Cart.objects.get())
    assert [len(parcel.lines) for parcel in content.parcels] == [2, 1]
    assert [parcel.fee for parcel in content.parcels] == [30_000, 20_000]
    assert content.total == 300_000 + 30_000 + 180_000 + 20_000
    assert "530.000\u00a0₫" in page
    assert "Mua thêm <strong>120.000\u00a0₫</strong>" in page
    assert guest.session["cart_count"] == 6


def test_delivery_is_free_from_the_producers_amount(cast, make_product):
    ShippingPolicy.objects.create(producer=cast.producer, parcel_fee=25_000, free_from=200_000)
    product = make_product(cast.producer, price=100_000)
    assert basket(filled(product)).total == 125_000
    assert basket(filled(product, quantity=2)).total == 200_000


def test_buy_now_leads_to_the_checkout_and_next_only_to_this_site(guest, cast, make_product):
    product = make_product(cast.producer)
    assert put_in_cart(guest, product, next="checkout").url == "/thanh-toan/"
    assert put_in_cart(guest, product, next=f"/san-pham/{product.slug}/").url == f"/san-pham/{product.slug}/"
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        assert put_in_cart(guest, product, next=target).url == CART


BAD_QUANTITIES = ("0", "-1", "1000000000", "9" * 21, "hai", "", "1.5", "1e3", "²", "\x00")
BAD_VARIANTS = ("", "0", "x", "-5", "9" * 30, "1.0", "\x00", "999999")


def test_bad_quantities_change_nothing_and_say_why(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product, quantity=3)
    variant = product.variants.get().pk
    for quantity in BAD_QUANTITIES:
        answer = guest.post(ADD, {"variant": variant, "quantity": quantity}, follow=True)
        assert answer.status_code == 200
        assert "Số lượng phải là số nguyên từ 1 đến 999" in text(answer)
        answer = guest.post(UPDATE, {"variant": variant, "quantity": quantity})
        assert answer.status_code == 422
        assert "Số lượng phải là số nguyên từ 1 đến 999" in text(answer)
    assert quantities() == {product.name: 3}


def test_unknown_variants_are_refused_in_words(guest, cast, make_product):
    put_in_cart(guest, make_product(cast.producer))
    for variant in BAD_VARIANTS:
        answer = guest.post(ADD, {"variant": variant}, follow=True)
        assert "hiện không bán qua giỏ hàng" in text(answer)
        assert guest.post(UPDATE, {"variant": variant, "quantity": 2}).status_code == 422
    assert CartLine.objects.get().quantity == 1


def test_more_than_is_there_is_cut_and_told(guest, cast, make_product):
    product = make_product(cast.producer, stock=5)
    answer = put_in_cart(guest, product, quantity=9)
    assert "chỉ còn 5" in text(guest.get(answer.url))
    assert quantities() == {product.name: 5}
    answer = guest.post(UPDATE, {"variant": product.variants.get().pk, "quantity": "700"})
    assert "chỉ còn 5" in text(answer)


def test_plus_minus_and_enter_work_without_scripts(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product, quantity=2)
    variant = product.variants.get().pk
    assert guest.post(UPDATE, {"variant": variant, "quantity": "2", "set": "3"}).url == CART
    assert quantities() == {product.name: 3}
    assert guest.post(UPDATE, {"variant": variant, "quantity": "7"}).url == CART
    assert quantities() == {product.name: 7}
    assert guest.session["cart_count"] == 7


def test_htmx_gets_the_changed_part_and_the_number_in_the_header(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product)
    answer = guest.post(
        UPDATE, {"variant": product.variants.get().pk, "quantity": "4"}, headers={"HX-Request": "true"}
    )
    page = text(answer)
    assert answer.status_code == 200
    assert "<html" not in page
    assert '<span hx-swap-oob="innerHTML:#cart-link .count">4</span>' in page


def test_a_removed_line_can_be_taken_back(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product, quantity=4)
    variant = product.variants.get().pk
    guest.post(UPDATE, {"variant": variant, "quantity": "4", "action": "remove"})
    assert quantities() == {}
    page = text(guest.get(CART))
    assert "Đã bỏ" in page
    assert "Lấy lại" in page
    assert "Lấy lại" not in text(guest.get(CART))  # offered once
    guest.post(ADD, {"variant": variant, "quantity": "4"})
    assert quantities() == {product.name: 4}


def test_removing_what_is_gone_already_is_no_error(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product)
    CartLine.objects.all().delete()
    answer = guest.post(UPDATE, {"variant": product.variants.get().pk, "action": "remove"})
    assert answer.url == CART
    assert "Lấy lại" not in text(guest.get(CART))


def test_a_line_removed_in_another_tab_comes_back_when_its_quantity_is_set(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product)
    CartLine.objects.all().delete()
    guest.post(UPDATE, {"variant": product.variants.get().pk, "quantity": "3"})
    assert quantities() == {product.name: 3}


def test_what_became_unavailable_stays_and_is_explained(guest, cast, make_product):
    gone, empty, dear, fine = (make_product(cast.producer, stock=9) for _ in range(4))
    put_in_cart(guest, gone, empty, dear, fine, quantity=2)
    products.hide(product=gone, actor=None)
    stock.count(variant=empty.variants.get(), on_hand=0, actor=None)
    Variant.objects.filter(product=dear).update(price=99_000)
    page = text(guest.get(CART))
    assert "Hiện không bán nữa" in page
    assert "Vừa hết hàng" in page
    assert "Giá đã đổi từ 85.000\u00a0₫ thành 99.000\u00a0₫" in page
    assert CartLine.objects.count() == 4
    assert basket(Cart.objects.get()).goods_total == 2 * 99_000 + 2 * 85_000


def test_goods_that_are_not_sold_through_the_cart_are_refused(guest, cast, make_product, product_set):
    product = make_product(cast.producer)
    product_set.sale_mode = "display"
    product_set.save()
    answer = guest.post(ADD, {"variant": product.variants.get().pk}, follow=True)
    assert "hiện không bán qua giỏ hàng" in text(answer)


def test_a_suspended_producers_goods_cannot_be_added(guest, cast, make_product):
    product = make_product(cast.producer)
    type(cast.producer).objects.filter(pk=cast.producer.pk).update(status="suspended")
    assert "không bán" in text(guest.post(ADD, {"variant": product.variants.get().pk}, follow=True))
    assert not CartLine.objects.exists()


def test_a_cart_has_room_for_so_many_lines(cast, make_product, settings):
    settings.CART_MAX_LINES = 2
    goods = [make_product(cast.producer) for _ in range(3)]
    cart = filled(*goods[:2])
    with pytest.raises(carts.CartFull):
        carts.add(cart=cart, variant=goods[2].variants.get(), quantity=1)
    carts.add(cart=cart, variant=goods[0].variants.get(), quantity=1)


def test_signing_in_brings_the_guests_cart_along(guest, cast, make_product):
    both, mine, his = (make_product(cast.producer) for _ in range(3))
    filled(both, mine, quantity=2, user=cast.buyer)
    put_in_cart(guest, both, quantity=5)
    put_in_cart(guest, his)
    guest.force_login(cast.buyer)
    assert quantities() == {both.name: 5, mine.name: 2, his.name: 1}
    assert Cart.objects.get().user == cast.buyer
    assert guest.session["cart_count"] == 8
    assert "cart_key" not in guest.session


def test_signing_in_without_a_guest_cart_shows_the_accounts_count(guest, cast, make_product):
    filled(make_product(cast.producer), quantity=3, user=cast.buyer)
    guest.force_login(cast.buyer)
    assert guest.session["cart_count"] == 3


def test_an_accounts_cart_cannot_be_opened_by_its_key(guest, cast, make_product):
    cart = filled(make_product(cast.producer), user=cast.buyer)
    assert carts.find(key=str(cart.key)) is None
    assert carts.find(key="nonsense") is None


def test_the_cart_page_costs_the_same_for_one_line_and_for_twenty(guest, cast, make_product):
    """The cart and its lines; the session is in the cache."""
    counts = []
    makers = [cast.producer, cast.rival, cast.far_producer]
    put_in_cart(guest, make_product(cast.producer))
    for number in range(20):
        if number in (0, 19):
            guest.get(CART)
            with CaptureQueriesContext(connection) as captured:
                guest.get(CART)
            counts.append(len(captured))
        product = make_product(makers[number % 3])
        carts.add(cart=Cart.objects.get(), variant=product.variants.get(), quantity=1)
    assert counts == [2, 2], [query["sql"][:90] for query in captured]
