"""Demo prices, receipts, returns and payouts around the demo orders, made through the services."""

import datetime as dt
import json

from accounts.models import User
from core import clock
from core.models import Commune
from orders.models import (
    CommissionRule,
    Order,
    PickupPoint,
    ReturnCase,
    ShippingPolicy,
    ShippingRate,
    SubOrder,
)
from orders.policies import Holder
from orders.services import bank, cases, fulfilment, payouts, shipping, statements, vouchers
from orders.states import CaseReason, SubOrderStatus
from payments.models import PaymentNotice, Refund
from payments.services import files, refunds
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
BROKEN = "Khi mở kiện, một chai đã rạn và mật chảy ra hộp. Tôi giữ nguyên hàng và bao bì."
TOO_SMALL = "Trang bán ghi một khối lượng, nhãn trên gói ghi khối lượng khác, ít hơn."


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
        """After the orders: returns, a refund to approve, a statement with loose ends, a payout."""
        self._returns()
        self._cancelled()
        self._statement()
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
        """The owner has one to answer; another producer declined one, which waits for the province."""
        delivered = SubOrder.objects.filter(status=SubOrderStatus.DELIVERED).select_related("order")
        own = delivered.filter(producer=self.owners["chuthe"]).order_by("-delivered_at").first()
        other = delivered.exclude(producer__in=self.owners.values()).order_by("-delivered_at").first()
        if own:
            self._ask_back(own, CaseReason.DAMAGED, BROKEN)
        if other:
            case = self._ask_back(other, CaseReason.WRONG_INFORMATION, TOO_SMALL)
            cases.decline(case=case, answer="Ảnh trên trang chụp đúng loại đã gửi.", actor=None)
            words = "Trang bán ghi một đằng, nhãn ghi một nẻo."
            cases.dispute(case=case, words=words, actor=Holder(other.order_id))

    def _ask_back(self, sub_order: SubOrder, reason: CaseReason, story: str) -> ReturnCase:
        return cases.open(
            sub_order=sub_order,
            reason=reason,
            story=story,
            quantities={sub_order.lines.order_by("pk")[0].pk: 1},
            actor=Holder(sub_order.order_id),
        )

    def _cancelled(self) -> None:
        """A buyer who paid in advance stepped back, and says where the money shall go."""
        paid = SubOrder.objects.filter(order__payment__status="paid", status=SubOrderStatus.PLACED)
        sub_order = paid.exclude(producer__in=self.owners.values()).select_related("order__payment").first()
        if sub_order is None:
            return
        buyer = Holder(sub_order.order_id)
        fulfilment.cancel(sub_order=sub_order, actor=buyer, reason="Đặt nhầm quy cách")
        refunds.name_account(
            refund=Refund.objects.get(payment=sub_order.order.payment),
            bank_bin="970405",
            account_number="0900000000912",
            account_name=sub_order.order.recipient,
            actor=buyer,
        )

    def _statement(self) -> None:
        """Yesterday's statement: an order paid a second time, and money that names no order."""
        paid = Order.objects.filter(payment__status="paid").order_by("pk")[0]
        day = f"{clock.today() - dt.timedelta(days=1):%d/%m/%Y}"
        rows = (
            "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung",
            f"{day} 08:12:00,MH0001,,{paid.total},{paid.transfer_note} chuyen lan 2",
            f"{day} 19:40:00,MH0002,,150000,mua hang tet",
        )
        actor = self.people["canbo.tinh"]
        file = files.upload(
            reader=statements.READER,
            content="\n".join(rows).encode(),
            name="sao-ke-minh-hoa.csv",
            source=str(statements.READER.sources()[0][0]),
            actor=actor,
        )
        files.confirm(reader=statements.READER, file=file, actor=actor)


def transfer(number: str, amount: int, memo: str, at: dt.datetime) -> Movement:
    """What the bank's statement says of one transfer to the market."""
    raw = json.dumps({"reference": number, "amount": amount, "memo": memo}, ensure_ascii=False)
    return Movement(number, PaymentNotice.Source.STATEMENT, raw, amount, "VND", memo, "", at)


def pay(order: Order) -> None:
    """The buyer transfers the money five minutes after ordering."""
    at = order.placed_at + dt.timedelta(minutes=5)
    bank.receive(movement=transfer(f"sk-{order.pk}", order.total, order.transfer_note, at), at=at)
