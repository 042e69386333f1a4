"""Ordering by program: once per key, typed refusals, nobody else's orders."""

import uuid

import pytest
from django.core.management import call_command

from catalog.models import StockItem
from orders.models import Cart, CartLine, Order, PickupPoint, ShippingPolicy, Voucher
from orders.tests.buying import buy
from orders.tests.giving import make_voucher
from tests.books import all_invariants

ORDERS = "/api/v1/orders/"


@pytest.fixture
def guest(client_for):
    return client_for(None)


def body(commune, *products, quantity=1, **changes):
    """An order of one pack of each, at 85,000 đồng and 30,000 for sending."""
    fields = {
        "lines": [{"variant": p.variants.get().pk, "quantity": quantity} for p in products],
        "contact": {
            "recipient": "Nguyễn Thị Mua",
            "phone": "0905 000 111",
            "commune": commune.pk,
            "address_line": "Thôn 2",
        },
        "agreed_total": len(products) * (85_000 * quantity + 30_000),
    }
    return fields | changes


def send(client, data, key=None):
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return client.post(ORDERS, data, content_type="application/json", headers=headers)


def on_hand(product):
    return StockItem.objects.get(variant__product=product).on_hand


def test_a_guest_orders_from_two_producers(guest, cast, make_product):
    one, other = make_product(cast.producer), make_product(cast.rival)
    answer = send(guest, body(cast.hoi_an, one, other, quantity=2))
    assert answer.status_code == 201, answer.content
    told, order = answer.json(), Order.objects.get()
    assert answer["Location"].endswith(f"{ORDERS}{order.code}/")
    assert (told["code"], told["total"], told["payment_method"]) == (order.code, 400_000, "cod")
    assert [sub["producer"] for sub in told["sub_orders"]] == [cast.producer.slug, cast.rival.slug]
    assert [sub["lines"][0]["quantity"] for sub in told["sub_orders"]] == [2, 2]
    assert (told["phone"], told["pay_by"]) == ("+84905000111", None)
    assert on_hand(one) == on_hand(other) == 18
    assert all_invariants() == {}


def test_an_order_in_advance_with_pickup_and_voucher(client_for, cast, make_product):
    product = make_product(cast.producer)
    point = PickupPoint.objects.create(
        producer=cast.producer, name="Kho", province=cast.da_nang, commune=cast.duy_xuyen, address_line="1"
    )
    make_voucher("BOT5K", producer=cast.producer, value=5_000)
    data = body(
        cast.hoi_an,
        product,
        method="transfer",
        pickups=[point.pk],
        voucher_codes=["bot5k"],
        agreed_total=80_000,
    )
    answer = send(client_for(cast.buyer), data)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["total"], told["payment_status"]) == (80_000, "pending")
    assert told["sub_orders"][0]["pickup_point"] == "Kho"
    assert told["pay_by"]
    assert Order.objects.get().buyer == cast.buyer
    assert Voucher.objects.get().used == 1


def test_the_same_key_is_the_same_order_and_another_body_is_refused(guest, cast, make_product):
    product, key = make_product(cast.producer), uuid.uuid4().hex
    data = body(cast.hoi_an, product)
    first, again = send(guest, data, key), send(guest, data, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = send(guest, body(cast.hoi_an, product, quantity=2), key)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert other.json()["data"]["field"] == "Idempotency-Key"
    assert Order.objects.count() == 1
    assert on_hand(product) == 19
    assert not CartLine.objects.exists()


def test_another_persons_key_opens_nothing(client_for, cast, make_product):
    product, key = make_product(cast.producer), uuid.uuid4().hex
    data = body(cast.hoi_an, product)
    codes = {send(client_for(user), data, key).json()["code"] for user in (None, cast.buyer, cast.owner)}
    assert len(codes) == Order.objects.count() == 3


def test_a_refusal_leaves_the_key_unused_and_the_buyers_own_cart_alone(client_for, cast, make_product):
    product, key = make_product(cast.producer), uuid.uuid4().hex
    client = client_for(cast.buyer)
    client.post("/gio-hang/them/", {"variant": product.variants.get().pk, "quantity": 3})
    wrong = send(client, body(cast.hoi_an, product, agreed_total=1), key)
    assert wrong.status_code == 409
    assert wrong.json()["code"] == "total_changed"
    assert wrong.json()["data"] == {"total": 115_000, "field": "agreed_total"}
    assert send(client, body(cast.hoi_an, product, agreed_total=115_000), key).status_code == 201
    assert Cart.objects.get(user=cast.buyer).lines.get().quantity == 3


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "khóa có dấu và dài", "a b c d e f g h i j"])
def test_a_key_is_needed(guest, cast, make_product, key):
    answer = send(guest, body(cast.hoi_an, make_product(cast.producer)), key or " ")
    assert answer.status_code == 400
    assert list(answer.json()["data"]["fields"]) == ["Idempotency-Key"]
    assert not Order.objects.exists()


CROOKED = [
    ({"lines": []}, "lines"),
    ({"lines": "x"}, "lines"),
    ({"lines": [{"variant": 1, "quantity": 0}]}, "lines"),
    ({"lines": [{"variant": 10**30, "quantity": 1}]}, "lines"),
    ({"lines": [{"variant": 1, "quantity": 1}] * 2}, "lines"),
    ({"lines": [{"variant": 1, "quantity": 1}] * 101}, "lines"),
    ({"contact": {}}, "contact"),
    ({"contact": None}, "contact"),
    ({"method": "bitcoin"}, "method"),
    ({"method": "vnpay"}, "method"),
    ({"pickups": ["x"]}, "pickups"),
    ({"voucher_codes": ["A"] * 11}, "voucher_codes"),
    ({"agreed_total": None}, "agreed_total"),
    ({"agreed_total": -1}, "agreed_total"),
]


