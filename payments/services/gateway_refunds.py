"""Refunds by the gateway that took the money.

A request has its number from the moment it was asked for, so it may be sent any number of times:
the gateway does it once. Not every answer arrives; while it is unknown the refund stays SENDING and
the same request is sent again, a bounded number of times, then it is for a person.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db.models import F

from core import clock
from core.text import fold
from payments import gateways
from payments.gateways import GatewayNotOffered
from payments.gateways.base import Refund as Request
from payments.gateways.base import RefundOutcome, RefundResult
from payments.models import Attempt, Refund
from payments.services import refunds
from payments.states import RefundStatus

logger = logging.getLogger(__name__)

MOST = 8  # times that one request is sent: 1, 2, 4 … minutes apart, about two hours
_BATCH = 20
_REQUESTED_BY = "Cho OCOP"
_UNCERTAIN = "Cổng chưa cho biết đã hoàn hay chưa: xem ở trang của cổng trước khi gửi lại hay chuyển khoản."


def send(*, refund_id: int, at: dt.datetime | None = None) -> bool:
    """Ask the gateway for a refund that is due to be asked for; False when there is nothing to ask.

    Not to be called inside a transaction. The claim is committed first: it keeps two workers from
    asking at once, and whoever dies between the gateway's doing and our writing it down leaves a
    refund that is known to have been asked for, and is asked for again under the same number.
    """
    moment = at or clock.now()
    due = Refund.objects.filter(pk=refund_id, status=RefundStatus.SENDING, ask_at__lte=moment)
    refund = due.select_related("attempt").first()
    if refund is None or refund.attempt is None:
        return False
    pause = dt.timedelta(minutes=2**refund.asked)
    if not due.filter(asked=refund.asked).update(asked=F("asked") + 1, ask_at=moment + pause):
        return False
    _take(refund, refund.asked + 1, _ask(refund, refund.attempt, moment), moment)
    return True


def send_due(*, at: dt.datetime | None = None) -> int:
    """Ask again for what no answer came of; returns how many were asked for."""
    moment = at or clock.now()
    due = Refund.objects.filter(status=RefundStatus.SENDING, ask_at__lte=moment).order_by("ask_at")
    return sum(send(refund_id=pk, at=moment) for pk in due.values_list("pk", flat=True)[:_BATCH])


def _ask(refund: Refund, attempt: Attempt, at: dt.datetime) -> RefundResult:
    try:
        gateway = gateways.get(attempt.gateway)
    except GatewayNotOffered as error:
        return RefundResult(RefundOutcome.UNKNOWN, message=str(error))
    return gateway.refund(
        Request(
            request_id=refund.request_id,
            txn_ref=attempt.txn_ref,
            amount=refund.amount,
            full=refund.amount == attempt.amount,
            gateway_transaction=attempt.gateway_transaction,
            paid_created_at=attempt.created_at,
            requested_by=_REQUESTED_BY,
            requested_at=at,
            description=f"Hoan tien {fold(refund.reference)}",
            ip=settings.SERVER_IP,
        )
    )


def _take(refund: Refund, asked: int, result: RefundResult, at: dt.datetime) -> None:
    words = f"{result.code} {result.message}".strip()
    if result.outcome == RefundOutcome.ACCEPTED:
        refunds.done(refund=refund, actor=None, gateway_transaction=result.gateway_transaction, at=at)
    elif result.outcome == RefundOutcome.REFUSED and asked == 1:
        refunds.failed(refund=refund, actor=None, reason=words, at=at)
    elif result.outcome == RefundOutcome.REFUSED or asked >= MOST:
        # A refusal to repeat says nothing about the first time, whose answer never came.
        reason = f"{words}. {_UNCERTAIN}" if words else _UNCERTAIN
        refunds.failed(refund=refund, actor=None, reason=reason, is_certain=False, at=at)
    else:
        logger.warning("refund %s: the gateway's answer is unknown (%s)", refund.pk, words)
