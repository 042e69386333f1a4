"""Who may do what with an order. Officers see parcels of their area and act on none; those of the
province have the last word on a disputed return."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts import selectors as accounts
from accounts.models import Role
from core.errors import NotAllowed
from orders.models import ContactAttempt, Order, SubOrder
from orders.states import CaseReason, SubOrderStatus
from producers.models import Membership, Producer


@dataclass(frozen=True)
class Holder:
    """A buyer without an account who proved to hold an order: placed it in this session, or named
    its phone and code."""

    order_id: int
    pk: int | None = None

    def __str__(self) -> str:
        return "Người mua"


def is_buyer(actor: Any, order: Order) -> bool:
    if isinstance(actor, Holder):
        return actor.order_id == order.pk
    return _is_user(actor) and order.buyer_id == actor.pk


def is_member(actor: Any, sub_order: SubOrder) -> bool:
    """Works for the producer of this parcel."""
    return _is_user(actor) and actor.memberships.filter(producer_id=sub_order.producer_id).exists()


def require_member(actor: Any, sub_order: SubOrder) -> None:
    """Producer's steps are the producer's own; None is the market itself (timers, the demo).

    Raises NotAllowed.
    """
    if actor is not None and not is_member(actor, sub_order):
        raise NotAllowed


def needs_call(sub_order: SubOrder) -> bool:
    """So much cash at the door, and nobody has been reached yet: it may not be confirmed."""
    limit = settings.COD_CONFIRM_FROM
    if not limit or sub_order.to_collect < limit or sub_order.status != SubOrderStatus.PLACED:
        return False
    reached = {"kind": ContactAttempt.Kind.CONFIRM, "outcome": ContactAttempt.Outcome.REACHED}
    return not sub_order.attempts.filter(**reached).exists()


def may_price(actor: Any, producer: Producer | None) -> bool:
    """Fees, pick-up points and vouchers: the producer's owner; those of the market itself, which has
    no producer: its treasurers. None is the market."""
    if actor is None:
        return True
    if not _is_user(actor):
        return False
    if producer is None:
        return accounts.is_treasurer(actor)
    return actor.memberships.filter(producer=producer, role=Membership.Role.OWNER).exists()


def require_price(actor: Any, producer: Producer | None) -> None:
    """Raises NotAllowed."""
    if not may_price(actor, producer):
        raise NotAllowed


def require_buyer(actor: Any, order: Order) -> Holder:
    """The buyer as the trail names one: by side, not by name, since officers read along.

    Raises NotAllowed.
    """
    if not is_buyer(actor, order):
        raise NotAllowed
    return Holder(order.pk, pk=actor.pk)


def may_rule(actor: Any, sub_order: SubOrder) -> bool:
    """Officers and leaders of the producer's province, neither buyer nor seller themselves."""
    if not _is_user(actor) or is_member(actor, sub_order) or is_buyer(actor, sub_order.order):
        return False
    roles = (Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)
    offices = accounts.offices(actor, roles=roles).filter(province=sub_order.producer.province_id)
    return actor.is_superuser or offices.exists()


def return_until(sub_order: SubOrder, reason: str) -> dt.datetime | None:
    """Last moment to ask goods of a delivered parcel back; None while it is not delivered."""
    if sub_order.delivered_at is None:
        return None
    by_law = reason == CaseReason.WRONG_INFORMATION
    return sub_order.delivered_at + dt.timedelta(
        days=settings.WRONG_INFORMATION_DAYS if by_law else settings.RETURN_DAYS
    )


def _is_user(actor: Any) -> bool:
    return bool(getattr(actor, "is_authenticated", False) and actor.is_active)
