"""Asking gateways about visits that ended without a word."""

import datetime as dt
import logging
import secrets

from django.conf import settings
from django.db.models import F

from core import clock
from core.errors import MarketError
from orders.services import gateway_notices
from payments import gateways
from payments.gateways.base import UnknownAtGateway
from payments.models import Attempt, PaymentNotice
from payments.services import payments

logger = logging.getLogger(__name__)

MOST = 30  # questions about one visit: with growing pauses, over more than a day
_BATCH = 20


def ask_due(*, at: dt.datetime | None = None) -> int:
    """Ask about every visit whose turn it is; returns how many were asked about."""
    moment = at or clock.now()
    due = Attempt.objects.filter(query_at__lte=moment).order_by("query_at", "pk")
    return sum(_ask(attempt, moment) for attempt in due[:_BATCH])


def ask_soon(*, txn_ref: str, at: dt.datetime | None = None) -> None:
    """The buyer is back from the gateway, its own word is not here: ask at the next beat, once."""
    visit = Attempt.objects.filter(txn_ref=txn_ref, outcome="open", queries=0)
    visit.update(query_at=at or clock.now())


def _ask(attempt: Attempt, at: dt.datetime) -> bool:
    """Claimed before asking, so that two workers do not ask the same."""
    claim = Attempt.objects.filter(pk=attempt.pk, query_at=attempt.query_at, queries=attempt.queries)
    if not claim.update(queries=F("queries") + 1, query_at=_next(attempt, at)):
        return False
    try:
        notice = gateways.get(attempt.gateway).query(
            request_id=secrets.token_hex(16),
            txn_ref=attempt.txn_ref,
            created_at=attempt.created_at,
            at=at,
            ip=settings.SERVER_IP,
        )
    except UnknownAtGateway:
        if at >= attempt.expires_at:  # the buyer never came there, and cannot any more
            payments.close(attempt=attempt)
    except MarketError as error:
        logger.warning("no answer about %s: %s %s", attempt.txn_ref, error.code, error.data)
    else:
        gateway_notices.take(notice=notice, source=PaymentNotice.Source.QUERY, at=at)
    return True


def _next(attempt: Attempt, at: dt.datetime) -> dt.datetime | None:
    """After a quarter of the visit's age, and when its time is over: what is decided by then is decided."""
    if attempt.outcome != "open" or attempt.queries + 1 >= MOST:
        return None
    later = at + max((at - attempt.created_at) / 4, dt.timedelta(minutes=1))
    return min(later, attempt.expires_at) if at < attempt.expires_at else later
