"""Calls to the buyer, and tries at the door: who was reached, and what came of it."""

import datetime as dt
from typing import Any

from django.conf import settings

from core import clock
from core.errors import ForbiddenTransition
from core.services import audit
from core.text import clean
from orders import policies
from orders.errors import AttemptsFull, CallFirst
from orders.models import ContactAttempt, SubOrder
from orders.states import SubOrderStatus

MOST = 100  # of one parcel; nobody calls more often, and a loop shall not fill the table
Kind, Outcome = ContactAttempt.Kind, ContactAttempt.Outcome

# When there is something to call about, or somebody at a door.
OPEN_TO = {
    Kind.CONFIRM: frozenset({SubOrderStatus.PLACED, SubOrderStatus.CONFIRMED, SubOrderStatus.PREPARING}),
    Kind.DELIVERY: frozenset({SubOrderStatus.HANDED_OVER}),
}


def log(
    *,
    sub_order: SubOrder,
    kind: str,
    outcome: str,
    actor: Any,
    note: str = "",
    at: dt.datetime | None = None,
) -> ContactAttempt:
    """Write down one call or one try at the door. Raises NotAllowed, ForbiddenTransition, AttemptsFull."""
    policies.require_member(actor, sub_order)
    if sub_order.status not in OPEN_TO[Kind(kind)]:
        allowed = sorted(OPEN_TO[Kind(kind)])
        raise ForbiddenTransition(data={"from": sub_order.status, "to": kind, "allowed": allowed})
    return record(
        sub_order=sub_order,
        kind=kind,
        outcome=outcome,
        note=note,
        actor_id=getattr(actor, "pk", None),
        actor_label=audit.label_of(actor),
        at=at or clock.now(),
    )


def record(
    *,
    sub_order: SubOrder,
    kind: str,
    outcome: str,
    note: str,
    actor_label: str,
    at: dt.datetime,
    actor_id: int | None = None,
) -> ContactAttempt:
    """Keep an attempt, whoever made it: a carrier has a name and no account. Raises AttemptsFull."""
    if sub_order.attempts.count() >= MOST:
        raise AttemptsFull
    return ContactAttempt.objects.create(
        sub_order=sub_order,
        kind=kind,
        outcome=Outcome(outcome),
        note=clean(note)[:200],
        actor_id=actor_id,
        actor_label=actor_label,
        at=at,
    )


def require_call(*, sub_order: SubOrder) -> None:
    """Raises CallFirst."""
    if policies.needs_call(sub_order):
        raise CallFirst(data={"amount": settings.COD_CONFIRM_FROM})
