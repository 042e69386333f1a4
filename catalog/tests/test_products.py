"""Making, changing, showing products: what is refused, and what follows."""

import pytest

from catalog import errors
from catalog.models import Product, ProductSet, StockMovement
from catalog.policies import may_manage
from catalog.prices import unit_price
from catalog.services import listing, products
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, OutboxMessage
from producers.services import producers


def test_a_new_product_is_a_draft_in_its_producers_place(cast):
    product = products.create(
        producer=cast.producer, name="  Mật  ong\x00rừng ", story="Một.\r\n\r\n\r\n\r\nHai.", actor=cast.owner
    )
    assert (product.status, product.slug, product.name) == ("draft", "mat-ong-rung", "Mật ong rừng")
    assert (product.commune, product.province) == (cast.duy_xuyen, cast.da_nang)
    assert product.story == "Một.\n\nHai."
    assert not Product.objects.public().filter(pk=product.pk).exists()
    assert AuditEntry.objects.filter(action="catalog.product.created", object_id=str(product.pk)).exists()


def test_namesakes_get_slugs_of_their_own(cast):
    slugs = [products.create(producer=cast.producer, name="Trà", actor=None).slug for _ in range(3)]
    assert slugs == ["tra", "tra-2", "tra-3"]


def test_a_name_without_letters_still_gets_an_address(cast):
    assert products.create(producer=cast.producer, name="🍯", actor=None).slug == "san-pham"


@pytest.mark.parametrize(
    "texts",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "x", "summary": "y" * 301},
    ],
)
def test_texts_that_do_not_fit_are_refused(cast, texts):
    with pytest.raises(errors.InvalidProduct):
        products.create(producer=cast.producer, actor=None, **texts)


def test_a_commune_of_another_province_is_refused(cast):
    with pytest.raises(errors.InvalidProduct):
        products.create(
            producer=cast.producer, name="Quế", commune=cast.tra_bong, province=cast.da_nang, actor=None
        )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("8934563138165", "08934563138165"),
        ("893 4563-138165", "08934563138165"),
        ("", None),
        (None, None),
    ],
)
def test_gtins_are_kept_with_fourteen_digits(written, kept):
    assert products.gtin14(written) == kept


@pytest.mark.parametrize("written", ["8934563138164", "123", "abc", "8" * 40, "٨٩٣٤٥٦٣١٣٨١٦٥"])
def test_wrong_gtins_are_refused(written):
    with pytest.raises(errors.InvalidGtin):
        products.gtin14(written)


def test_a_gtin_belongs_to_one_product(cast, make_product):
    make_product(cast.producer, gtin="8934563138165")
    with pytest.raises(errors.GtinTaken):
        make_product(cast.rival, gtin="8934563138165")


def test_strangers_change_nothing(cast, make_product):
    product = make_product(cast.producer)
    for actor in (cast.rival_owner, cast.other_officer, cast.buyer):
        with pytest.raises(NotAllowed):
            products.update(product=product, name="Khác", actor=actor)
        with pytest.raises(NotAllowed):
            products.hide(product=product, actor=actor)
        with pytest.raises(NotAllowed):
            products.add_variant(product=product, name="x", price=1, actor=actor)
    product.refresh_from_db()
    assert product.status == "published"


def test_policy_and_visibility_agree(cast, make_product):
    goods = [make_product(p) for p in (cast.producer, cast.rival, cast.far_producer)]
    for user in cast.people.values():
        if user is not None:
            visible = set(Product.objects.visible_to(user).values_list("pk", flat=True))
            assert visible == {product.pk for product in goods if may_manage(user, product)}


def test_publishing_tells_once_and_hiding_can_be_undone(cast, make_product):
    product = make_product(cast.producer, publish=False)
    products.publish(product=product, actor=cast.owner)
    products.publish(product=product, actor=cast.owner)
    assert OutboxMessage.objects.filter(topic="catalog.product_published").count() == 1
    first = product.published_at
    products.hide(product=product, actor=cast.owner)
    products.publish(product=product, actor=cast.owner)
    product.refresh_from_db()
    assert product.published_at == first


