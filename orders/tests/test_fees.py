"""What carts and orders pay for sending: tables, weight, distance, cold, and a place not yet named."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product, Variant
from core import clock
from orders.models import Cart, PickupPoint, ShippingPolicy, SubOrder
from orders.selectors import basket
from orders.selectors.destinations import Destination, chosen, guess
from orders.services import cart as carts
from orders.tests.buying import buy, filled, put_in_cart, typed
from tests.books import all_invariants


@pytest.fixture
def guest(client_for):
    return client_for(None)


@pytest.fixture
def table(cast):
    """The producer's: 5,000 in the commune, 12,000 in the province, 30,000 and 50,000 elsewhere."""
    policy = ShippingPolicy.objects.create(producer=cast.producer, parcel_fee=33_000, extra_per_kg=7_000)
    for zone, up_to, fee in (
        ("commune", 5_000, 5_000),
        ("province", 5_000, 12_000),
        ("country", 1_000, 30_000),
        ("country", 3_000, 50_000),
    ):
        policy.rates.create(zone=zone, up_to=up_to, fee=fee)
    return policy


def fee(cart, commune=None, **pickups):
    destination = chosen(commune) if commune else None
    return basket(cart, destination=destination, **pickups).shipping_total


def weigh(product, grams):
    Variant.objects.filter(product=product).update(shipping_weight=grams)


def test_distance_and_weight_decide(cast, make_product, table):
    product = make_product(cast.producer)
    weigh(product, 800)
    cart = filled(product)
    assert [fee(cart, to) for to in (cast.duy_xuyen, cast.hoi_an, cast.tra_bong)] == [5_000, 12_000, 30_000]
    carts.add(cart=cart, variant=product.variants.get(), quantity=1)
    assert fee(cart, cast.tra_bong) == 50_000
    carts.set_quantity(cart=cart, variant=product.variants.get(), quantity=5)  # 4 kg: one above the table
    assert fee(cart, cast.tra_bong) == 57_000


def test_what_cannot_be_had_weighs_nothing(cast, make_product, table):
    product = make_product(cast.producer, stock=9)
    weigh(product, 900)
    cart = filled(product, quantity=3)
    assert fee(cart, cast.tra_bong) == 50_000
    product.variants.get().stock.__class__.objects.update(on_hand=1)
    assert fee(cart, cast.tra_bong) == 30_000


def test_one_cold_product_makes_the_parcel_cold(cast, make_product, table):
    ShippingPolicy.objects.update(cold_surcharge=20_000, free_from=400_000)
    cold, plain = make_product(cast.producer), make_product(cast.producer)
    Product.objects.filter(pk=cold.pk).update(needs_cold=True)
    assert fee(filled(plain), cast.hoi_an) == 12_000
    assert fee(filled(plain, cold), cast.hoi_an) == 32_000
    assert fee(filled(plain, cold, quantity=3), cast.hoi_an) == 0  # free is free


def test_a_fetched_parcel_costs_nothing(cast, make_product, table):
    point = PickupPoint.objects.create(
        producer=cast.producer, name="Kho", province=cast.da_nang, commune=cast.duy_xuyen, address_line="1"
    )
    cart = filled(make_product(cast.producer), make_product(cast.rival))
    assert fee(cart, cast.hoi_an, pickups={cast.producer.pk: point}) == 30_000  # the rival's


def test_a_producer_without_a_seat_sends_from_nowhere_in_particular(cast, make_product, table):
    type(cast.producer).objects.filter(pk=cast.producer.pk).update(commune=None, province=None)
    assert fee(filled(make_product(cast.rival), make_product(cast.producer)), cast.tra_bong) == 60_000
    assert Destination().zone_from(commune=None, province=None) == "country"


def test_the_order_is_charged_what_the_cart_said(cast, make_product, table):
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    sub = SubOrder.objects.get()
    assert (sub.shipping_fee, order.shipping_total, order.total) == (12_000, 12_000, 97_000)
    assert sub.weight == sub.lines.get().variant.shipping_weight
    assert all_invariants() == {}


# --- Where to, as long as nobody said so ---


def test_nobody_knows_so_the_widest_zone_counts(guest, cast, make_product, table):
    put_in_cart(guest, make_product(cast.producer))
    page = guest.get("/gio-hang/").content.decode()
    assert "Tổng ước tính" in page
    assert "tính theo nơi xa nhất" in page
    assert "115.000\u00a0₫" in page


