"""The way of a parcel: producers' steps, and stepping back.

Each function is one step of ``orders.states.SUB_ORDER``; asking again for the present state does
nothing. Steps are the producer's members' own; ``actor`` None is the market itself. All raise
NotAllowed and core.errors.ForbiddenTransition.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from catalog.services import stock
from core.errors import NotAllowed
from core.services.transitions import transition
from core.text import clean
from orders import policies
from orders.errors import ReasonNeeded, TooLateToCancel
from orders.models import SubOrder
from orders.states import BUYER_MAY_CANCEL, SUB_ORDER, SubOrderStatus


def confirm(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Xác nhận: the producer will send it. True when the parcel moved."""
    return _step(sub_order, SubOrderStatus.CONFIRMED, actor, reason, at)


def prepare(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Chuẩn bị: goods are being packed; from here the buyer cannot cancel alone."""
    return _step(sub_order, SubOrderStatus.PREPARING, actor, reason, at)


def hand_over(
    *,
    sub_order: SubOrder,
    actor: Any,
    carrier: str = "",
    tracking_code: str = "",
    reason: str = "",
    at: dt.datetime | None = None,
) -> bool:
    """Giao cho đơn vị vận chuyển, with the carrier's name and code where there is one."""
    with transaction.atomic():
        moved = _step(sub_order, SubOrderStatus.HANDED_OVER, actor, reason, at)
        if moved:
            sub_order.carrier, sub_order.tracking_code = clean(carrier)[:60], clean(tracking_code)[:60]
            sub_order.save(update_fields=["carrier", "tracking_code"])
    return moved


def deliver(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Đã giao: the buyer has the goods and has paid."""
    return _step(sub_order, SubOrderStatus.DELIVERED, actor, reason, at)


def refuse(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Không nhận hàng: refused at the door; the parcel is on its way back."""
    return _step(sub_order, SubOrderStatus.REFUSED, actor, reason, at)


def take_back(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Hoàn hàng: a refused parcel is home again, unopened, and its goods are on sale again."""
    with transaction.atomic():
        moved = _step(sub_order, SubOrderStatus.RETURNED, actor, reason, at)
        if moved:
            _give_back(sub_order, actor, at)
    return moved


def cancel(*, sub_order: SubOrder, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Hủy: the goods are on sale again in the same transaction, once.

    The buyer (account, or policies.Holder for a guest) may until the parcel is being prepared; the
    producer's members until it is handed over, with a reason. True when it moved.
    Raises NotAllowed, TooLateToCancel, ReasonNeeded, ForbiddenTransition.
    """
    reason = clean(reason)[:300]
    with transaction.atomic():
        stored = SubOrder.objects.select_for_update(of=("self",)).select_related("order").get(pk=sub_order.pk)
        _require_cancel(stored, actor, reason)
        moved = transition(
            sub_order, machine=SUB_ORDER, to=SubOrderStatus.CANCELLED, actor=actor, at=at, reason=reason
        )
        if moved:
            _give_back(sub_order, actor, at)
    return moved


def _require_cancel(stored: SubOrder, actor: Any, reason: str) -> None:
    as_member = actor is None or policies.is_member(actor, stored)
    if as_member:
        if not reason and actor is not None:
            raise ReasonNeeded
    elif not policies.is_buyer(actor, stored.order):
        raise NotAllowed
    elif stored.status not in BUYER_MAY_CANCEL | {SubOrderStatus.CANCELLED}:
        raise TooLateToCancel(data={"status": stored.status})


def _step(sub_order: SubOrder, to: SubOrderStatus, actor: Any, reason: str, at: dt.datetime | None) -> bool:
    policies.require_member(actor, sub_order)
    return transition(sub_order, machine=SUB_ORDER, to=to, actor=actor, at=at, reason=clean(reason)[:300])


def _give_back(sub_order: SubOrder, actor: Any, at: dt.datetime | None) -> None:
    quantities = dict(sub_order.lines.values_list("variant_id", "quantity"))
    stock.give_back(quantities=quantities, reference=sub_order.code, actor=actor, at=at)
