"""Refusals of cart, checkout and fulfilment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from core.money import format_vnd


class CartError(MarketError):
    """A wish that the cart cannot hold. The cart is as it was."""

    code = "cart"


class BadQuantity(CartError):
    code = "bad_quantity"
    message = _("Số lượng phải là số nguyên từ 1 đến 999. Muốn bỏ món này, bấm “Bỏ khỏi giỏ”.")


class NotForSale(CartError):
    code = "not_for_sale"
    status = 409
    message = _("Sản phẩm này hiện không bán qua giỏ hàng.")


class SoldOut(CartError):
    """Data: variant, available."""

    code = "sold_out"
    status = 409
    message = _("Sản phẩm này vừa hết hàng.")


class CartFull(CartError):
    """Data: limit."""

    code = "cart_full"
    status = 409
    message = _("Giỏ hàng đã đầy. Hãy đặt đơn này trước, rồi mua tiếp.")


class CartEmpty(MarketError):
    code = "cart_empty"
    status = 409
    message = _(
        "Giỏ hàng đang trống: có thể bạn đã đặt đơn hoặc bỏ hàng ở một trang khác. "
        "Những gì bạn vừa điền vẫn còn ở đây."
    )


class VoucherRefused(MarketError):
    """The message says why the code does not hold."""

    code = "voucher_refused"


class VoucherGone(MarketError):
    """Data: code."""

    code = "voucher_gone"
    status = 409
    message = _("Mã giảm giá vừa hết lượt, hoặc bạn đã dùng hết lượt của mình. Bỏ mã rồi đặt lại nhé.")


class TotalChanged(MarketError):
    """Data: total, what the order costs now in đồng. Nothing was placed."""

    code = "total_changed"
    status = 409
    message = _("Số tiền vừa tính lại theo địa chỉ và kho hàng. Xem lại tổng rồi bấm “Đặt hàng” nhé.")


class NoPickupThere(MarketError):
    code = "no_pickup_there"
    status = 409
    message = _("Điểm nhận hàng này không còn dùng. Hãy chọn điểm khác, hoặc chọn giao tận nơi.")


class ReasonNeeded(MarketError):
    code = "reason_needed"
    message = _("Hãy ghi lý do để người mua biết vì sao đơn bị hủy.")


class TooLateToCancel(MarketError):
    """Data: status."""

    code = "too_late_to_cancel"
    status = 409
    message = _("Kiện hàng này đã được chuẩn bị nên không tự hủy được nữa. Hãy gọi cho người bán.")


@dataclass(frozen=True)
class Change:
    """What happened to one cart line, and why. ``before`` and ``after``: units, for "price" đồng."""

    kind: str  # "gone", "sold_out", "short", "price"
    variant_id: int
    product_name: str
    pack: str
    before: int
    after: int

    @property
    def message(self) -> str:
        """One sentence for the buyer."""
        words = {
            "gone": gettext("%(what)s hiện không bán nữa nên đã được bỏ khỏi giỏ."),
            "sold_out": gettext("%(what)s vừa hết hàng nên đã được bỏ khỏi giỏ."),
            "short": gettext("%(what)s chỉ còn %(after)s: giỏ đã giảm từ %(before)s xuống %(after)s."),
            "price": gettext("%(what)s đã đổi giá từ %(before)s thành %(after)s."),
        }
        show = format_vnd if self.kind == "price" else str
        what = f"{self.product_name} ({self.pack})"
        return words[self.kind] % {"what": what, "before": show(self.before), "after": show(self.after)}


class CartChanged(MarketError):
    """Nothing was placed; the cart now holds what can be had. ``changes`` say what changed and why."""

    code = "cart_changed"
    status = 409
    message = _("Chưa đặt đơn: giỏ hàng vừa thay đổi. Xem lại rồi bấm “Đặt hàng” lần nữa nhé.")

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = tuple(changes)
        rows: list[dict[str, Any]] = [
            {"variant": c.variant_id, "kind": c.kind, "before": c.before, "after": c.after}
            for c in self.changes
        ]
        super().__init__(data={"changes": rows})


class RowIsResolved(MarketError):
    code = "remittance_row_resolved"
    status = 409
    message = _("Dòng này đã được xử lý, có thể bởi một người khác. Hãy tải lại trang.")


class RowReadsOtherwise(MarketError):
    """Data: outcome, what the row would be now."""

    code = "remittance_row_changed"
    status = 409
    message = _("Kiện hoặc tiền của kiện vừa thay đổi. Bấm “Đối chiếu lại” rồi quyết định.")


class NotCarriedParcel(MarketError):
    """Data: carrier."""

    code = "not_carried_parcel"
    message = _(
        "Đơn vị vận chuyển này không giao kiện nào có mã như vậy. Kiểm tra lại mã kiện hoặc mã vận đơn."
    )


class WhyNeeded(MarketError):
    code = "why_needed"
    message = _("Hãy ghi lý do: người kiểm tra sổ sau này cần biết.")
