"""What the screens of the market's money show of orders."""

from typing import Any

from django.http import HttpRequest

from accounts import selectors as accounts
from orders.models import Order
from payments.models import PaymentNotice
from payments.selectors import desk
from payments.states import RefundStatus


def order_of(notice: PaymentNotice) -> Order | None:
    """The order that a notice belongs to, with its parcels."""
    rows = Order.objects.filter(payment__notices=notice).select_related("payment")
    return rows.prefetch_related("sub_orders__producer").first()


def block(user: Any) -> dict[str, Any] | None:
    """The treasurer's part of the first page; None for everybody else.

    ``only``: the user has no other office, so the rest of the page would be empty.
    """
    if not accounts.is_treasurer(user):
        return None
    return desk.desk() | {"only": not (user.is_superuser or accounts.held(user))}


def notices_badge(request: HttpRequest) -> str:
    """Number of unresolved notices, for the menu; "" when there are none."""
    return _badge(request, lambda: desk.unresolved().count())


def refunds_badge(request: HttpRequest) -> str:
    """Number of refunds to approve, for the menu; "" when there are none."""
    return _badge(request, lambda: desk.refund_piles()[RefundStatus.REQUESTED].count)


def _badge(request: HttpRequest, count: Any) -> str:
    return str(count() or "") if accounts.is_treasurer(request.user) else ""
