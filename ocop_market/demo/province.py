"""The whole demo: people, producers with their goods, orders. One transaction, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction

from accounts.models import User
from catalog.services import listing
from ocop_market.demo import people, ratings, trace
from ocop_market.demo.build import Builder
from ocop_market.demo.money import Treasury
from ocop_market.demo.orders import Shop
from ocop_market.demo.plan import SEED, plan
from ocop_market.demo.volume import multiply
from orders.models import Order
from producers.models import Membership, Producer, ProducerStatus
from producers.services import producers

PRODUCTS = 400
# Up to here every product is built through the services, one by one; beyond, they are multiplied.
THROUGH_SERVICES = 1000


class RealDataFound(Exception):
    """The database holds orders or shops of real people."""


def is_built() -> bool:
    return User.objects.filter(email=people.email("nguoimua")).exists()


def refuse_real_data() -> None:
    """Raises RealDataFound. Recognitions that were only imported are no reason to refuse."""
    if Order.objects.filter(is_illustrative=False).exists():
        raise RealDataFound("this database holds real orders")
    if Producer.objects.filter(is_illustrative=False, status=ProducerStatus.ACTIVE).exists():
        raise RealDataFound("this database holds producers that really sell")
    if User.objects.filter(is_illustrative=False).exists():
        raise RealDataFound("this database holds real accounts")


def build(*, products: int = PRODUCTS) -> None:
    """Build the province with so many products. Raises RealDataFound, ValueError (too few)."""
    refuse_real_data()
    planned = plan(min(products, PRODUCTS) if products > THROUGH_SERVICES else products)
    random = Random(SEED)  # noqa: S311 - invented goods, not secrets
    with _all_or_nothing():
        found = people.create()
        with listing.postponed():
            roles = Builder(random).producers(planned)
        _employ(found, roles)
        _gather_statistics()
        shop = Shop(random, people=found, owner=roles["owner"], rival=roles["rival"])
        treasury = Treasury(people=found, owner=roles["owner"], rival=roles["rival"])
        shop.fees()
        treasury.set_prices()
        shop.place_all()
        treasury.settle()
        trace.finish(random, owner=roles["owner"], rival=roles["rival"])
        shop.tell_nobody()
        ratings.Province(random, people=found).work()
        if products > THROUGH_SERVICES:
            multiply(total=products)
            _gather_statistics()


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """One transaction without the services' inner savepoints.

    Any error takes everything back here, so nobody would return to a savepoint; setting and
    releasing them is close to half of all statements.
    """
    features = connection.features
    before = features.uses_savepoints
    with transaction.atomic():
        features.uses_savepoints = False
        try:
            yield
        finally:
            features.uses_savepoints = before


def _gather_statistics() -> None:
    """Tables that grew inside one transaction look empty to the planner until somebody counts."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _employ(found: dict[str, User], roles: dict[str, Producer]) -> None:
    for name, role, membership in (
        ("chuthe", "owner", Membership.Role.OWNER),
        ("nhanvien", "owner", Membership.Role.STAFF),
        ("doithu", "rival", Membership.Role.OWNER),
    ):
        producers.add_member(producer=roles[role], user=found[name], role=membership, actor=None)
