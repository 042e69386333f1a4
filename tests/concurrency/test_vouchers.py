"""Vouchers' limits under many hands. The races are first shown to happen with the guard off."""

import time
import uuid
from functools import partial

import pytest
from django.db.models import F

from core import clock
from orders.errors import CartEmpty, VoucherFrozen, VoucherGone
from orders.models import Order, Voucher, VoucherUse
from orders.services import cart as carts
from orders.services import checkout, direct, vouchers
from orders.tests.buying import contact, filled
from orders.tests.giving import make_voucher
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def place(cart, commune, phone="0905 000 111"):
    return checkout.place(
        cart=cart,
        contact=contact(commune, phone=phone),
        idempotency_key=uuid.uuid4().hex,
        actor=None,
        language="vi",
    )


def carrying(product, code):
    cart = filled(product)
    vouchers.enter(cart=cart, code=code)
    return cart


def outcomes(results):
    """(orders, refused because of the voucher); anything else fails."""
    orders = [result for result in results if isinstance(result, Order)]
    refused = [result for result in results if isinstance(result, VoucherGone)]
    assert len(orders) + len(refused) == len(results), results
    return len(orders), len(refused)


def test_forty_buyers_of_a_voucher_for_ten(cast, make_product):
    product, voucher = make_product(cast.producer, stock=100), make_voucher("MUOI", total_limit=10)
    made = [carrying(product, "MUOI") for _ in range(40)]
    jobs = [partial(place, cart, cast.hoi_an, f"0905 000 {n:03}") for n, cart in enumerate(made)]
    assert outcomes(race(jobs)) == (10, 30)
    voucher.refresh_from_db()
    assert voucher.used == VoucherUse.objects.count() == 10
    assert all_invariants() == {}


def test_without_the_condition_more_than_ten_use_it(cast, make_product, monkeypatch):
    """The control: reading, then counting up."""
    voucher = make_voucher("MUOI", total_limit=10)
    product = make_product(cast.producer, stock=100)
    made = [carrying(product, "MUOI") for _ in range(40)]

    def careless(*, order, applied, at):
        stored = Voucher.objects.get(pk=voucher.pk)
        if stored.used >= stored.total_limit:
            raise VoucherGone
        time.sleep(0.05)
        VoucherUse.objects.create(voucher=stored, order=order, amount=1, at=at)
        Voucher.objects.filter(pk=voucher.pk, used__lt=F("total_limit")).update(used=F("used") + 1)

    monkeypatch.setattr(vouchers, "use", careless)
    orders, _refused = outcomes(race([partial(place, cart, cast.hoi_an) for cart in made]))
    assert orders == VoucherUse.objects.count() > 10


def test_one_buyer_in_many_tabs_uses_it_once(cast, make_product):
    product, voucher = make_product(cast.producer, stock=100), make_voucher("MOTLAN")
    made = [carrying(product, "MOTLAN") for _ in range(12)]
    spellings = ("0905 000 111", "+84905000111", "84 905 000 111")
    jobs = [partial(place, cart, cast.hoi_an, spellings[n % 3]) for n, cart in enumerate(made)]
    assert outcomes(race(jobs)) == (1, 11)
    voucher.refresh_from_db()
    assert voucher.used == VoucherUse.objects.count() == 1
    assert all_invariants() == {}


def test_without_the_vouchers_lock_one_buyer_uses_it_again(cast, make_product, monkeypatch):
    """The control: uses are counted before the voucher is locked."""
    make_voucher("MOTLAN")
    product = make_product(cast.producer, stock=100)
    made = [carrying(product, "MOTLAN") for _ in range(12)]
    use = vouchers.use

    def careless(*, order, applied, at):
        uses = vouchers._uses_of(order, applied[0].voucher)
        time.sleep(0.05)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(vouchers, "_uses_of", lambda order, voucher: uses)
            use(order=order, applied=applied, at=at)

    monkeypatch.setattr(vouchers, "use", careless)
    orders, _refused = outcomes(race([partial(place, cart, cast.hoi_an) for cart in made]))
    assert orders > 1


