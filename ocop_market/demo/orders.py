"""Demo orders in every state, placed through cart and checkout, moved by their producers' steps."""

import datetime as dt
from random import Random

from django.db.models import Q

from accounts.models import User
from accounts.services import addresses
from catalog.models import Variant
from core import clock
from core.models import Commune, OutboxDelivery
from ocop_market.demo import money, names
from orders.models import ContactAttempt, Order, ShippingPolicy, SubOrder
from orders.services import cart as carts
from orders.services import checkout, contacts, fulfilment
from orders.states import SubOrderStatus
from payments.states import Method
from producers.models import Producer

Outcome = ContactAttempt.Outcome
HOW_MANY = 60
OF_THE_BUYER = 6
NEWEST = 12  # so many wait for the producers since yesterday
CARRIERS = ("Bưu điện (minh họa)", "Xe khách gửi hàng (minh họa)")
# Steps to each state, with the hours after ordering at which they happen.
WAYS: dict[SubOrderStatus, tuple[tuple[str, int], ...]] = {
    SubOrderStatus.PLACED: (),
    SubOrderStatus.CONFIRMED: (("confirm", 3),),
    SubOrderStatus.PREPARING: (("confirm", 3), ("prepare", 9)),
    SubOrderStatus.HANDED_OVER: (("confirm", 2), ("prepare", 8), ("hand_over", 26)),
    SubOrderStatus.DELIVERED: (("confirm", 2), ("prepare", 8), ("hand_over", 26), ("deliver", 75)),
    SubOrderStatus.REFUSED: (("confirm", 4), ("prepare", 10), ("hand_over", 28), ("refuse", 80)),
    SubOrderStatus.RETURNED: (
        ("confirm", 4),
        ("prepare", 10),
        ("hand_over", 28),
        ("refuse", 80),
        ("take_back", 130),
    ),
    SubOrderStatus.CANCELLED: (("cancel", 5),),
}
REASONS = {
    "refuse": "Người nhận đi vắng, hẹn lại hai lần không gặp",
    "cancel": "Người mua đặt nhầm quy cách",
}
# Most of a real shop's orders are done; every state occurs.
MIX = [
    *[SubOrderStatus.DELIVERED] * 5,
    *[SubOrderStatus.HANDED_OVER] * 2,
    SubOrderStatus.PREPARING,
    SubOrderStatus.CONFIRMED,
    SubOrderStatus.CANCELLED,
    SubOrderStatus.REFUSED,
    SubOrderStatus.RETURNED,
]


