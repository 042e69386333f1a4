"""What a buyer sees of money: what is still to be paid and how, and what comes back."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from core import clock
from orders.models import Order
from payments import banks
from payments.models import Attempt, Payment, Refund
from payments.states import Method, PaymentStatus, RefundStatus, RefundWay

_ASKING = dt.timedelta(seconds=30)  # a page asks for news so much longer than news can come


@dataclass(frozen=True)
class PayPanel:
    """An order that is not paid yet, or not in time. ``visits``: those to a gateway, newest first."""

    order: Order
    payment: Payment
    visits: tuple[Attempt, ...]
    at: dt.datetime

    @property
    def state(self) -> str:
        """transfer, gateway: to be paid · over: time is up, the last news is awaited · lapsed."""
        if self.payment.status == PaymentStatus.LAPSED:
            return "lapsed"
        if self.at >= self.payment.expires_at:
            return "over"
        return "transfer" if self.order.payment_method == Method.TRANSFER else "gateway"

    @property
    def is_waiting(self) -> bool:
        """A visit to the gateway of which nothing is known yet."""
        return any(visit.outcome == "open" for visit in self.visits)

    @property
    def has_failed(self) -> bool:
        return bool(self.visits) and self.visits[0].outcome == "failed"

    @property
    def bank(self) -> str:
        bank = banks.by_bin(settings.MARKET_BANK_BIN)
        return bank.name if bank else settings.MARKET_BANK_BIN

    @property
    def account(self) -> str:
        return settings.MARKET_BANK_ACCOUNT

    @property
    def account_name(self) -> str:
        return settings.MARKET_BANK_NAME

    @property
    def late_money_buys(self) -> bool:
        """The market's policy for money that comes after the time."""
        return settings.LATE_PAYMENT == "reserve"

    @property
    def ask_until(self) -> dt.datetime | None:
        """When a page may stop asking for news; None when there is nothing to wait for."""
        if self.payment.status != PaymentStatus.PENDING:
            return None
        return self.payment.expires_at + dt.timedelta(minutes=settings.GATEWAY_GRACE_MINUTES) + _ASKING

    @property
    def version(self) -> str:
        """Changes with everything that the panel shows but the time."""
        visits = "".join(f"{visit.pk}{visit.outcome[0]}" for visit in self.visits)
        return f"{self.state}-{self.payment.received}-{visits}"


def pay_panel(order: Order, *, at: dt.datetime | None = None) -> PayPanel | None:
    """None where nothing is to be paid: paid, cancelled, or on delivery. One query for a gateway's visits."""
    payment = order.payment
    if payment is None or payment.status not in (PaymentStatus.PENDING, PaymentStatus.LAPSED):
        return None
    has_visits = order.payment_method != Method.TRANSFER
    visits = tuple(payment.attempts.order_by("-pk")) if has_visits else ()
    return PayPanel(order, payment, visits, at or clock.now())


@dataclass(frozen=True)
class RefundView:
    refund: Refund

    @property
    def needs_account(self) -> bool:
        return self.refund.status == RefundStatus.NEEDS_ACCOUNT

    @property
    def by_gateway(self) -> bool:
        return self.refund.way == RefundWay.GATEWAY

    @property
    def bank(self) -> str:
        bank = banks.by_bin(self.refund.bank_bin)
        return bank.name if bank else self.refund.bank_bin

    @property
    def masked_account(self) -> str:
        """The last four of the number; "" where none is known."""
        number = self.refund.account_number
        return f"•••• {number[-4:]}" if number else ""


def refunds_of(order: Order) -> list[RefundView]:
    """Money of an order on its way back, oldest first: of the order, its parcels and its cases."""
    rows = Refund.objects.filter(reference__startswith=order.code).order_by("pk")
    return [RefundView(row) for row in rows]


def refund_of(order: Order, pk: int) -> Refund | None:
    """One of the order's refunds, None for another's."""
    return Refund.objects.filter(reference__startswith=order.code, pk=pk).first()
