"""The small market on which histories are played, and its orders in plain numbers."""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest

from core import clock
from orders.models import CommissionRule, Order, ShippingPolicy, SubOrder, Voucher
from producers.models import Membership, PayoutAccount, Producer, ProducerKind
from producers.services import payout_accounts
from tests.cast import Cast, make_member, make_producer
from tests.properties.plain_books import Deal, Line, Parcel

START = dt.datetime(2026, 9, 1, 3, tzinfo=dt.UTC)
PRICES = (85_001, 33_333, 100_000, 1_000, 250_000, 7)
UNITS = 4  # of each product
CODES = ("HTX10", "HO7777", "SAN7", "SANHET", "TANG")


@dataclass
class World:
    """What stands before every history; each history is undone at its end."""

    cast: Cast
    producers: list[Producer]
    variants: list[Any] = field(default_factory=list)
    now: dt.datetime = START


@pytest.fixture
def world(cast: Cast, make_product: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    person = make_producer("Nghệ nhân Hội An", cast.hoi_an, kind=ProducerKind.INDIVIDUAL)
    made_by = [cast.producer, cast.rival, person]
    make_member("Nghệ nhân", person, Membership.Role.OWNER)
    found = World(cast, made_by)
    monkeypatch.setattr(clock, "now", lambda: found.now)
    for price, producer in zip(PRICES, itertools.cycle(made_by)):
        found.variants.append(make_product(producer, price=price, stock=UNITS).variants.get())
    ShippingPolicy.objects.create(producer=cast.producer, parcel_fee=22_222, free_from=150_000)
    begun = {"starts_at": START, "ends_at": START + dt.timedelta(days=60)}
    for code, producer, kind, value, more in (
        ("HTX10", cast.producer, "percent", 10, {"most": 15_001}),
        ("HO7777", cast.rival, "amount", 7_777, {"total_limit": 2}),
        ("SAN7", None, "percent", 7, {"per_buyer": 3}),
        ("SANHET", None, "amount", 2_000_000, {"per_buyer": 9}),
        ("TANG", person, "percent", 100, {"per_buyer": 9}),
    ):
        Voucher.objects.create(code=code, producer=producer, kind=kind, value=value, **begun | more)
    CommissionRule.objects.create(rate_bp=250, valid_from=START.date())
    CommissionRule.objects.create(rate_bp=333, producer=cast.rival, valid_from=START.date())
    CommissionRule.objects.create(rate_bp=501, valid_from=START.date() + dt.timedelta(days=9))
    for producer in made_by:
        account_of(found, producer)
    return found


def owner_of(producer: Producer) -> Any:
    return producer.memberships.get(role=Membership.Role.OWNER).user


def account_of(world: World, producer: Producer) -> None:
    """The producer names its account, and a treasurer confirms it."""
    account = payout_accounts.enter(
        producer=producer,
        bank_bin="970436",
        account_number=f"00710{producer.pk:05}",
        account_name="CHU THE",
        actor=owner_of(producer),
    )
    stored = PayoutAccount.objects.get(pk=account.pk)
    payout_accounts.confirm(account=stored, seen=stored.fingerprint, actor=world.cast.treasurer)


def written_down(order: Order) -> Deal:
    """The order in plain numbers; what its vouchers took off is spread by price, to the đồng."""
    subs = list(order.sub_orders.select_related("producer").prefetch_related("lines").order_by("pk"))
    uses = {use.voucher.producer_id: use.amount for use in order.voucher_uses.select_related("voucher")}
    left = {line.pk: line.line_total for sub in subs for line in sub.lines.all()}
    for sub in subs:
        lines = list(sub.lines.all())
        assert_spread(uses.get(sub.producer_id, 0), [(left[x.pk], x.producer_discount) for x in lines])
        left |= {line.pk: left[line.pk] - line.producer_discount for line in lines}
    lines = [line for sub in subs for line in sub.lines.all()]
    assert_spread(uses.get(None, 0), [(left[x.pk], x.market_discount) for x in lines])
    return Deal(order.code, [plain_parcel(sub) for sub in subs], "open" if order.payment_id else "cod")


def assert_spread(discount: int, shares: list[tuple[int, int]]) -> None:
    """Each share is less than a đồng away from its exact part, and they sum to the whole."""
    whole = sum(price for price, _ in shares)
    assert discount == sum(share for _, share in shares) <= whole
    for price, share in shares:
        assert abs(share - Fraction(discount * price, whole or 1)) < 1


def plain_parcel(sub: SubOrder) -> Parcel:
    lines = [
        Line(
            units=line.quantity,
            earned=line.unit_price * line.quantity - line.producer_discount,
            market=line.market_discount,
            fee_rate=Fraction(line.commission_bp, 10_000),
        )
        for line in sub.lines.all()
    ]
    found = Parcel(sub.code, f"producer:{sub.producer_id}", sub.producer.kind, lines, sub.shipping_fee)
    assert found.total == sub.total
    return found