def test_one_cart_in_two_tabs_uses_it_once(cast, make_product):
    product, voucher = make_product(cast.producer), make_voucher("MOTLAN", per_buyer=5)
    cart = carrying(product, "MOTLAN")
    results = race([partial(place, cart, cast.hoi_an) for _ in range(2)])
    assert {type(result) for result in results} == {CartEmpty, Order}
    voucher.refresh_from_db()
    assert voucher.used == 1
    assert all_invariants() == {}


def test_a_voucher_is_stopped_while_people_use_it(cast, make_product):
    """Whoever came before the stop keeps the discount, nobody comes after."""
    product, voucher = make_product(cast.producer, stock=100), make_voucher("DUNG", producer=cast.producer)
    made = [carrying(product, "DUNG") for _ in range(10)]
    jobs = [partial(place, cart, cast.hoi_an, f"0905 000 {n:03}") for n, cart in enumerate(made)]
    results = race([*jobs[:5], partial(vouchers.stop, voucher=voucher, actor=cast.owner), *jobs[5:]])
    assert results[5] is None
    placed = [result for result in results if isinstance(result, Order)]
    others = [result for result in results if not isinstance(result, Order | VoucherGone | type(None))]
    assert others == []
    voucher.refresh_from_db()
    discounted = [order for order in placed if Order.objects.get(pk=order.pk).discount_total]
    assert voucher.used == VoucherUse.objects.count() == len(discounted)
    assert not voucher.is_active
    with pytest.raises(vouchers.VoucherRefused):
        carrying(product, "DUNG")
    assert all_invariants() == {}


def test_terms_change_or_are_used_but_not_both_behind_each_others_back(cast, make_product):
    product, voucher = make_product(cast.producer, stock=100), make_voucher("DOI", producer=cast.producer)
    cart = carrying(product, "DOI")
    days = {"first_day": clock.today(), "last_day": clock.today()}
    change = partial(vouchers.change, voucher=voucher, actor=cast.owner, value=1, **days)
    order, changed = race([partial(place, cart, cast.hoi_an), change])
    assert isinstance(order, Order)
    if isinstance(changed, VoucherFrozen):
        assert Voucher.objects.get().value == 10_000
    assert order.discount_total == VoucherUse.objects.get().amount
    assert all_invariants() == {}


def test_a_retried_call_of_a_program_is_one_order(cast, make_product):
    product, voucher = make_product(cast.producer), make_voucher("GOI")
    wish = {
        "wishes": {product.variants.get().pk: 2},
        "contact": contact(cast.hoi_an),
        "idempotency_key": uuid.uuid4().hex,
        "fingerprint": "x",
        "actor": None,
        "language": "vi",
        "method": "cod",
        "points": [],
        "voucher_codes": ["GOI"],
        "agreed_total": 190_000,
    }
    results = race([partial(direct.place, **wish)] * 10)
    assert {result.order.pk for result in results} == {Order.objects.get().pk}
    assert sum(result.is_new for result in results) == 1
    voucher.refresh_from_db()
    assert voucher.used == 1
    assert carts.CartLine.objects.count() == 0
    assert all_invariants() == {}


def test_a_retried_call_with_another_body_is_refused_in_a_race_too(cast, make_product):
    product = make_product(cast.producer)
    wish = {
        "wishes": {product.variants.get().pk: 1},
        "contact": contact(cast.hoi_an),
        "idempotency_key": uuid.uuid4().hex,
        "actor": None,
        "language": "vi",
        "method": "cod",
        "points": [],
        "voucher_codes": [],
        "agreed_total": 115_000,
    }
    results = race([partial(direct.place, fingerprint=body, **wish) for body in "abababab"])
    placed = [result for result in results if isinstance(result, direct.Placed)]
    assert len(placed) == 4
    assert all(isinstance(result, direct.KeyReused | direct.Placed) for result in results)
    assert Order.objects.count() == 1