class Shop:
    """Places the orders. ``owner`` is the producer whose desk the demo logins look at."""

    def __init__(self, random: Random, *, people: dict[str, User], owner: Producer, rival: Producer) -> None:
        self.random = random
        self.people = people
        self.staff = {owner.pk: people["chuthe"], rival.pk: people["doithu"]}
        goods = list(
            Variant.objects.buyable()
            .filter(stock__on_hand__gt=20, product__is_illustrative=True, price__lt=600_000)
            .select_related("product")
            .order_by("pk")
        )
        self.goods = goods
        self.owners_goods = [variant for variant in goods if variant.product.producer_id == owner.pk]
        self.communes = list(Commune.objects.exclude(province_id="").order_by("code")[::97])
        self.guests = carts.ensure()  # all guests' wishes pass through one cart, one after the other
        self.home = Commune.objects.get(code=goods[0].product.commune_id)

    def fees(self) -> None:
        """Parcel fees differ; some producers send larger orders free."""
        for number, producer in enumerate(Producer.objects.filter(is_illustrative=True).order_by("pk")):
            if number % 3 == 0:
                ShippingPolicy.objects.create(
                    producer=producer,
                    parcel_fee=(25_000, 30_000, 35_000)[number % 9 // 3],
                    free_from=(None, 400_000, 500_000)[number % 9 // 3],
                )

    def place_all(self) -> None:
        addresses.save(
            user=self.people["nguoimua"],
            recipient="Nguyễn Thu Trang",
            phone="0900000900",
            commune=self.home,
            line="Số 12, thôn 3",
            is_default=True,
            actor=None,
        )
        for number in range(HOW_MANY):
            ending = MIX[number % len(MIX)] if number >= NEWEST else SubOrderStatus.PLACED
            if number < NEWEST:
                at = clock.now() - dt.timedelta(hours=1 + number * 2, minutes=number * 7)
            else:
                at = clock.now() - dt.timedelta(days=7 + number % 40, hours=self.random.randint(0, 12))
            order = self._place(number, at)
            for sub_order in order.sub_orders.select_related("order", "producer"):
                self._walk(sub_order, ending, at)
        self.guests.delete()

    def _place(self, number: int, at: dt.datetime) -> Order:
        buyer = self.people["nguoimua"] if number % (HOW_MANY // OF_THE_BUYER) == 0 else None
        cart = carts.ensure(user=buyer) if buyer else self.guests
        wanted = self.random.sample(self.goods, self.random.choice((1, 1, 2, 3)))
        if number % 4 == 0:
            wanted = [self.random.choice(self.owners_goods), *wanted[1:]]
        for variant in wanted:
            carts.add(cart=cart, variant=variant, quantity=self.random.choice((1, 1, 1, 2, 3)))
        order = checkout.place(
            cart=cart,
            contact=self._contact(number, buyer),
            idempotency_key=f"demo-{number}",
            actor=buyer,
            language="vi",
            method=Method.TRANSFER if number % 3 == 1 else Method.COD,
            at=at,
        )
        if order.payment_id:
            money.pay(order)
        return order

    def _contact(self, number: int, buyer: User | None) -> checkout.Contact:
        if buyer:
            return checkout.Contact(
                recipient="Nguyễn Thu Trang",
                phone="0900000900",
                commune=self.home,
                address_line="Số 12, thôn 3",
            )
        return checkout.Contact(
            recipient=names.person(self.random),
            phone=f"0900000{901 + number}",
            commune=self.random.choice(self.communes),
            address_line=f"Số {self.random.randint(1, 200)}, thôn {self.random.randint(1, 9)}",
            note=self.random.choice(("", "", "", "Giao giờ hành chính", "Gọi trước khi giao")),
        )

    def _walk(self, sub_order: SubOrder, ending: SubOrderStatus, placed: dt.datetime) -> None:
        """Take the steps to ``ending``, each at its hour; by the producer's owner where there is one."""
        for step, hours in WAYS[ending]:
            extra = self._carrier(sub_order) if step == "hand_over" else {}
            if step == "confirm":
                self._call(sub_order, placed + dt.timedelta(hours=hours))
            getattr(fulfilment, step)(
                sub_order=sub_order,
                actor=self.staff.get(sub_order.producer_id),
                reason=REASONS.get(step, ""),
                at=placed + dt.timedelta(hours=hours),
                **extra,
            )

    def _carrier(self, sub_order: SubOrder) -> dict[str, str]:
        """Every third parcel goes with a carrier that brings the cash to the market."""
        code = f"MH{sub_order.pk:07d}"
        if sub_order.pk % 3:
            return {"carrier_name": self.random.choice(CARRIERS), "tracking_code": code}
        return {"carrier": "ghn", "carrier_name": "Giao Hàng Nhanh (minh họa)", "tracking_code": code}

    def _call(self, sub_order: SubOrder, at: dt.datetime) -> None:
        """Nobody answers at first, now and then."""
        staff = self.staff.get(sub_order.producer_id)
        outcomes = [Outcome.REACHED] if sub_order.pk % 3 else [Outcome.NO_ANSWER, Outcome.REACHED]
        for number, outcome in enumerate(outcomes):
            contacts.log(
                sub_order=sub_order,
                kind=ContactAttempt.Kind.CONFIRM,
                outcome=outcome,
                actor=staff,
                at=at - dt.timedelta(minutes=40 - 30 * number),
            )

    def tell_nobody(self) -> None:
        """All this lies in the past: nobody is to be mailed about it now."""
        topics = ("orders.", "payments.", "producers.payout")
        told = Q(message__topic__startswith=topics[0])
        for topic in topics[1:]:
            told |= Q(message__topic__startswith=topic)
        OutboxDelivery.objects.filter(told, done_at=None).update(done_at=clock.now())
