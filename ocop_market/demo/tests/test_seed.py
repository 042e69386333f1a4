"""The demo is itself a test: it is built by the services, and every invariant holds after it."""

from collections import Counter

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from accounts.models import Role, User
from catalog import reference
from catalog.models import Product, ProductImage
from core import clock
from core.models import OutboxDelivery
from notifications.models import Notification
from ocop_market.demo import people, province
from orders.models import Order, SubOrder
from orders.states import NOT_YET_ORDERED, SubOrderStatus
from producers.models import Producer
from ratings import reference as ratings_reference
from ratings.models import Certificate, Council, Dossier, RatingDecision, Scorecard
from ratings.states import DossierStatus
from tests.country import kept_for_the_module
from traceability.models import Lot

PRODUCTS = 60


@pytest.fixture(scope="module")
def seeded(country, django_db_blocker, tmp_path_factory):
    """A province of 60 products, built once for this module."""
    from django.test import override_settings

    with (
        kept_for_the_module(django_db_blocker),
        override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))),
    ):
        with django_db_blocker.unblock():
            reference.load()
            ratings_reference.load()
            province.build(products=PRODUCTS)
        yield


@pytest.fixture
def demo(seeded, db):
    return Product.objects.all()


def test_everything_is_marked(demo):
    assert demo.count() == PRODUCTS
    for model in (Product, Producer, User, Order, RatingDecision):
        assert not model.objects.filter(is_illustrative=False).exists(), model
    assert all("(minh họa)" in number for number in RatingDecision.objects.values_list("number", flat=True))
    assert not Producer.objects.exclude(phone__startswith="+84900000").exists()
    assert not Producer.objects.exclude(email__endswith=".example").exists()


UNRATED = 4  # products that dossiers apply for the first time with
RERATED = 2  # by the decision that the demo signed


def test_every_star_has_its_certificate(demo):
    assert demo.exclude(stars=None).count() == PRODUCTS - UNRATED
    assert Certificate.objects.filter(status="issued").count() == PRODUCTS - UNRATED
    assert Certificate.objects.filter(status="superseded").count() == RERATED
    lapsed = demo.filter(stars_valid_until__lt=clock.today()).count()
    assert 1 <= lapsed <= 6
    assert demo.with_live_star().count() == PRODUCTS - UNRATED - lapsed


def test_a_dossier_lies_at_every_desk(demo):
    assert set(Dossier.objects.values_list("status", flat=True)) == set(DossierStatus)
    assert not Dossier.objects.filter(is_illustrative=False).exists()
    assert not Council.objects.filter(is_illustrative=False).exists()
    over, sitting = Council.objects.order_by("held_on")
    assert (over.status, sitting.status) == ("closed", "open")
    assert Scorecard.objects.filter(item__council=sitting).exclude(locked_at=None).count() == 2
    assert RatingDecision.objects.exclude(drafted_by=None).count() == 2
    assert not OutboxDelivery.objects.filter(message__topic__startswith="ratings.", done_at=None).exists()


def test_three_honeys_can_be_bought(demo):
    honey = demo.buyable().with_live_star().filter(search_name__contains="mat ong", stars=4, in_stock=True)
    assert len(set(honey.values_list("producer", flat=True))) >= 3


def test_alcohol_is_shown_and_tours_are_asked_for(demo):
    assert not demo.filter(product_set__in=(14, 15, 26), on_sale=True).exists()


def test_pictures_are_shared_and_said_to_be_drawn(demo):
    pictures = ProductImage.objects.all()
    assert pictures.filter(is_drawing=True).count() == pictures.count() > PRODUCTS
    assert all({"320", "640", "1200"} == image.sizes.keys() for image in pictures)
    assert demo.exclude(cover="").count() == PRODUCTS - 3


def test_logins_hold_their_offices(demo):
    for login in people.LOGINS:
        user = authenticate(None, email=people.email(login.name), password=people.PASSWORD)
        assert user is not None, login.name
        roles = {login.role, Role.TREASURER if login.keeps_money else login.role} - {None}
        assert set(user.assignments.values_list("role", flat=True)) == roles
    owner = User.objects.get(email="chuthe@demo.example")
    staff = User.objects.get(email="nhanvien@demo.example")
    assert owner.memberships.get().producer == staff.memberships.get().producer
    assert Product.objects.owned_by(owner).count() >= 5
    assert SubOrder.objects.owned_by(owner).exists()
    officer = User.objects.get(email="canbo.xa@demo.example")
    assert Producer.objects.overseen_by(officer).filter(pk=owner.memberships.get().producer_id).exists()
    assert User.objects.get(email="quantri@demo.example").is_superuser
    assert User.objects.filter(assignments__role=Role.COUNCIL_MEMBER).count() == 5


def test_orders_in_every_state_and_nobody_mailed(demo):
    states = Counter(SubOrder.objects.values_list("status", flat=True))
    assert set(states) == set(SubOrderStatus.values) - NOT_YET_ORDERED  # which last for minutes only
    assert Order.objects.count() == 60
    assert Order.objects.filter(buyer__email="nguoimua@demo.example").count() == 6
    assert max(Order.objects.values_list("placed_at", flat=True)) <= clock.now()
    assert not OutboxDelivery.objects.filter(message__topic__startswith="orders.", done_at=None).exists()
    assert not Notification.objects.exists()


def test_lots_some_of_them_past_their_date(demo):
    assert Lot.objects.count() > PRODUCTS / 2
    assert Lot.objects.filter(expires_on__lt=clock.today()).exists()
    waiting = OutboxDelivery.objects.filter(message__topic="traceability.code_created", done_at=None)
    assert waiting.count() == Lot.objects.count()


def test_invariants_hold(demo):
    call_command("check_invariants")  # raises when one is broken


def test_a_second_run_changes_nothing(demo, capsys):
    before = (Product.objects.count(), Order.objects.count(), User.objects.count())
    call_command("seed_demo")
    assert (Product.objects.count(), Order.objects.count(), User.objects.count()) == before
    assert "already" in capsys.readouterr().out
