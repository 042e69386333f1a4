"""A treasurer resolves what no rule could: the order first under its lock, then the notice under its own.

Each step is one transaction with its trail. Taken twice, or by two people at once, there is one
outcome: the second is told that the notice is resolved.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.money import format_vnd
from core.text import clean
from orders import carriers, codes
from orders.errors import GoodsGone, OrderUnknown, PaidOnDelivery, ReasonNeeded, TooMuchMissing
from orders.models import Order
from orders.services import paying, remittances
from payments.errors import NotThisWay
from payments.models import Payment, PaymentNotice, Refund
from payments.policies import require_treasurer
from payments.selectors.balances import missing_for
from payments.services import receipts, refunds, suspense
from payments.states import NoticeOutcome, PaymentStatus


def attach(*, notice: PaymentNotice, code: str, actor: Any, at: dt.datetime | None = None) -> NoticeOutcome:
    """Unknown money belongs to the order with this code, which then goes on as if it came now.

    Returns what the money turned out to be; too little leaves the notice open.
    Raises NotAllowed, OrderUnknown, PaidOnDelivery, AlreadyResolved, NotThisWay.
    """
    require_treasurer(actor)
    moment = at or clock.now()
    order = Order.objects.filter(code=codes.normalise(code)).first()
    if order is None:
        raise OrderUnknown
    with transaction.atomic():
        locked, payment = _lock(order.pk)
        claimed = suspense.claim(notice=notice)
        suspense.attach(notice=claimed, payment=payment, actor=actor, at=moment)
        outcome = NoticeOutcome(claimed.outcome)
        words = _("Gắn vào đơn %(code)s: %(outcome)s") % {"code": locked.code, "outcome": outcome.label}
        suspense.note(notice=claimed, resolution=words, how="attached", actor=actor, at=moment)
        if outcome != NoticeOutcome.UNDERPAID:
            suspense.close(notice=claimed, at=moment)
        paying.carry_on(order=locked, at=moment)
    return outcome


def send_back(
    *,
    notice: PaymentNotice,
    bank_bin: str,
    account_number: str,
    account_name: str,
    reason: str,
    actor: Any,
    at: dt.datetime | None = None,
) -> Refund:
    """Unknown money goes back to the account it came from; a second person approves the transfer.

    Raises NotAllowed, ReasonNeeded, BankAccountNeeded, AlreadyResolved, NotThisWay.
    """
    require_treasurer(actor)
    why, moment = _reason(reason), at or clock.now()
    with transaction.atomic():
        claimed = suspense.claim(notice=notice)
        refund = suspense.send_back(notice=claimed, reason=why, actor=actor, at=moment)
        refunds.name_account(
            refund=refund,
            bank_bin=bank_bin,
            account_number=account_number,
            account_name=account_name,
            actor=actor,
            reason=why,
            at=moment,
        )
        words = _("Trả lại người gửi: %s") % why
        suspense.note(notice=claimed, resolution=words, how="sent_back", actor=actor, at=moment)
        suspense.close(notice=claimed, at=moment)
    return refund


def give_back_part(*, notice: PaymentNotice, reason: str, actor: Any, at: dt.datetime | None = None) -> int:
    """Too little came and the time is over: the buyer gets it back. Returns đồng.

    Raises NotAllowed, ReasonNeeded, AlreadyResolved, NotThisWay.
    """
    require_treasurer(actor)
    why, moment = _reason(reason), at or clock.now()
    with transaction.atomic():
        _order, payment, claimed = _lock_both(notice)
        amount = suspense.give_back_part(notice=claimed, payment=payment, reason=why, actor=actor, at=moment)
        words = _("Hoàn %(amount)s: %(why)s") % {"amount": format_vnd(amount), "why": why}
        suspense.note(notice=claimed, resolution=words, how="given_back", actor=actor, at=moment)
        receipts.close_parts(payment=payment, resolution=words, at=moment)
    return amount


def accept(*, notice: PaymentNotice, reason: str, actor: Any, at: dt.datetime | None = None) -> int:
    """A little too little is enough: the market does without the rest, the order goes on. Returns đồng.

    Raises NotAllowed, ReasonNeeded, TooMuchMissing, GoodsGone, AlreadyResolved, NotThisWay.
    """
    require_treasurer(actor)
    why, moment = _reason(reason), at or clock.now()
    with transaction.atomic():
        order, payment, claimed = _lock_both(notice)
        if missing_for(payment) > settings.UNDERPAID_LIMIT:
            raise TooMuchMissing(data={"limit": settings.UNDERPAID_LIMIT})
        amount = suspense.write_off(notice=claimed, payment=payment, actor=actor, at=moment)
        words = _("Bỏ qua %(amount)s còn thiếu: %(why)s") % {"amount": format_vnd(amount), "why": why}
        suspense.note(notice=claimed, resolution=words, how="accepted", actor=actor, at=moment)
        suspense.close(notice=claimed, at=moment)
        paying.carry_on(order=order, at=moment)
        if Payment.objects.get(pk=payment.pk).status != PaymentStatus.PAID:
            raise GoodsGone  # takes all of it back: nobody gets a discount on nothing
    return amount


def carriers_transfer(
    *, notice: PaymentNotice, carrier: str, actor: Any, at: dt.datetime | None = None
) -> None:
    """Unknown money is a carrier's: the cash that it collected, of which its list tells parcel by parcel.

    ``carrier`` is a code of orders.carriers. Raises NotAllowed, AlreadyResolved, NotThisWay.
    """
    require_treasurer(actor)
    moment = at or clock.now()
    if carrier not in dict(remittances.READER.sources()):
        raise NotThisWay
    with transaction.atomic():
        claimed = suspense.claim(notice=notice)
        suspense.recognise(notice=claimed, carrier=carrier, actor=actor, at=moment)
        words = _("Tiền thu hộ của %s") % carriers.name_of(carrier)
        suspense.note(notice=claimed, resolution=words, how="recognised", actor=actor, at=moment)
        suspense.close(notice=claimed, at=moment)


def mark_seen(*, notice: PaymentNotice, reason: str, actor: Any, at: dt.datetime | None = None) -> None:
    """Its money has found its place already, or never came, and somebody has looked at it.

    Raises NotAllowed, ReasonNeeded, AlreadyResolved, NotThisWay.
    """
    require_treasurer(actor)
    why, moment = _reason(reason), at or clock.now()
    with transaction.atomic():
        claimed = suspense.claim(notice=notice)
        if not suspense.may_be_seen(claimed):
            raise NotThisWay
        words = _("Đã xem: %s") % why
        suspense.note(notice=claimed, resolution=words, how="seen", actor=actor, at=moment)
        suspense.close(notice=claimed, at=moment)


def _lock(order_id: int) -> tuple[Order, Payment]:
    order = paying.lock(order_id=order_id)
    if order.payment is None:
        raise PaidOnDelivery
    return order, order.payment


def _lock_both(notice: PaymentNotice) -> tuple[Order, Payment, PaymentNotice]:
    """The order of a notice, its payment, and the notice, in this order."""
    order_id = Order.objects.filter(payment__notices=notice).values_list("pk", flat=True).first()
    if order_id is None:
        raise NotThisWay
    order, payment = _lock(order_id)
    return order, payment, suspense.claim(notice=notice)


def _reason(text: str) -> str:
    reason = clean(text)
    if not reason:
        raise ReasonNeeded(_("Hãy ghi lý do, để người sau hiểu vì sao khoản này được xử lý như vậy."))
    return reason[:200]
