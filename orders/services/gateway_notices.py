"""What a gateway says about a visit to it: by its own notice, or in answer to our question.

Both ways meet in ``take`` and from there in ``paying.receive``, so however often, in whatever order
and by whichever way it is said, money is booked once.
"""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from core import clock
from orders.models import Order
from orders.services import paying
from payments import gateways
from payments.gateways.base import Answer, BadNotice, BadSignature, Notice, Outcome, Reply
from payments.models import Attempt, PaymentNotice
from payments.services import receipts
from payments.services.receipts import Statement
from payments.states import NoticeOutcome

logger = logging.getLogger(__name__)

# Anybody can send a forged notice: enough are kept to see that somebody does.
FORGED_KEPT_AN_HOUR = 100
_RAW_MAX = 4000


def hear(*, name: str, params: Mapping[str, Any], at: dt.datetime | None = None) -> Reply:
    """A gateway's server speaks; what to answer it. Raises GatewayNotOffered."""
    gateway = gateways.get(name)
    moment = at or clock.now()
    try:
        notice = gateway.read_notice(params)
    except BadSignature:
        _keep_refused(name, params, moment)
        return gateway.reply(Answer.BAD_SIGNATURE)
    except BadNotice as error:
        logger.error("%s sent a signed notice that cannot be read: %s", name, error.data)
        _keep_refused(name, params, moment)
        return gateway.reply(Answer.FAILED)
    return gateway.reply(take(notice=notice, source=PaymentNotice.Source.IPN, at=moment))


def take(*, notice: Notice, source: str, at: dt.datetime) -> Answer:
    """Believe a signed statement. VNPay's order of answers: unknown, wrong amount, known, recorded."""
    attempt = Attempt.objects.filter(gateway=notice.gateway, txn_ref=notice.txn_ref).first()
    order = order_of(gateway=notice.gateway, txn_ref=notice.txn_ref)
    statement = _statement(notice, attempt, source, at)
    received = paying.receive(statement=statement, order=order, attempt=attempt, at=at)
    if attempt is None:
        return Answer.ORDER_NOT_FOUND
    if received.notice.outcome == NoticeOutcome.WRONG_AMOUNT:
        return Answer.WRONG_AMOUNT
    if attempt.outcome == "paid" or not received.is_new:
        return Answer.ALREADY_CONFIRMED
    return Answer.RECORDED


def order_of(*, gateway: str, txn_ref: str) -> Order | None:
    """The order that a visit was for, with its payment."""
    visits = Attempt.objects.filter(gateway=gateway, txn_ref=txn_ref)
    return Order.objects.select_related("payment").filter(payment__attempts__in=visits).first()


def _statement(notice: Notice, attempt: Attempt | None, source: str, at: dt.datetime) -> Statement:
    # Paid money has a number; without one the gateway will be asked again.
    is_paid = notice.outcome == Outcome.PAID and bool(notice.gateway_transaction)
    is_asked = attempt is not None and (notice.amount, notice.currency) == (attempt.amount, "VND")
    # The notice and the answer about one payment differ in their words: the money is what is the same.
    money = f"{notice.txn_ref}:{notice.gateway_transaction}"
    return Statement(
        gateway=notice.gateway,
        notice_id=money if is_paid and is_asked else notice.notice_id,
        source=source,
        raw=json.dumps(dict(notice.raw), sort_keys=True),
        amount=notice.amount,
        currency=notice.currency,
        occurred_at=notice.occurred_at or at,
        is_paid=is_paid,
        is_settled=is_paid or notice.outcome == Outcome.FAILED,
        gateway_transaction=notice.gateway_transaction,
    )


def _keep_refused(name: str, params: Mapping[str, Any], at: dt.datetime) -> None:
    refused = PaymentNotice.objects.filter(outcome=NoticeOutcome.REFUSED, resolved_at=None).order_by("-id")
    hundredth = refused[FORGED_KEPT_AN_HOUR - 1 : FORGED_KEPT_AN_HOUR].first()
    if hundredth is not None and hundredth.received_at > at - dt.timedelta(hours=1):
        return
    raw = json.dumps(dict(params), sort_keys=True)
    digest = hashlib.sha256(raw.encode()).hexdigest()
    receipts.refuse(gateway=name, raw=raw[:_RAW_MAX], digest=digest, at=at)
