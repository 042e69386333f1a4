"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from core.outbox import subscribe
from orders.services import letters


@subscribe("orders.placed")
def tell_of_order(payload: Mapping[str, Any]) -> None:
    letters.order_placed(order_id=payload["order"])


@subscribe("orders.suborder_changed")
def tell_of_step(payload: Mapping[str, Any]) -> None:
    letters.sub_order_changed(sub_order_id=payload["id"], to=payload["to"])
