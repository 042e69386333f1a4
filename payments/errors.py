"""Refusals about money."""

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class SamePerson(MarketError):
    code = "same_person"
    status = 409
    message = _("Người duyệt phải khác người lập. Hãy nhờ một kế toán khác duyệt.")


class BankAccountNeeded(MarketError):
    """Data: ``field``."""

    code = "bank_account_needed"
    message = _("Cần đủ ngân hàng, số tài khoản (chỉ chữ số) và tên chủ tài khoản để hoàn tiền.")


class NothingToPay(MarketError):
    code = "nothing_to_pay"
    status = 409
    message = _("Đến ngày này chưa có khoản nào chi được. Xem danh sách bên dưới để biết vì sao.")


class DayToCome(MarketError):
    code = "day_to_come"
    message = _("Chỉ chi được những gì đã đến hạn: hãy chọn hôm nay hoặc một ngày đã qua.")


class PayoutOutdated(MarketError):
    """Data: ``producers``, ids of those concerned."""

    code = "payout_outdated"
    status = 409
    message = _(
        "Từ lúc lập đến nay có chủ thể đổi tài khoản, có hàng trả lại hoặc có khiếu nại mới. "
        "Hãy bỏ đợt này rồi lập lại."
    )


class ReasonNeeded(MarketError):
    code = "reason_needed"
    message = _("Xin ghi rõ lý do ngân hàng trả về.")


class BankReferenceNeeded(MarketError):
    code = "bank_reference_needed"
    message = _("Xin ghi số giao dịch của ngân hàng để sau này tra lại được.")
