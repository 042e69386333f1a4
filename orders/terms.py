"""The terms of a remote sale, in one place for the page and the paper.

Rights of consumers only as verified: the 30 days of Luật Bảo vệ quyền lợi người tiêu dùng
19/2023/QH15 (the number of the article is not verified for them, so none is named).
Windows of the market itself are said to be its own.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import format_vnd
from orders.models import Order
from payments.states import Method


def terms(order: Order) -> list[str]:
    """One sentence or two for each numbered point."""
    return [
        _("Tổng giá trị %(total)s, đã gồm phí giao và đã trừ giảm giá.") % {"total": format_vnd(order.total)}
        + " "
        + _payment(order),
        _("Mỗi bên bán tự gửi kiện của mình đến nơi nhận nói trên, hoặc giữ ở điểm người mua đã chọn."),
        _("Người mua hủy được từng kiện, không mất phí, cho đến khi kiện được chuẩn bị."),
        _(
            "Nếu thông tin người bán cung cấp sai hoặc không đầy đủ, người mua được chấm dứt hợp đồng trong "
            "%(days)s ngày, không mất chi phí nào ngoài phần hàng đã dùng (Luật Bảo vệ quyền lợi người tiêu "
            "dùng số 19/2023/QH15)."
        )
        % {"days": settings.WRONG_INFORMATION_DAYS},
        ngettext(
            "Hàng hỏng, thiếu hoặc giao sai: gửi yêu cầu trả hàng, hoàn tiền trong %(days)s ngày từ ngày "
            "nhận. Đây là thời hạn riêng của Chợ OCOP, không hạn chế quyền theo luật.",
            "Hàng hỏng, thiếu hoặc giao sai: gửi yêu cầu trả hàng, hoàn tiền trong %(days)s ngày từ ngày "
            "nhận. Đây là thời hạn riêng của Chợ OCOP, không hạn chế quyền theo luật.",
            settings.RETURN_DAYS,
        )
        % {"days": settings.RETURN_DAYS},
        _(
            "Mỗi bên bán chịu trách nhiệm về hàng của mình. Chợ OCOP là nền tảng trung gian, không phải "
            "bên bán."
        ),
    ]


def _payment(order: Order) -> str:
    if order.payment_method == Method.COD:
        return _("Trả tiền cho từng kiện khi nhận hàng; người mua được kiểm tra hàng trước khi trả tiền.")
    return _("Trả trước cho cả đơn; phần của kiện bị hủy hoặc hoàn được trả lại cho người mua.")
