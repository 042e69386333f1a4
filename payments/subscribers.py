"""Reactions of money to outbox messages."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction

from core.outbox import subscribe
from payments.services import gateway_refunds


@subscribe("payments.refund_to_send")
def send_refund(payload: Mapping[str, Any]) -> None:
    """Send it now rather than at the next beat, which takes over where this worker dies.

    After the commit of the "done" mark: the gateway is not called inside a transaction.
    """
    transaction.on_commit(partial(gateway_refunds.send, refund_id=payload["refund"]))
