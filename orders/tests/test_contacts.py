"""Calls before confirming and tries at the door."""

import pytest

from core.errors import ForbiddenTransition, NotAllowed
from orders import policies
from orders.errors import AttemptsFull, CallFirst
from orders.models import ContactAttempt
from orders.services import contacts, fulfilment
from orders.states import SubOrderStatus
from orders.tests.buying import buy, parcel
from payments.states import Method

S = SubOrderStatus
LIMIT = 1_000_000


@pytest.fixture
def dear(cast, make_product):
    """A parcel that brings exactly as much cash as asks for a call: goods and 30.000 for sending."""
    product = make_product(cast.producer, price=LIMIT - 30_000)
    return buy(product, commune=cast.hoi_an).sub_orders.get()


def call(sub, actor, outcome="reached", **more):
    return contacts.log(sub_order=sub, kind="confirm", outcome=outcome, actor=actor, **more)


def test_much_cash_needs_a_call_that_reached_somebody(cast, dear):
    assert dear.total == LIMIT
    for outcome in ("no_answer", "postponed", "wrong_number", "declined"):
        call(dear, cast.owner, outcome)
        with pytest.raises(CallFirst) as refusal:
            fulfilment.confirm(sub_order=dear, actor=cast.owner)
    assert "Ghi cuộc gọi" in str(refusal.value)
    dear.refresh_from_db()
    assert dear.status == S.PLACED
    attempt = call(dear, cast.staff, note="  Hẹn giao \x00thứ bảy ")
    assert (attempt.actor_label, attempt.note) == (str(cast.staff), "Hẹn giao thứ bảy")
    assert fulfilment.confirm(sub_order=dear, actor=cast.owner)


def test_a_try_at_the_door_is_no_call(cast, dear):
    ContactAttempt.objects.create(sub_order=dear, kind="delivery", outcome="reached")
    with pytest.raises(CallFirst):
        fulfilment.confirm(sub_order=dear, actor=cast.owner)


def test_less_cash_paid_in_advance_or_switched_off_needs_none(cast, make_product, dear, settings):
    cheap = buy(make_product(cast.producer, price=LIMIT - 30_001), commune=cast.hoi_an).sub_orders.get()
    assert fulfilment.confirm(sub_order=cheap, actor=cast.owner)
    product = make_product(cast.producer, price=LIMIT)
    paid = buy(product, commune=cast.hoi_an, method=Method.TRANSFER).sub_orders.get()
    assert not policies.needs_call(paid)
    settings.COD_CONFIRM_FROM = 0
    assert fulfilment.confirm(sub_order=dear, actor=cast.owner)


def test_strangers_write_nothing_down(cast, dear):
    for person in cast.people.values():
        if person not in (cast.owner, cast.staff, None):
            with pytest.raises(NotAllowed):
                call(dear, person)
    assert not ContactAttempt.objects.exists()


@pytest.mark.parametrize("status", S)
def test_there_is_a_time_for_calls_and_one_for_doors(cast, make_product, status):
    sub = parcel(make_product(cast.producer), status=status, commune=cast.hoi_an)
    for kind, states in contacts.OPEN_TO.items():
        log = {"sub_order": sub, "kind": kind, "outcome": "no_answer", "actor": cast.owner}
        if status in states:
            assert contacts.log(**log)
        else:
            with pytest.raises(ForbiddenTransition):
                contacts.log(**log)


def test_the_log_of_one_parcel_is_bounded(cast, dear, monkeypatch):
    monkeypatch.setattr(contacts, "MOST", 2)
    call(dear, cast.owner)
    call(dear, cast.owner)
    with pytest.raises(AttemptsFull):
        call(dear, cast.owner)
