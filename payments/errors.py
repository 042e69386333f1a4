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


class NotInPreview(MarketError):
    code = "file_not_in_preview"
    status = 409
    message = _("Tệp này đang được ghi hoặc đã ghi xong; tải lại trang để xem.")


class ColumnsUnknown(MarketError):
    code = "file_columns_unknown"
    status = 409
    message = _("Chưa biết cột nào là gì. Hãy chọn cột trước khi ghi.")


class NothingToBook(MarketError):
    code = "file_without_rows"
    status = 409
    message = _("Tệp không có dòng nào đọc được. Hãy chọn lại cột, hoặc tải tệp khác.")


class AlreadyResolved(MarketError):
    """Data: resolution."""

    code = "already_resolved"
    status = 409
    message = _("Khoản này đã được xử lý, có thể bởi một người khác vừa xong. Tải lại trang để xem.")


class NotThisWay(MarketError):
    code = "not_this_way"
    status = 409
    message = _("Khoản này không xử lý theo cách đó được. Quay lại để xem các cách còn lại.")


class NothingToTransfer(MarketError):
    code = "nothing_to_transfer"
    status = 409
    message = _("Không có khoản nào đã duyệt mà chưa đưa vào danh sách; có thể người khác vừa tải.")
