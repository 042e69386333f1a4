"""Placing orders: the service's promises, and the page's."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.phones import InvalidPhone
from accounts.services import addresses
from catalog.models import StockItem, Variant
from catalog.services import products, recognition, stock
from core import clock
from core.models import OutboxMessage
from orders import codes
from orders.errors import CartChanged, CartEmpty
from orders.models import Cart, CartLine, Order, OrderLine, ShippingPolicy, SubOrder
from orders.services import cart as carts
from orders.services import checkout
from orders.tests.buying import buy, contact, filled, put_in_cart, typed

CHECKOUT = "/thanh-toan/"


@pytest.fixture
def guest(client_for):
    return client_for(None)


def text(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def place(cart, commune, key="k", **changes):
    return checkout.place(
        cart=cart, contact=contact(commune, **changes), idempotency_key=key, actor=None, language="vi"
    )


def on_hand(product):
    return StockItem.objects.get(variant__product=product).on_hand


# --- The service ---


def test_an_order_splits_by_producer_and_its_sums_agree(cast, make_product):
    ShippingPolicy.objects.create(producer=cast.rival, parcel_fee=20_000, free_from=150_000)
    a, b = make_product(cast.producer, price=33_333), make_product(cast.producer, price=10_001)
    c, d = make_product(cast.rival, price=75_000), make_product(cast.far_producer, price=1)
    order = buy(a, c, b, d, commune=cast.hoi_an, quantity=2)
    subs = list(order.sub_orders.order_by("id"))
    assert [s.code for s in subs] == [f"{order.code}-{n}" for n in (1, 2, 3)]
    assert [s.producer for s in subs] == [cast.producer, cast.rival, cast.far_producer]
    assert [s.shipping_fee for s in subs] == [30_000, 0, 30_000]
    assert [s.goods_total for s in subs] == [86_668, 150_000, 2]
    assert order.total == order.goods_total + order.shipping_total == sum(s.total for s in subs) == 296_670
    assert [s.lines.count() for s in subs] == [2, 1, 1]
    assert on_hand(a) == 18
    assert not CartLine.objects.exists()
    assert OutboxMessage.objects.get(topic="orders.placed").payload == {"order": order.pk}


def test_lines_are_snapshots(cast, make_product):
    starred, lapsed = make_product(cast.producer), make_product(cast.producer)
    facts = {"stars": 4, "decision_number": "12/QĐ-UBND", "authority": "UBND thành phố Đà Nẵng"}
    today = clock.today()
    for product, until in ((starred, clock.add_months(today, 6)), (lapsed, clock.add_months(today, -6))):
        recognition.set_star(
            product=product,
            valid_until=until,
            lapsed_after=until,
            certificate_number=f"DN-{product.pk}",
            decided_on=clock.add_months(until, -36),
            **facts,
        )
    order = buy(starred, lapsed, commune=cast.hoi_an)
    name = starred.name
    products.update(product=starred, actor=None, name="Tên khác")
    Variant.objects.update(price=1)
    first, second = OrderLine.objects.filter(sub_order__order=order)
    assert (first.product_name, first.variant_name, first.unit_price) == (name, "chai 500 ml", 85_000)
    assert (first.stars, first.certificate_number) == (4, f"DN-{starred.pk}")
    assert (second.stars, second.certificate_number) == (None, "")


def test_codes_are_short_unguessable_and_read_aloud():
    made = {codes.new() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code) for code in made)
    assert not set("01OIL") & set("".join(made).replace("-", ""))
    assert all(len(f"OCOP {code}") <= 19 and code.isascii() for code in made)
    code = made.pop()
    for spelling in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert codes.normalise(spelling) == code
    for wrong in ("", "7K3M", "7K3M-92X0", "7K3M-92XQ9", "ổ bánh mì", "x" * 10_000):
        assert codes.normalise(wrong) == ""


SPELLINGS = (
    "0900 000 001",
    "+84 900 000 001",
    "84900000001",
    "0900.000.001",
    "(090) 000-0001",
    "0084 900 000 001",
)
NO_PHONES = ("", "123", "09000000011111", "chín không", "0900 000 00", "9" * 500, "\x00")


def test_six_spellings_of_a_phone_number(cast, make_product):
    product = make_product(cast.producer)
    orders = [buy(product, commune=cast.hoi_an, phone=spelling) for spelling in SPELLINGS]
    assert {order.phone for order in orders} == {"+84900000001"}


def test_what_is_no_phone_number_places_nothing(cast, make_product):
    product = make_product(cast.producer)
    for wrong in NO_PHONES:
        with pytest.raises(InvalidPhone):
            buy(product, commune=cast.hoi_an, phone=wrong)
    assert not Order.objects.exists()


def test_the_same_key_is_the_same_order(cast, make_product):
    product = make_product(cast.producer)
    cart = filled(product)
    first = place(cart, cast.hoi_an, key="one")
    wish = CartLine.objects.create(cart=cart, variant=product.variants.get(), quantity=1, price_seen=1)
    assert place(cart, cast.hoi_an, key="one") == first
    assert CartLine.objects.get() == wish
    assert on_hand(product) == 19


def test_anothers_key_opens_nothing(cast, make_product):
    product = make_product(cast.producer)
    first = place(filled(product), cast.hoi_an, key="weak")
    assert place(filled(product), cast.hoi_an, key="weak") != first


def test_an_empty_cart_places_nothing(cast):
    with pytest.raises(CartEmpty):
        place(Cart.objects.create(), cast.hoi_an)


def test_changes_are_told_line_by_line_and_nothing_is_placed(cast, make_product):
    gone, empty, short, dear, fine = (make_product(cast.producer, stock=9) for _ in range(5))
    cart = filled(gone, empty, short, dear, fine, quantity=4)
    products.hide(product=gone, actor=None)
    stock.count(variant=empty.variants.get(), on_hand=0, actor=None)
    stock.count(variant=short.variants.get(), on_hand=3, actor=None)
    Variant.objects.filter(product=dear).update(price=99_000)
    with pytest.raises(CartChanged) as caught:
        place(cart, cast.hoi_an)
    assert [change.message for change in caught.value.changes] == [
        f"{gone.name} (chai 500 ml) hiện không bán nữa nên đã được bỏ khỏi giỏ.",
        f"{empty.name} (chai 500 ml) vừa hết hàng nên đã được bỏ khỏi giỏ.",
        f"{short.name} (chai 500 ml) chỉ còn 3: giỏ đã giảm từ 4 xuống 3.",
        f"{dear.name} (chai 500 ml) đã đổi giá từ 85.000\u00a0₫ thành 99.000\u00a0₫.",
    ]
    assert caught.value.status == 409
    assert {row["kind"] for row in caught.value.data["changes"]} == {"gone", "sold_out", "short", "price"}
    assert not Order.objects.exists()
    assert on_hand(fine) == 9
    order = place(cart, cast.hoi_an)
    assert order.goods_total == 3 * 85_000 + 4 * 99_000 + 4 * 85_000


def test_stock_taken_between_reading_and_taking_is_found_out(cast, make_product, monkeypatch):
    product, other = make_product(cast.producer, stock=5), make_product(cast.rival)
    cart = filled(other, product, quantity=5)
    take = stock.take

    def somebody_is_faster(**kwargs):
        monkeypatch.setattr(stock, "take", take)
        take(quantities={product.variants.get().pk: 3}, reference="khác", actor=None)
        take(**kwargs)

    monkeypatch.setattr(stock, "take", somebody_is_faster)
    with pytest.raises(CartChanged) as caught:
        place(cart, cast.hoi_an)
    assert [(c.kind, c.before) for c in caught.value.changes] == [("short", 5)]
    assert not Order.objects.exists()
    assert on_hand(other) == 20


def test_orders_of_demo_goods_only_are_marked(cast, make_product):
    demo, real = make_product(cast.producer, is_illustrative=True), make_product(cast.producer)
    assert buy(demo, commune=cast.hoi_an).is_illustrative
    assert not buy(demo, real, commune=cast.hoi_an).is_illustrative


# --- The page ---


def test_a_guest_orders_on_one_page(guest, cast, make_product):
    goods = [make_product(maker) for maker in (cast.producer, cast.rival, cast.far_producer)]
    put_in_cart(guest, *goods)
    page = text(guest.get(CHECKOUT))
    assert "Được kiểm tra hàng" in page
    assert re.search(r'value="cod"[^>]*checked', page)
    assert re.search(r'name="idempotency_key" value="[0-9a-f]{32}"', page)
    answer = guest.post(CHECKOUT, typed(cast.hoi_an))
    order = Order.objects.get()
    assert answer.url == f"/don-hang/{order.code}/"
    assert (order.phone, order.commune, order.buyer) == ("+84905000111", cast.hoi_an, None)
    page = text(guest.get(answer.url))
    assert "Đã nhận đơn hàng" in page
    assert order.code in page
    assert guest.session["cart_count"] == 0
    assert SubOrder.objects.count() == 3


def test_a_resubmitted_form_leads_to_the_same_order(guest, cast, make_product):
    put_in_cart(guest, make_product(cast.producer))
    form = typed(cast.hoi_an)
    first, second = guest.post(CHECKOUT, form), guest.post(CHECKOUT, form)
    assert first.url == second.url
    assert Order.objects.count() == 1


CROOKED = [
    ({"phone": "abc"}, "Số điện thoại chưa đúng"),
    ({"phone": ""}, "Trường này là bắt buộc"),
    ({"recipient": " \u200b "}, "Trường này là bắt buộc"),
    ({"recipient": "x" * 121}, "120"),
    ({"thon": ""}, "Cho biết thôn, số nhà"),
    ({"tinh": "", "xa": "", "xa_text": ""}, "Hãy cho biết xã, phường"),
    ({"tinh": "48", "xa": "99999"}, "Không có xã này"),
    ({"email": "khong-phai-email"}, "email"),
    ({"note": "y" * 301}, "300"),
    ({"payment_method": "bitcoin"}, "bitcoin"),
]


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(guest, cast, make_product):
    put_in_cart(guest, make_product(cast.producer))
    for changes, words in CROOKED:
        form = typed(cast.hoi_an, note="Gọi sau 17 giờ", email="mua@khach.example") | changes
        answer = guest.post(CHECKOUT, form)
        assert answer.status_code == 422
        page = text(answer)
        assert words in page
        kept = {"recipient", "phone", "email", "note", "thon"} - set(changes)
        assert all(form[name] in page for name in kept)
        assert form["idempotency_key"] in page
        # … nor when the page is opened again.
        assert all(form[name] in text(guest.get(CHECKOUT)) for name in kept)
    assert not Order.objects.exists()


def test_a_cart_emptied_in_another_tab_keeps_what_was_typed(guest, cast, make_product):
    put_in_cart(guest, make_product(cast.producer))
    form = typed(cast.hoi_an, note="Gọi sau 17 giờ")
    CartLine.objects.all().delete()
    answer = guest.post(CHECKOUT, form)
    assert answer.status_code == 409
    page = text(answer)
    assert "Giỏ hàng đang trống" in page
    assert "Gọi sau 17 giờ" in page
    assert "0905 000 111" in page


def test_a_browser_that_lost_its_session_is_told_so(guest, cast):
    answer = guest.post(CHECKOUT, typed(cast.hoi_an))
    assert answer.status_code == 409
    assert "Giỏ hàng đang trống" in text(answer)


def test_a_shortage_is_told_on_the_page_and_the_second_try_orders(guest, cast, make_product):
    product = make_product(cast.producer, stock=5)
    put_in_cart(guest, product, quantity=5)
    guest.get(CHECKOUT)
    stock.count(variant=product.variants.get(), on_hand=2, actor=None)
    form = typed(cast.hoi_an)
    answer = guest.post(CHECKOUT, form)
    assert answer.status_code == 409
    assert "chỉ còn 2: giỏ đã giảm từ 5 xuống 2" in text(answer)
    assert "Nguyễn Thị Mua" in text(answer)
    assert guest.post(CHECKOUT, form).status_code == 302
    assert OrderLine.objects.get().quantity == 2


def test_opening_the_checkout_tells_of_changes_too(guest, cast, make_product):
    product = make_product(cast.producer)
    put_in_cart(guest, product)
    Variant.objects.update(price=90_000)
    assert "đã đổi giá từ 85.000" in text(guest.get(CHECKOUT))
    assert guest.post(CHECKOUT, typed(cast.hoi_an)).status_code == 302


def test_an_empty_checkout_leads_to_the_cart(guest, cast):
    assert guest.get(CHECKOUT).url == "/gio-hang/"


def test_without_scripts_the_communes_are_asked_for_and_nothing_is_lost(guest, cast, make_product):
    put_in_cart(guest, make_product(cast.producer))
    answer = guest.post(CHECKOUT, typed(cast.hoi_an, tinh="51", xa="", chon_xa="1", note="Cổng xanh"))
    assert answer.status_code == 200
    page = text(answer)
    assert "Xã Trà Bồng" in page
    assert "Cổng xanh" in page
    assert "Chưa đặt được" not in page


def test_a_signed_in_buyer_finds_the_default_address(client_for, cast, make_product):
    addresses.save(
        user=cast.buyer,
        recipient="Mẹ của Mua",
        phone="0905 222 333",
        commune=cast.tra_bong,
        line="Thôn Tây",
        is_default=True,
        actor=cast.buyer,
    )
    client = client_for(cast.buyer)
    put_in_cart(client, make_product(cast.producer))
    page = text(client.get(CHECKOUT))
    for words in ("Mẹ của Mua", "Thôn Tây", "Trà Bồng"):
        assert words in page
    client.post(CHECKOUT, typed(cast.tra_bong))
    assert Order.objects.get().buyer == cast.buyer


def test_the_checkout_page_costs_the_same_for_one_line_and_for_twenty(guest, cast, make_product):
    """The cart, its lines, the producers' pick-up points, the provinces to choose from."""
    counts = []
    makers = [cast.producer, cast.rival, cast.far_producer]
    put_in_cart(guest, make_product(cast.producer))
    for number in range(20):
        if number in (0, 19):
            guest.get(CHECKOUT)
            with CaptureQueriesContext(connection) as captured:
                guest.get(CHECKOUT)
            counts.append(len(captured))
        product = make_product(makers[number % 3])
        carts.add(cart=Cart.objects.get(), variant=product.variants.get(), quantity=1)
    assert counts[0] == counts[1] == 4, [query["sql"][:90] for query in captured]


def test_placing_costs_the_same_for_one_line_and_for_twenty_of_three_producers(cast, make_product):
    makers = [cast.producer, cast.rival, cast.far_producer]
    counts = []
    for size in (3, 20):
        cart = filled(*(make_product(makers[n % 3]) for n in range(size)))
        with CaptureQueriesContext(connection) as captured:
            place(cart, cast.hoi_an, key=uuid.uuid4().hex)
        # Taking stock is one conditional UPDATE per line, by design, and one per product sold.
        counts.append(len([q for q in captured if not q["sql"].startswith("UPDATE")]))
    assert counts[0] == counts[1]
