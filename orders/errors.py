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


class NotEnough(CartError):
    """Data: variant, available."""

    code = "not_enough"
    status = 409
    message = _("Không còn đủ số lượng này. Xem số còn lại rồi đặt lại.")


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


class VoucherTaken(MarketError):
    code = "voucher_taken"
    status = 409
    message = _("Mã này đã có rồi. Hãy đặt mã khác.")


class VoucherFrozen(MarketError):
    code = "voucher_frozen"
    status = 409
    message = _("Mã đã có người dùng nên không sửa được nữa. Bạn dừng mã này rồi tạo mã mới.")


class InvalidTerms(MarketError):
    """Data: field. The message names what is wrong with a fee, a voucher or a commission rule."""

    code = "invalid_terms"


class TotalChanged(MarketError):
    """Data: total, what the order costs now in đồng. Nothing was placed."""

    code = "total_changed"
    status = 409
    message = _("Số tiền vừa tính lại theo địa chỉ và kho hàng. Xem lại tổng rồi bấm “Đặt hàng” nhé.")


class KeyReused(MarketError):
    """An idempotency key stands for one request only. Nothing was placed."""

    code = "idempotency_key_reused"
    status = 422
    message = _("Idempotency-Key này đã dùng cho một yêu cầu có nội dung khác. Hãy dùng khóa mới.")


class NoPickupThere(MarketError):
    code = "no_pickup_there"
    status = 409
    message = _("Điểm nhận hàng này không còn dùng. Hãy chọn điểm khác, hoặc chọn giao tận nơi.")


class ReasonNeeded(MarketError):
    code = "reason_needed"
    message = _("Hãy ghi lý do để người mua biết vì sao đơn bị hủy.")


class NothingToPay(MarketError):
    code = "nothing_to_pay"
    status = 409
    message = _("Đơn này không chờ tiền nữa: xem tình trạng đơn ngay bên dưới.")


class TooLateToPay(MarketError):
    code = "too_late_to_pay"
    status = 409
    message = _("Đã hết giờ giữ hàng cho đơn này. Bấm “Đặt lại” để bỏ các món vào giỏ và đặt đơn mới.")


class TooLateToCancel(MarketError):
    """Data: status."""

    code = "too_late_to_cancel"
    status = 409
    message = _("Kiện hàng này đã được chuẩn bị nên không tự hủy được nữa. Hãy gọi cho người bán.")


class OrderUnknown(MarketError):
    code = "order_unknown"
    status = 404
    message = _("Không có đơn nào mang mã này. Mã đơn có tám chữ và số, như 7K3M-92XQ.")


class PaidOnDelivery(MarketError):
    code = "paid_on_delivery"
    status = 409
    message = _("Đơn này trả tiền khi nhận hàng nên không gắn tiền chuyển khoản vào được.")


class TooMuchMissing(MarketError):
    """Data: limit, in đồng."""

    code = "too_much_missing"
    status = 409
    message = _("Phần thiếu lớn hơn mức được bỏ qua. Chờ người mua trả nốt, hoặc hoàn tiền khi đơn hết hạn.")


class GoodsGone(MarketError):
    code = "goods_gone"
    status = 409
    message = _("Hàng của đơn này không còn đủ, nên chưa bỏ qua gì cả. Hãy hoàn tiền cho người mua.")


class CallFirst(MarketError):
    """Data: amount, from which on a confirmed call is asked for (đồng)."""

    code = "call_first"
    status = 409
    message = _(
        "Kiện thu hộ lớn cần một cuộc gọi xác nhận đã gặp người mua. Gọi rồi bấm “Ghi cuộc gọi”, "
        "sau đó xác nhận đơn."
    )


class AttemptsFull(MarketError):
    code = "attempts_full"
    status = 409
    message = _("Kiện này đã ghi đủ 100 lần liên lạc.")


class StillBooked(MarketError):
    code = "still_booked"
    status = 409
    message = _("Đơn vị vận chuyển đang giữ vận đơn của kiện này. Hãy bấm “Hủy vận đơn” trước.")


