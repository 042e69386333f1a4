"""Money of producers in tests: sold, delivered and paid; returned; an account to pay it to."""

import datetime as dt
import itertools
from typing import Any

from django.db import transaction

from core import clock
from orders.models import CaseLine, ReturnCase, SubOrder
from orders.services import fulfilment, paying, settlement
from orders.services.settlement import Wanted
from orders.states import CaseReason, CaseStatus
from orders.tests.buying import WAYS, buy
from payments.models import PaymentNotice
from payments.services import refunds
from payments.services.receipts import Statement
from payments.states import Method
from producers.models import PayoutAccount
from producers.services import payout_accounts

_ids = itertools.count(1)


def long_ago(days: int = 30) -> dt.datetime:
    """A moment whose return window is over."""
    return clock.now() - dt.timedelta(days=days)


def sold(*products: Any, cast: Any, at: dt.datetime | None = None, **more: Any) -> SubOrder:
    """The first parcel of an order that was paid by transfer and delivered, all at one moment."""
    moment = at or clock.now()
    asked = {"commune": cast.hoi_an, "user": cast.buyer, "method": Method.TRANSFER, "at": moment}
    order = buy(*products, **asked | more)
    paying.receive(
        statement=Statement(
            gateway="bank",
            notice_id=f"sale-{next(_ids)}",
            source=PaymentNotice.Source.STATEMENT,
            raw="…",
            amount=order.total,
            occurred_at=moment,
        ),
        order=order,
        at=moment,
    )
    for sub_order in order.sub_orders.order_by("pk"):
        for step in WAYS["delivered"]:
            getattr(fulfilment, step)(sub_order=sub_order, actor=None, at=moment)
    return order.sub_orders.order_by("pk").first()


@transaction.atomic
def returned(
    sub_order: SubOrder, quantity: int, *, with_shipping: bool = False, at: dt.datetime | None = None
) -> settlement.Earning:
    """So many units of the first line come back by a case that closed at once, however long ago the
    parcel was delivered."""
    moment, key = at or clock.now(), f"{sub_order.code}-T{next(_ids)}"
    case = ReturnCase.objects.create(
        code=key,
        sub_order=sub_order,
        status=CaseStatus.CLOSED,
        reason=CaseReason.OTHER,
        story="…",
        refunds_shipping=with_shipping,
        answer_by=moment,
        opened_at=moment,
        closed_at=moment,
    )
    before = list(CaseLine.objects.filter(order_line__sub_order=sub_order))
    parts = settlement.part_of(
        wanted=[Wanted(sub_order.lines.order_by("pk").first(), quantity)], before=before
    )
    for part in parts:
        part.case = case
        part.save()
    undone = settlement.take_back(
        key=key,
        sub_order=sub_order,
        parts=parts,
        with_shipping=with_shipping,
        written_off=0,
        actor=None,
        at=moment,
    )
    refunds.request(
        key=f"case:{key}",
        reference=key,
        amount=undone.paid,
        payment=sub_order.order.payment,
        reason="Trả hàng",
        actor=None,
        at=moment,
    )
    return undone


def account(producer: Any, *, owner: Any, treasurer: Any, number: str = "0071000123456") -> PayoutAccount:
    """An account that the owner entered and a treasurer confirmed."""
    row = payout_accounts.enter(
        producer=producer,
        bank_bin="970436",
        account_number=number,
        account_name="Hợp tác xã Duy Xuyên",
        actor=owner,
    )
    payout_accounts.confirm(account=row, seen=row.fingerprint, actor=treasurer)
    return row
