"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from core.outbox import subscribe
from orders import tasks
from orders.services import letters


@subscribe("orders.placed")
def tell_of_order(payload: Mapping[str, Any]) -> None:
    letters.order_placed(order_id=payload["order"])


@subscribe("orders.suborder_changed")
def tell_of_step(payload: Mapping[str, Any]) -> None:
    letters.sub_order_changed(sub_order_id=payload["id"], to=payload["to"])


@subscribe("orders.awaiting_payment")
def ask_for_money(payload: Mapping[str, Any]) -> None:
    letters.awaiting_payment(order_id=payload["order"])


@subscribe("orders.paid_too_late")
def tell_of_late_money(payload: Mapping[str, Any]) -> None:
    letters.paid_too_late(order_id=payload["order"])


@subscribe("payments.refund_needs_account")
def ask_for_account(payload: Mapping[str, Any]) -> None:
    letters.refund_changed(refund_id=payload["refund"])


@subscribe("payments.refund_changed")
def tell_of_refund(payload: Mapping[str, Any]) -> None:
    letters.refund_changed(refund_id=payload["id"])


@subscribe("orders.shipment_told")
def ask_the_carrier(payload: Mapping[str, Any]) -> None:
    """Outside the delivery's transaction, since a carrier may take its time; should the task be lost,
    the shipment is due to be asked about anyway."""
    tasks.ask_carrier.delay(payload["shipment"])
