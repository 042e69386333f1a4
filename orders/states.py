"""The sub-order's states and steps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine


class SubOrderStatus(models.TextChoices):
    PLACED = "placed", _("Chờ xác nhận")
    CONFIRMED = "confirmed", _("Đã xác nhận")
    PREPARING = "preparing", _("Đang chuẩn bị")
    HANDED_OVER = "handed_over", _("Đang giao")
    DELIVERED = "delivered", _("Đã giao")
    CANCELLED = "cancelled", _("Đã hủy")
    REFUSED = "refused", _("Không nhận hàng")
    RETURNED = "returned", _("Hoàn hàng")


_S = SubOrderStatus

SUB_ORDER = Machine(
    name="orders.suborder",
    steps={
        _S.PLACED: frozenset({_S.CONFIRMED, _S.CANCELLED}),
        _S.CONFIRMED: frozenset({_S.PREPARING, _S.CANCELLED}),
        _S.PREPARING: frozenset({_S.HANDED_OVER, _S.CANCELLED}),
        _S.HANDED_OVER: frozenset({_S.DELIVERED, _S.REFUSED}),
        _S.REFUSED: frozenset({_S.RETURNED}),
        _S.DELIVERED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.RETURNED: frozenset(),
    },
    topic="orders.suborder_changed",
)

# The buyer may step back until the parcel is being packed.
BUYER_MAY_CANCEL = frozenset({_S.PLACED, _S.CONFIRMED})
