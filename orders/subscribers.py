"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.outbox import subscribe
from orders import tasks
from orders.services import case_letters, letters, payout_letters, recall_letters, recalls, remittances
from orders.states import SubOrderStatus


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


@subscribe("orders.case_opened")
def tell_of_case(payload: Mapping[str, Any]) -> None:
    case_letters.opened(case_id=payload["case"])


@subscribe("orders.case_changed")
def tell_of_case_step(payload: Mapping[str, Any]) -> None:
    case_letters.changed(case_id=payload["id"], before=payload["from"], to=payload["to"])


@subscribe("orders.case_unanswered")
def tell_of_silence(payload: Mapping[str, Any]) -> None:
    case_letters.unanswered(case_id=payload["case"])


@subscribe("traceability.recall_opened")
def find_buyers(payload: Mapping[str, Any]) -> None:
    recalls.find_buyers(recall_id=payload["id"])


@subscribe("traceability.recall_opened")
def tell_of_opening(payload: Mapping[str, Any]) -> None:
    recall_letters.opened(recall_id=payload["id"])


@subscribe("orders.recall_buyer_found")
def tell_of_recall(payload: Mapping[str, Any]) -> None:
    recall_letters.found(notice_id=payload["notice"])


@subscribe("payments.payout_changed")
def tell_of_payout(payload: Mapping[str, Any]) -> None:
    payout_letters.payout_changed(payout_id=payload["id"], to=payload["to"])


@subscribe("payments.file_confirmed")
def book_file(payload: Mapping[str, Any]) -> None:
    # Its rows have transactions of their own, and this is inside one. A task that gets lost is made
    # up for by ``orders.tasks.resume_files``.
    transaction.on_commit(lambda: tasks.book_file.delay(payload["file"]))


@subscribe("orders.shipment_told")
def ask_the_carrier(payload: Mapping[str, Any]) -> None:
    """Outside the delivery's transaction, since a carrier may take its time; should the task be lost,
    the shipment is due to be asked about anyway."""
    tasks.ask_carrier.delay(payload["shipment"])


@subscribe("orders.suborder_changed")
def book_waiting_remittance(payload: Mapping[str, Any]) -> None:
    if payload["to"] in (SubOrderStatus.DELIVERED, SubOrderStatus.REFUSED):
        remittances.parcel_moved(sub_order_id=payload["id"])