class GoodsRecalled(MarketError):
    """Data: ``lines``, ids of the order lines that cannot be filled."""

    code = "goods_recalled"
    status = 409
    message = _(
        "Không đủ hàng vì thu hồi: %(names)s. Hãy nhập thêm hàng của lô khác, hoặc hủy kiện để người mua "
        "được hoàn tiền."
    )


class NotRecalled(MarketError):
    code = "not_recalled"
    status = 409
    message = _("Kiện này không có món nào đang bị thu hồi, hoặc số lượng nhiều hơn số bị thu hồi.")


class BookingUnderWay(MarketError):
    code = "booking_under_way"
    status = 409
    message = _(
        "Kiện này đang chờ một đơn vị vận chuyển trả lời. Bấm “Đặt vận đơn” lại với đơn vị đó, "
        "hoặc “Hủy vận đơn” rồi chọn cách khác."
    )


class NoBooking(MarketError):
    code = "no_booking"
    status = 409
    message = _("Kiện này không có vận đơn nào để hủy.")


class NothingToSend(MarketError):
    code = "nothing_to_send"
    status = 409
    message = _("Người mua tự đến lấy kiện này nên không đặt vận đơn. Hãy bấm “Sẵn sàng ở điểm nhận”.")


class SenderIncomplete(MarketError):
    code = "sender_incomplete"
    status = 409
    message = _(
        "Hồ sơ chủ thể chưa đủ nơi gửi hàng. Vào “Hồ sơ chủ thể”, ghi điện thoại, xã và thôn, số nhà, "
        "rồi đặt vận đơn lại."
    )


class NumberTaken(MarketError):
    """Data: carrier. The carrier answered with the number of another parcel; nothing was kept."""

    code = "number_taken"
    status = 409
    message = _(
        "Đơn vị vận chuyển trả về mã vận đơn của một kiện khác. Hãy gọi cho họ, hoặc chọn đơn vị khác."
    )


class InvoiceRefused(MarketError):
    """The message says why, in the provider's words or ours."""

    code = "invoice_refused"
    status = 409


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


class NotReturnable(MarketError):
    """Data: status."""

    code = "not_returnable"
    status = 409
    message = _("Kiện hàng này chưa giao xong nên chưa trả lại được. Chưa muốn nhận nữa, hãy hủy kiện.")


class ReturnTooLate(MarketError):
    code = "return_too_late"
    status = 409
    message = _(
        "Đã quá hạn yêu cầu trả hàng với lý do này. Hãy gọi cho người bán để cùng tìm cách giải quyết."
    )


class CaseIsOpen(MarketError):
    """Data: case, the code of the one that is not finished."""

    code = "case_is_open"
    status = 409
    message = _("Kiện này đang có một yêu cầu chưa xong. Hãy xem yêu cầu ấy trước khi gửi yêu cầu khác.")


class TooManyCases(MarketError):
    code = "too_many_cases"
    status = 409
    message = _("Kiện này đã có quá nhiều yêu cầu. Hãy gọi cho người bán.")


class BadReturn(MarketError):
    code = "bad_return"
    message = _("Hãy chọn ít nhất một món, với số lượng không vượt quá số còn trả được.")


class CaseWordsNeeded(MarketError):
    """Data: most, characters at most."""

    code = "case_words_needed"
    message = _("Hãy viết bằng lời, dài nhất 2.000 ký tự: bên kia và tỉnh sẽ đọc những lời này.")


class TooManyPhotos(MarketError):
    """Data: most."""

    code = "too_many_photos"
    message = _("Mỗi yêu cầu nhận tối đa 6 ảnh. Xin bỏ bớt ảnh rồi gửi lại.")


class StillTime(MarketError):
    """Data: until."""

    code = "still_time"
    status = 409
    message = _("Bên kia vẫn còn thời hạn. Hết hạn mà chưa xong, bạn nhờ tỉnh hòa giải được.")


class FateNeeded(MarketError):
    code = "fate_needed"
    message = _("Hãy cho biết từng món nhận về được nhập lại kho hay phải hủy bỏ.")


class ShippingGone(MarketError):
    code = "shipping_gone"
    status = 409
    message = _("Phí giao của kiện này đã được hoàn ở một yêu cầu trước. Hãy bỏ chọn “Hoàn cả phí giao”.")


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
