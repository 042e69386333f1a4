"""A purchase from the first click to the last parcel, over all rooms."""

from collections import Counter

from django.core import mail

from catalog.models import StockItem
from core.models import OutboxDelivery
from orders.invariants import INVARIANTS
from orders.models import Order, SubOrder
from orders.services import fulfilment
from orders.states import SubOrderStatus
from orders.tests.buying import broken, put_in_cart, run_outbox, typed


def on_hand(product):
    return StockItem.objects.get(variant__product=product).on_hand


def test_a_guest_buys_from_three_producers(cast, client_for, make_product):
    makers = {cast.producer: cast.owner, cast.rival: cast.rival_owner, cast.far_producer: cast.far_owner}
    goods = {maker: make_product(maker, stock=10) for maker in makers}
    run_outbox()
    mail.outbox.clear()
    guest = client_for(None)
    put_in_cart(guest, *goods.values(), quantity=2)

    # One order, three parcels, four mails; each producer sees one and only one.
    url = guest.post("/thanh-toan/", typed(cast.hoi_an, email="mua@khach.example")).url
    order = Order.objects.get()
    assert order.total == 3 * (2 * 85_000 + 30_000)
    for maker, owner in makers.items():
        assert SubOrder.objects.owned_by(owner).get().producer == maker
    run_outbox()
    assert len(mail.outbox) == 4
    assert broken(INVARIANTS) == {}

    # The first goes all the way.
    first, second, third = order.sub_orders.order_by("id")
    fulfilment.confirm(sub_order=first, actor=cast.owner)
    fulfilment.prepare(sub_order=first, actor=cast.staff)
    fulfilment.hand_over(sub_order=first, actor=cast.staff, carrier_name="Bưu điện", tracking_code="EX1VN")
    fulfilment.deliver(sub_order=first, actor=cast.owner)
    # The buyer steps back from the second; the third is refused at the door and comes home.
    guest.post(f"{url}huy/", {"kien": second.code, "reason": "Đặt nhầm"})
    for step in (fulfilment.confirm, fulfilment.prepare, fulfilment.hand_over, fulfilment.refuse):
        step(sub_order=third, actor=cast.far_owner)
    assert on_hand(goods[cast.far_producer]) == 8
    fulfilment.take_back(sub_order=third, actor=cast.far_owner)

    assert list(order.sub_orders.order_by("id").values_list("status", flat=True)) == [
        SubOrderStatus.DELIVERED,
        SubOrderStatus.CANCELLED,
        SubOrderStatus.RETURNED,
    ]
    assert [on_hand(product) for product in goods.values()] == [8, 10, 10]
    assert broken(INVARIANTS) == {}

    # Buyer: confirmed, handed over, delivered; cancelled; confirmed, handed over. Producer: cancelled.
    mail.outbox.clear()
    run_outbox()
    to = Counter(message.to[0] for message in mail.outbox)
    assert to == {"mua@khach.example": 6, cast.rival_owner.email: 1}
    assert not OutboxDelivery.objects.filter(done_at=None).exists()

    page = guest.get(url).content.decode()
    for words in ("Đã giao", "Đã hủy", "Hoàn hàng", "EX1VN", "Đặt nhầm"):
        assert words in page
