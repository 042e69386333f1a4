"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from core.outbox import subscribe
from orders.services import letters, payout_letters


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


@subscribe("payments.payout_changed")
def tell_of_payout(payload: Mapping[str, Any]) -> None:
    payout_letters.payout_changed(payout_id=payload["id"], to=payload["to"])
