"""Parcels paid at the door, and the lists by which carriers send the money on."""

from collections.abc import Sequence
from typing import Any

from core import clock
from core.models import Commune
from orders.models import SubOrder
from orders.services import fulfilment, paying
from orders.services.remittances import READER
from orders.states import SubOrderStatus
from orders.tests.buying import buy
from orders.tests.sheets import xlsx
from payments.models import MoneyFile, PaymentNotice
from payments.services import files
from payments.services.receipts import Statement
from payments.states import Method

HEADINGS = ("Mã vận đơn", "Mã đơn khách hàng", "Tiền thu hộ", "Tổng phí", "Thực nhận", "Ngày giao")
CARRIERS = {"ghn": {"token": "t", "shop_id": "1"}, "ghtk": {"token": "t"}}  # as connected ones


def ship(
    goods: Any,
    tracking_code: str,
    status: str = SubOrderStatus.DELIVERED,
    *,
    commune: Commune,
    carrier: str = "ghn",
    method: str = Method.COD,
) -> SubOrder:
    """One parcel handed to a carrier, and brought to a status."""
    order = buy(goods, commune=commune, method=method)
    if method != Method.COD:
        paid = Statement(
            gateway="bank",
            notice_id=order.code,
            source=PaymentNotice.Source.STATEMENT,
            raw="…",
            amount=order.total,
            occurred_at=clock.now(),
        )
        paying.receive(statement=paid, order=order)
    parcel = order.sub_orders.get()
    fulfilment.confirm(sub_order=parcel, actor=None)
    fulfilment.prepare(sub_order=parcel, actor=None)
    fulfilment.hand_over(sub_order=parcel, actor=None, carrier=carrier, tracking_code=tracking_code)
    if status == SubOrderStatus.DELIVERED:
        fulfilment.deliver(sub_order=parcel, actor=None)
    elif status == SubOrderStatus.REFUSED:
        fulfilment.refuse(sub_order=parcel, actor=None)
    return parcel


def told(
    tracking_code: str, collected: int, fee: int = 0, *, ours: str = "", day: str = "22/11/2026"
) -> list[Any]:
    """One row under ``HEADINGS``."""
    return [tracking_code, ours, collected, fee, collected - fee, day]


def upload(
    *rows: Sequence[Any], actor: Any, source: str = "ghn", headings: Sequence[Any] = HEADINGS
) -> MoneyFile:
    content = xlsx([headings, *rows])
    return files.upload(reader=READER, content=content, name="doi-soat.xlsx", source=source, actor=actor)


def bring(*rows: Sequence[Any], actor: Any, **more: Any) -> MoneyFile:
    """Hand a list in and book it."""
    return files.confirm(reader=READER, file=upload(*rows, actor=actor, **more), actor=actor)