def test_the_default_address_is_a_better_guess(client_for, cast, make_product, table):
    cast.buyer.addresses.create(
        recipient="Mua", phone="+84905000111", commune=cast.hoi_an, line="1", is_default=True
    )
    client = client_for(cast.buyer)
    put_in_cart(client, make_product(cast.producer))
    page = client.get("/gio-hang/").content.decode()
    assert "ước tính đến Phường Hội An, Thành phố Đà Nẵng" in page
    assert "97.000\u00a0₫" in page


def test_the_place_named_last_is_remembered_by_the_browser(guest, cast, make_product, table):
    product = make_product(cast.producer)
    put_in_cart(guest, product)
    guest.post("/thanh-toan/tinh/", typed(cast.duy_xuyen))
    assert "Xã Duy Xuyên" in guest.get("/gio-hang/").content.decode()
    guest.post("/thanh-toan/", typed(cast.hoi_an))
    put_in_cart(guest, product)
    page = guest.get("/gio-hang/").content.decode()
    assert "ước tính đến Phường Hội An" in page
    assert "Tổng ước tính" in page


def test_a_flat_fee_is_no_estimate(guest, cast, make_product):
    put_in_cart(guest, make_product(cast.producer))
    assert "ước tính" not in guest.get("/gio-hang/").content.decode()


def test_guessing_takes_one_query(cast):
    with CaptureQueriesContext(connection) as captured:
        guess(cast.buyer, {})
        guess(None, {"commune": "20410"})
    assert len(captured) == 1


def test_the_cart_costs_the_same_queries_for_one_producer_and_for_three(cast, make_product, table):
    """Lines and tables."""
    for maker in (cast.rival, cast.far_producer):
        ShippingPolicy.objects.create(producer=maker).rates.create(zone="country", up_to=9_000, fee=1)
    counts = []
    for makers in ([cast.producer], [cast.producer, cast.rival, cast.far_producer] * 4):
        cart = filled(*(make_product(maker) for maker in makers))
        with CaptureQueriesContext(connection) as captured:
            content = basket(cart, destination=chosen(cast.hoi_an))
            assert content.shipping_total
        counts.append(len(captured))
    assert counts == [2, 2]


# --- On the page of a product ---


def ask(client, **query):
    return client.get("/phi-giao/", query)


def test_the_product_page_asks_for_the_fee_of_what_is_chosen(guest, cast, make_product, table):
    product = make_product(cast.producer)
    weigh(product, 800)
    variant = product.variants.get().pk
    assert 'hx-get="/phi-giao/"' in guest.get(f"/san-pham/{product.slug}/").content.decode()
    page = ask(guest, variant=variant).content.decode()
    assert "từ <strong>5.000\u00a0₫</strong> đến <strong>30.000\u00a0₫</strong>" in page
    assert "50.000" in ask(guest, variant=variant, quantity=2).content.decode()
    put_in_cart(guest, product)
    guest.post("/thanh-toan/tinh/", typed(cast.hoi_an))
    assert "12.000\u00a0₫</strong> đến Phường Hội An" in ask(guest, variant=variant).content.decode()


def test_a_flat_fee_and_free_sending_are_said_plainly(guest, cast, make_product):
    product = make_product(cast.producer)
    variant = product.variants.get().pk
    assert "một kiện, đến mọi nơi" in ask(guest, variant=variant).content.decode()
    ShippingPolicy.objects.create(producer=cast.producer, free_from=170_000)
    assert "Miễn phí cho đơn từ 170.000" in ask(guest, variant=variant).content.decode()
    assert "Miễn phí giao" in ask(guest, variant=variant, quantity=2).content.decode()


def test_what_is_not_for_sale_has_no_fee(guest, cast, make_product):
    hidden = make_product(cast.producer, publish=False).variants.get().pk
    for variant in ("", "x", "-1", "9" * 40, "\x00", "0", hidden):
        assert ask(guest, variant=variant).status_code == 404, variant
    shown = make_product(cast.producer).variants.get().pk
    for quantity in ("", "0", "-3", "9" * 40, "\x00", "hai"):
        assert ask(guest, variant=shown, quantity=quantity).status_code == 200, quantity
    assert not Cart.objects.exists()


def test_midnight_is_vietnams():
    moment = clock.midnight(clock.today())
    assert clock.day_of(moment) == clock.today()
    assert moment.utcoffset().total_seconds() == 7 * 3600