def test_a_hidden_draft_cannot_become_a_draft_again(cast, make_product):
    from catalog import states
    from core.services.transitions import transition

    product = make_product(cast.producer)
    with pytest.raises(ForbiddenTransition):
        transition(product, machine=states.PRODUCT, to=states.DRAFT, actor=None)


def test_a_suspended_producer_publishes_nothing(cast, make_product):
    product = make_product(cast.producer, publish=False)
    producers.suspend(producer=cast.producer, reason="Kiểm tra", actor=cast.province_officer)
    product.producer.refresh_from_db()
    with pytest.raises(errors.NotPublishable):
        products.publish(product=product, actor=cast.owner)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": 0},
        {"price": -1},
        {"price": 10**15},
        {"price": 1.5},
        {"net_quantity": 0},
        {"shipping_weight": 0},
        {"name": ""},
        {"name": "x" * 61},
    ],
)
def test_wrong_packs_are_refused(cast, make_product, wrong):
    product = make_product(cast.producer)
    with pytest.raises(errors.InvalidVariant):
        products.add_variant(product=product, actor=None, **({"name": "gói", "price": 1000} | wrong))
    with pytest.raises(errors.InvalidVariant):
        products.update_variant(variant=product.variants.get(), actor=None, **wrong)


def test_two_packs_of_one_name_are_refused(cast, make_product):
    product = make_product(cast.producer)
    with pytest.raises(errors.VariantExists):
        products.add_variant(product=product, name="chai 500 ml", price=1, actor=None)


def test_a_pack_comes_with_stock_and_its_reason(cast, make_product):
    product = make_product(cast.producer, stock=7)
    movement = StockMovement.objects.get(item__variant__product=product)
    assert (movement.kind, movement.quantity) == ("receive", 7)


def test_cards_follow_the_cheapest_pack_in_stock(cast, make_product):
    product = make_product(cast.producer, price=100_000, stock=5)
    small = products.add_variant(
        product=product, name="chai 100 ml", price=30_000, net_quantity=100, net_unit="ml", actor=None
    )
    product.refresh_from_db()
    assert (product.price_from, product.price_pack) == (100_000, "chai 500 ml")  # the small one is sold out
    assert product.unit_price == "200.000\u00a0₫/lít"
    from catalog.services import stock

    stock.receive(variant=small, quantity=1, actor=None)
    product.refresh_from_db()
    assert (product.price_from, product.main_variant_id) == (30_000, small.pk)


@pytest.mark.parametrize(
    ("price", "quantity", "unit", "text"),
    [
        (280_000, 500, "ml", "560.000\u00a0₫/lít"),
        (45_000, 300, "g", "150.000\u00a0₫/kg"),
        (10_000, 3, "g", "3.333.333\u00a0₫/kg"),
        (100_000, 4, "piece", "25.000\u00a0₫/cái"),
        (100_000, 1, "piece", ""),
    ],
)
def test_unit_prices(price, quantity, unit, text):
    assert unit_price(price=price, net_quantity=quantity, net_unit=unit) == text


@pytest.mark.parametrize(("mode", "on_sale"), [("cart", True), ("request", False), ("display", False)])
def test_only_sets_for_the_cart_are_on_sale(cast, make_product, product_set, mode, on_sale):
    ProductSet.objects.filter(pk=product_set.pk).update(sale_mode=mode)
    assert make_product(cast.producer).on_sale is on_sale


def test_refreshing_costs_the_same_for_one_and_for_many(cast, make_product, django_assert_num_queries):
    ids = [make_product(cast.producer).pk for _ in range(12)]
    with django_assert_num_queries(7):
        listing.refresh(product_ids=ids[:1])
    with django_assert_num_queries(7):
        listing.refresh(product_ids=ids)


def test_postponed_refreshing_happens_once_at_the_end(cast, make_product):
    with listing.postponed():
        product = make_product(cast.producer)
        assert product.price_from is None
    product.refresh_from_db()
    assert product.price_from == 85_000


def test_a_certification_is_recorded_once(cast, make_product):
    product = make_product(cast.producer)
    products.add_certification(product=product, scheme="vietgap", number="VG-1", actor=cast.owner)
    with pytest.raises(errors.CertificationExists):
        products.add_certification(product=product, scheme="vietgap", number="VG-1", actor=cast.owner)