def test_what_is_crooked_is_named(guest, cast, make_product, settings):
    settings.VNPAY_TMN_CODE = ""  # not offered, whatever this machine has set up
    product = make_product(cast.producer)
    for changes, field in CROOKED:
        answer = send(guest, body(cast.hoi_an, product) | changes)
        assert answer.status_code == 400, changes
        assert answer.json()["code"] == "invalid"
        assert list(answer.json()["data"]["fields"]) == [field], changes
    assert not Order.objects.exists()


def test_crooked_contacts_are_named(guest, cast, make_product):
    product = make_product(cast.producer)
    for name, value in (
        ("recipient", " \u200b "),
        ("recipient", "x" * 121),
        ("commune", "99999"),
        ("commune", "\x00"),
        ("email", "khong"),
        ("note", "y" * 301),
        ("address_line", ""),
    ):
        data = body(cast.hoi_an, product)
        data["contact"][name] = value
        answer = send(guest, data)
        assert answer.status_code == 400, name
        assert list(answer.json()["data"]["fields"]["contact"]) == [name]
    assert not Order.objects.exists()


def test_not_json_at_all(guest, cast):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    for raw in (b"", b"{", b"[]", b'"x"', b"\xff"):
        answer = guest.post(ORDERS, raw, content_type="application/json", headers=headers)
        assert answer.status_code == 400, raw
        assert set(answer.json()) == {"code", "message", "data"}


def test_refusals_carry_a_code_and_the_field(guest, cast, make_product):
    scarce, hidden = make_product(cast.producer, stock=2), make_product(cast.producer, publish=False)
    fine = make_product(cast.rival)
    make_voucher("HET", ended=True)
    cases = [
        (body(cast.hoi_an, scarce, quantity=3), "not_enough", "lines", 409),
        (body(cast.hoi_an, hidden), "not_for_sale", "lines", 409),
        (body(cast.hoi_an, fine) | {"pickups": [999]}, "no_pickup_there", "pickups", 409),
        (body(cast.hoi_an, fine) | {"voucher_codes": ["KHONGCO"]}, "voucher_refused", "voucher_codes", 400),
        (body(cast.hoi_an, fine) | {"voucher_codes": ["HET"]}, "voucher_refused", "voucher_codes", 400),
    ]
    crooked = body(cast.hoi_an, fine)
    crooked["contact"]["phone"] = "123"
    cases.append((crooked, "invalid_phone", "contact.phone", 400))
    unknown = body(cast.hoi_an, fine) | {"lines": [{"variant": 10**9, "quantity": 1}]}
    cases.append((unknown, "not_for_sale", "lines", 409))
    for data, code, field, status in cases:
        answer = send(guest, data)
        told = answer.json()
        assert (answer.status_code, told["code"], told["data"]["field"]) == (status, code, field)
    assert not Order.objects.exists()
    assert not Cart.objects.exists()
    assert (on_hand(scarce), on_hand(fine)) == (2, 20)


def test_the_fee_follows_the_address(guest, cast, make_product):
    policy = ShippingPolicy.objects.create(producer=cast.producer)
    policy.rates.create(zone="province", up_to=5_000, fee=12_000)
    policy.rates.create(zone="country", up_to=5_000, fee=44_000)
    product = make_product(cast.producer)
    for commune, total in ((cast.hoi_an, 97_000), (cast.tra_bong, 129_000)):
        assert send(guest, body(commune, product, agreed_total=total)).status_code == 201


def test_only_the_buyer_reads_an_order(client_for, cast, make_product):
    order = buy(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer)
    seen = {
        role: client_for(user).get(f"{ORDERS}{order.code}/").status_code for role, user in cast.people.items()
    }
    assert seen.pop("buyer") == 200
    assert set(seen.values()) == {404}


def test_the_phone_is_the_second_factor(client_for, cast, make_product):
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    guest = client_for(None)
    for spelling in (order.code, order.code.lower().replace("-", "")):
        answer = guest.get(f"{ORDERS}{spelling}/", headers={"X-Order-Phone": "0905.000.111"})
        assert answer.json()["code"] == order.code
    wrong = [
        ("0905 000 112", order.code),
        ("", order.code),
        ("abc", order.code),
        ("0905 000 111", "22222222"),
    ]
    answers = [guest.get(f"{ORDERS}{code}/", headers={"X-Order-Phone": p}) for p, code in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_trying_out_is_limited_together_with_the_page(guest, cast, make_product, settings):
    settings.ORDER_LOOKUP_RATE = "3/10m"
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    guest.post("/tra-cuu-don/", {"phone": "0905000111", "code": "22222222"})
    headers = {"X-Order-Phone": "0905000111"}
    statuses = [guest.get(f"{ORDERS}{order.code}/", headers=headers).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_placing_too_fast_is_slowed_down(guest, cast, monkeypatch):
    from orders.api.views import ScopedRateThrottle

    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "orders", "2/min")
    assert [send(guest, {}).status_code for _ in range(3)] == [400, 400, 429]
    assert guest.get("/api/v1/products/").status_code == 200


def test_the_schema_describes_it_without_a_warning(tmp_path):
    file = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))
    text = file.read_text()
    assert "Idempotency-Key" in text
    assert "X-Order-Phone" in text
