"""Who is told what, in which language, and how often."""

import pytest
from django.core import mail
from django.utils import translation

from notifications.models import Delivery, Notification
from orders import policies
from orders.services import fulfilment, letters
from orders.tests.buying import buy, run_outbox
from producers.models import Membership, Producer
from tests.cast import make_user


def addressees():
    return [address for message in mail.outbox for address in message.to]


def test_an_order_of_three_producers_is_four_mails(cast, make_product):
    goods = [make_product(maker) for maker in (cast.producer, cast.rival, cast.far_producer)]
    order = buy(*goods, commune=cast.hoi_an)
    run_outbox()
    owners = [cast.owner, cast.rival_owner, cast.far_owner]
    assert sorted(addressees()) == sorted(["mua@khach.example", *(owner.email for owner in owners)])
    by_owner = {message.to[0]: message.body for message in mail.outbox}
    for sub, owner, product in zip(order.sub_orders.order_by("id"), owners, goods, strict=True):
        body = by_owner[owner.email]
        assert sub.code in body
        assert product.name in body
        assert "0905 000 111" in body
        assert not any(other.name in body for other in goods if other != product)
    own = by_owner["mua@khach.example"]
    assert all(product.name in own for product in goods)
    assert f"/tra-cuu-don/?ma={order.code}" in own
    assert all(message.alternatives[0].mimetype == "text/html" for message in mail.outbox)


def test_a_producer_gets_one_mail_however_many_owners(cast, make_product):
    second = make_user("Chủ thứ hai")
    Membership.objects.create(user=second, producer=cast.producer, role=Membership.Role.OWNER)
    buy(make_product(cast.producer), commune=cast.hoi_an, email="")
    run_outbox()
    assert addressees() == [cast.owner.email]


def test_the_producers_own_address_goes_first(cast, make_product):
    Producer.objects.filter(pk=cast.producer.pk).update(email="htx@duyxuyen.example")
    buy(make_product(cast.producer), commune=cast.hoi_an, email="")
    run_outbox()
    assert addressees() == ["htx@duyxuyen.example"]


def test_a_producer_without_anybody_to_tell_stops_nothing(cast, make_product):
    cast.producer.memberships.all().delete()
    buy(make_product(cast.producer), commune=cast.hoi_an, email="")
    run_outbox()
    assert mail.outbox == []


def test_telling_twice_sends_once(cast, make_product):
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    run_outbox()
    letters.order_placed(order_id=order.pk)
    run_outbox()
    assert len(mail.outbox) == 2
    assert Delivery.objects.exclude(sent_at=None).count() == 2


def test_steps_are_told_to_the_buyer(cast, make_product):
    sub = buy(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer, email="").sub_orders.get()
    run_outbox()
    mail.outbox.clear()
    fulfilment.confirm(sub_order=sub, actor=cast.owner)
    fulfilment.prepare(sub_order=sub, actor=cast.owner)
    fulfilment.hand_over(sub_order=sub, actor=cast.owner, carrier_name="Bưu điện", tracking_code="EX1VN")
    fulfilment.deliver(sub_order=sub, actor=cast.owner)
    run_outbox()
    assert addressees() == [cast.buyer.email] * 3  # packing is told in the inbox only
    assert [message.subject.rpartition(": ")[2] for message in mail.outbox] == [
        "Đã xác nhận",
        "Đang giao",
        "Đã giao",
    ]
    assert "EX1VN" in mail.outbox[1].body
    assert f"/don-hang/{sub.order.code}/" in mail.outbox[0].body
    assert Notification.objects.filter(user=cast.buyer, topic="orders.suborder_changed").count() == 4


@pytest.mark.parametrize("who", ["account", "guest"])
def test_the_producer_is_told_when_the_buyer_cancels(cast, make_product, who):
    user = cast.buyer if who == "account" else None
    order = buy(make_product(cast.producer), commune=cast.hoi_an, user=user)
    run_outbox()
    mail.outbox.clear()
    actor = user or policies.Holder(order.pk)
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=actor, reason="Đặt nhầm")
    run_outbox()
    assert sorted(addressees()) == sorted(["mua@khach.example", cast.owner.email])
    assert all("Đặt nhầm" in message.body for message in mail.outbox)


@pytest.mark.parametrize("who", ["owner", "market"])
def test_only_the_buyer_is_told_when_others_cancel(cast, make_product, who):
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    run_outbox()
    mail.outbox.clear()
    actor = cast.owner if who == "owner" else None
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=actor, reason="Hết nguyên liệu")
    run_outbox()
    assert addressees() == ["mua@khach.example"]
    assert "Hết nguyên liệu" in mail.outbox[0].body


def test_a_guest_without_an_address_gets_no_mail(cast, make_product):
    order = buy(make_product(cast.producer), commune=cast.hoi_an, email="")
    fulfilment.confirm(sub_order=order.sub_orders.get(), actor=None)
    run_outbox()
    assert addressees() == [cast.owner.email]


def test_a_name_with_a_line_break_makes_no_second_header(cast, make_product):
    buy(make_product(cast.producer), commune=cast.hoi_an, recipient="Mua\r\nBcc: a@b.example")
    with translation.override("vi"):
        run_outbox()
    assert all("\n" not in message.subject for message in mail.outbox)
