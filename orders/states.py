"""The states and steps of a sub-order and of a return case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine


class SubOrderStatus(models.TextChoices):
    AWAITING = "awaiting", _("Chờ trả tiền")
    LAPSED = "lapsed", _("Hết hạn trả tiền")
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
        _S.AWAITING: frozenset({_S.PLACED, _S.LAPSED, _S.CANCELLED}),
        # Money that comes too late can still be good, if the goods are still there.
        _S.LAPSED: frozenset({_S.PLACED}),
        _S.PLACED: frozenset({_S.CONFIRMED, _S.CANCELLED}),
        _S.CONFIRMED: frozenset({_S.PREPARING, _S.CANCELLED}),
        _S.PREPARING: frozenset({_S.HANDED_OVER, _S.CANCELLED}),
        # Back to the packing table: the booking was called off, or the button was pressed too early.
        _S.HANDED_OVER: frozenset({_S.DELIVERED, _S.REFUSED, _S.PREPARING}),
        _S.REFUSED: frozenset({_S.RETURNED}),
        _S.DELIVERED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.RETURNED: frozenset(),
    },
    topic="orders.suborder_changed",
)

# The buyer may step back until the parcel is being packed.
BUYER_MAY_CANCEL = frozenset({_S.AWAITING, _S.PLACED, _S.CONFIRMED})
# Goods of these parcels have left the stock.
SOLD = frozenset(
    {_S.PLACED, _S.CONFIRMED, _S.PREPARING, _S.HANDED_OVER, _S.DELIVERED, _S.REFUSED, _S.RETURNED}
)
# A producer does not work on what is not paid.
NOT_YET_ORDERED = frozenset({_S.AWAITING, _S.LAPSED})


class DeliveryMethod(models.TextChoices):
    DELIVER = "deliver", _("Giao tận nơi")
    PICKUP = "pickup", _("Tự đến lấy")


class CaseStatus(models.TextChoices):
    """Yêu cầu trả hàng, hoàn tiền."""

    OPENED = "opened", _("Chờ người bán trả lời")
    DECLINED = "declined", _("Người bán không đồng ý")
    DISPUTED = "disputed", _("Chờ tỉnh hòa giải")
    ACCEPTED = "accepted", _("Chờ hàng về")
    CLOSED = "closed", _("Được hoàn tiền")
    REJECTED = "rejected", _("Không được hoàn")
    WITHDRAWN = "withdrawn", _("Người mua rút lại")


_C = CaseStatus

CASE = Machine(
    name="orders.case",
    steps={
        _C.OPENED: frozenset({_C.ACCEPTED, _C.CLOSED, _C.DECLINED, _C.DISPUTED, _C.WITHDRAWN}),
        _C.DECLINED: frozenset({_C.DISPUTED, _C.WITHDRAWN}),
        _C.DISPUTED: frozenset({_C.ACCEPTED, _C.CLOSED, _C.REJECTED, _C.WITHDRAWN}),
        # Goods that do not come, or that nobody will have received: the province decides.
        _C.ACCEPTED: frozenset({_C.CLOSED, _C.DISPUTED}),
        _C.CLOSED: frozenset(),
        _C.REJECTED: frozenset(),
        _C.WITHDRAWN: frozenset(),
    },
    topic="orders.case_changed",
)
CASE_IS_OPEN = frozenset({_C.OPENED, _C.DECLINED, _C.DISPUTED, _C.ACCEPTED})
# Cases whose units can be asked back once more.
CASE_CAME_TO_NOTHING = frozenset({_C.REJECTED, _C.WITHDRAWN})


class CaseReason(models.TextChoices):
    DAMAGED = "damaged", _("Hàng hỏng, vỡ khi nhận")
    WRONG_GOODS = "wrong_goods", _("Giao sai hàng, thiếu hàng")
    WRONG_INFORMATION = "wrong_information", _("Thông tin trên trang sai hoặc thiếu")
    EXPIRED = "expired", _("Hết hạn, chất lượng kém")
    RECALLED = "recalled", _("Hàng bị thu hồi")
    OTHER = "other", _("Lý do khác")


# Not the buyer's doing: with the last unit of the parcel, what was paid for sending comes back too.
SHIPPING_COMES_BACK = frozenset(
    {CaseReason.DAMAGED, CaseReason.WRONG_GOODS, CaseReason.WRONG_INFORMATION, CaseReason.RECALLED}
)
