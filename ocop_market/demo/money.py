"""Demo prices, receipts, returns and payouts around the demo orders, made through the services."""

import datetime as dt

from accounts.models import User
from core import clock
from core.models import Commune
from orders.models import CommissionRule, Order, PickupPoint, ShippingPolicy, ShippingRate, SubOrder
from orders.policies import Holder
from orders.services import bank, cases, payouts, shipping, vouchers
from orders.states import CaseReason, SubOrderStatus
from payments.models import PaymentNotice
from payments.services import payouts as paid_out
from payments.services.bank import Movement
from producers.models import Producer
from producers.services import payout_accounts

FEE = 500  # hundredths of a percent, of every sale
RATES = (
    ("commune", 3_000, 12_000),
    ("province", 3_000, 20_000),
    ("region", 2_000, 28_000),
    ("region", 5_000, 40_000),
    ("country", 2_000, 34_000),
    ("country", 5_000, 52_000),
)
STORY = "Khi mở kiện, một chai đã rạn và mật chảy ra hộp. Tôi giữ nguyên hàng và bao bì."


class Treasury:
    """``found``: login name → person; ``owner`` and ``rival`` are the producers with logins."""

    def __init__(self, *, people: dict[str, User], owner: Producer, rival: Producer) -> None:
        self.people = people
        self.owners = {"chuthe": owner, "doithu": rival}

    def set_prices(self) -> None:
        """Before anything is sold: the market's fee, the owner's fee table, point and voucher."""
        # The fee is older than the oldest demo order, which the service for new rules would refuse.
        CommissionRule.objects.create(rate_bp=FEE, valid_from=clock.today() - dt.timedelta(days=365))
        owner, actor = self.owners["chuthe"], self.people["chuthe"]
        policy, _ = ShippingPolicy.objects.get_or_create(producer=owner)
        values = {"parcel_fee": 30_000, "free_from": 500_000, "extra_per_kg": 5_000, "cold_surcharge": 20_000}
        shipping.set_policy(policy=policy, values=values, actor=actor)
        for zone, up_to, fee in RATES:
            rate = ShippingRate(policy=policy, zone=zone, up_to=up_to, fee=fee)
            shipping.put_rate(rate=rate, actor=actor)
        point = PickupPoint(
            producer=owner,
            name="Kho của chủ thể (minh họa)",
            commune=Commune.objects.get(pk=owner.commune_id),
            address_line="Cạnh nhà văn hóa thôn",
            hours="8:00 đến 17:00, trừ chủ nhật",
        )
        shipping.save_point(point=point, actor=actor)
        self._vouchers(owner, actor)

    def _vouchers(self, owner: Producer, actor: User) -> None:
        first, last = clock.today(), clock.today() + dt.timedelta(days=60)
        vouchers.create(
            producer=None,
            code="CHAOOCOP",
            kind="percent",
            value=10,
            most=30_000,
            minimum=200_000,
            total_limit=500,
            per_buyer=1,
            first_day=first,
            last_day=last,
            actor=self.people["canbo.tinh"],
        )
        vouchers.create(
            producer=owner,
            code="CAMON20",
            kind="amount",
            value=20_000,
            minimum=150_000,
            per_buyer=2,
            first_day=first,
            last_day=last,
            actor=actor,
        )

    def settle(self) -> None:
        """After the orders: a return in dispute, money that nobody knows, and a payout."""
        self._returns()
        bank.receive(movement=transfer("sk-0001", 150_000, "mua hang tet", clock.now()))
        for name, producer in self.owners.items():
            account = payout_accounts.enter(
                producer=producer,
                bank_bin="970405",
                account_number=f"0900000000{len(name):03d}",
                account_name=self.people[name].full_name,
                actor=self.people[name],
            )
            payout_accounts.confirm(
                account=account, seen=account.fingerprint, actor=self.people["canbo.tinh"]
            )
        batch = payouts.prepare(up_to=clock.today(), actor=self.people["canbo.tinh"])
        payouts.approve(batch=batch, actor=self.people["lanhdao.tinh"])
        for payout in batch.payouts.all()[:1]:
            paid_out.mark_paid(payout=payout, bank_reference="FT-MH-0001", actor=self.people["canbo.tinh"])

    def _returns(self) -> None:
        """The owner has one to answer; another one was declined and waits for the province."""
        since = clock.now() - dt.timedelta(days=6)
        delivered = SubOrder.objects.filter(status=SubOrderStatus.DELIVERED, delivered_at__gte=since)
        own = delivered.filter(producer__in=self.owners.values()).select_related("order").order_by("pk")
        for number, sub_order in enumerate(own[:2]):
            buyer = Holder(sub_order.order_id)
            line = sub_order.lines.order_by("pk").first()
            case = cases.open(
                sub_order=sub_order,
                reason=CaseReason.DAMAGED,
                story=STORY,
                quantities={line.pk: 1} if line else {},
                actor=buyer,
            )
            if number:
                cases.decline(case=case, answer="Kiện đi vẫn nguyên, có ảnh lúc gói.", actor=None)
                cases.dispute(case=case, words="Ảnh của tôi chụp ngay khi mở kiện.", actor=buyer)


def transfer(number: str, amount: int, memo: str, at: dt.datetime) -> Movement:
    """What the bank's statement says of one transfer to the market."""
    return Movement(number, PaymentNotice.Source.STATEMENT, "{}", amount, "VND", memo, "", at)


def pay(order: Order) -> None:
    """The buyer transfers the money five minutes after ordering."""
    at = order.placed_at + dt.timedelta(minutes=5)
    bank.receive(movement=transfer(f"sk-{order.pk}", order.total, order.transfer_note, at), at=at)
