"""A parcel's way, and who may push it."""

import itertools

import pytest

from catalog.models import StockItem, StockMovement
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, OutboxMessage, StatusChange
from orders import policies
from orders.errors import ReasonNeeded, TooLateToCancel
from orders.services import fulfilment
from orders.states import BUYER_MAY_CANCEL, SOLD, SUB_ORDER, SubOrderStatus
from orders.tests.buying import buy, parcel, walk

STEPS = {
    SubOrderStatus.CONFIRMED: fulfilment.confirm,
    SubOrderStatus.PREPARING: fulfilment.prepare,
    SubOrderStatus.HANDED_OVER: fulfilment.hand_over,
    SubOrderStatus.DELIVERED: fulfilment.deliver,
    SubOrderStatus.REFUSED: fulfilment.refuse,
    SubOrderStatus.RETURNED: fulfilment.take_back,
    SubOrderStatus.CANCELLED: fulfilment.cancel,
}


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=10)


@pytest.fixture
def sub(cast, product):
    return buy(product, commune=cast.hoi_an, quantity=3, user=cast.buyer).sub_orders.get()


def on_hand(product):
    return StockItem.objects.get(variant__product=product).on_hand


def facts():
    return (
        StatusChange.objects.count(),
        AuditEntry.objects.count(),
        OutboxMessage.objects.count(),
        StockMovement.objects.count(),
    )


@pytest.mark.parametrize("start", SubOrderStatus)
def test_every_step_from_every_state(cast, make_product, start):
    product = make_product(cast.producer, stock=100)
    for to, step in STEPS.items():
        if (start, to) == (SubOrderStatus.AWAITING, SubOrderStatus.CANCELLED):
            continue  # the buyer's alone: test_paying
        sub = parcel(product, status=start, commune=cast.hoi_an)
        before = facts()
        if start == to:
            assert step(sub_order=sub, actor=cast.owner, reason="vì") is False
            assert facts() == before
        elif to in SUB_ORDER.allowed(start):
            assert step(sub_order=sub, actor=cast.owner, reason="vì") is True
            sub.refresh_from_db()
            assert sub.status == to
            assert StatusChange.objects.last().actor_label == str(cast.owner)
        else:
            with pytest.raises(ForbiddenTransition) as caught:
                step(sub_order=sub, actor=cast.owner, reason="vì")
            assert caught.value.data["allowed"] == sorted(SUB_ORDER.allowed(start))
            assert facts() == before


@pytest.mark.parametrize("start", SubOrderStatus)
def test_goods_come_back_once_and_only_when_cancelled_or_returned(cast, product, start):
    parcel(product, status=start, commune=cast.hoi_an, quantity=3)
    assert on_hand(product) == (7 if start in SOLD - {SubOrderStatus.RETURNED} else 10)


def test_strangers_and_officers_change_nothing(cast, sub):
    before = facts()
    members = (cast.owner, cast.staff, cast.buyer, None)
    strangers = [person for person in cast.people.values() if person not in members]
    assert len(strangers) == 10
    for person, step in itertools.product(strangers, STEPS.values()):
        with pytest.raises(NotAllowed):
            step(sub_order=sub, actor=person, reason="vì")
    assert facts() == before


def test_the_buyer_does_not_push_the_parcel(cast, sub):
    for to, step in STEPS.items():
        for actor in (cast.buyer, policies.Holder(sub.order_id)):
            if to != SubOrderStatus.CANCELLED:
                with pytest.raises(NotAllowed):
                    step(sub_order=sub, actor=actor)


def test_staff_may_do_what_the_owner_may(cast, sub):
    assert fulfilment.confirm(sub_order=sub, actor=cast.staff)


def test_a_member_who_left_or_is_locked_out_may_nothing(cast, sub):
    cast.staff.is_active = False
    with pytest.raises(NotAllowed):
        fulfilment.confirm(sub_order=sub, actor=cast.staff)
    cast.owner.memberships.all().delete()
    with pytest.raises(NotAllowed):
        fulfilment.confirm(sub_order=sub, actor=cast.owner)


@pytest.mark.parametrize("start", SubOrderStatus)
def test_the_buyer_may_cancel_until_it_is_being_packed(cast, product, start):
    sub = parcel(product, status=start, commune=cast.hoi_an, quantity=3, user=cast.buyer)
    if start in BUYER_MAY_CANCEL:
        assert fulfilment.cancel(sub_order=sub, actor=cast.buyer)
        assert on_hand(product) == 10
    elif start == SubOrderStatus.CANCELLED:
        assert fulfilment.cancel(sub_order=sub, actor=cast.buyer) is False
    else:
        with pytest.raises(TooLateToCancel):
            fulfilment.cancel(sub_order=sub, actor=cast.buyer)


def test_a_guest_cancels_only_the_order_that_is_held(cast, make_product):
    mine = buy(make_product(cast.producer), commune=cast.hoi_an)
    other = buy(make_product(cast.producer), commune=cast.hoi_an)
    with pytest.raises(NotAllowed):
        fulfilment.cancel(sub_order=other.sub_orders.get(), actor=policies.Holder(mine.pk))
    assert fulfilment.cancel(sub_order=mine.sub_orders.get(), actor=policies.Holder(mine.pk))
    assert StatusChange.objects.last().actor_label == "Người mua"


def test_the_producer_cancels_with_a_reason(cast, sub):
    with pytest.raises(ReasonNeeded):
        fulfilment.cancel(sub_order=sub, actor=cast.owner, reason="  ")
    assert fulfilment.cancel(sub_order=sub, actor=cast.owner, reason="Hết nguyên liệu")
    assert StatusChange.objects.last().reason == "Hết nguyên liệu"


def test_handing_over_keeps_carrier_and_code(cast, sub):
    walk(sub, SubOrderStatus.PREPARING)
    fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier_name=" Bưu điện ", tracking_code="EX1VN")
    sub.refresh_from_db()
    assert (sub.shipment.carrier_name, sub.shipment.tracking_code) == ("Bưu điện", "EX1VN")
    assert not fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier="Khác")
    sub.refresh_from_db()
    assert sub.shipment.carrier_name == "Bưu điện"
