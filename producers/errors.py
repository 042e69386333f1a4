"""What the register of producers refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class InvalidProducer(MarketError):
    """Data: ``field``."""

    code = "invalid_producer"
    message = _("Thông tin chủ thể chưa đúng.")


class TaxCodeTaken(MarketError):
    code = "tax_code_taken"
    status = 409
    message = _("Mã số thuế này đã thuộc về một chủ thể khác.")


class ReasonMissing(MarketError):
    code = "reason_missing"
    message = _("Xin ghi rõ lý do.")


class InvalidAccount(MarketError):
    """Data: ``field``."""

    code = "invalid_account"
    message = _("Cần đủ ngân hàng, số tài khoản (6 đến 19 chữ số hoặc chữ cái) và tên chủ tài khoản.")


class AccountChanged(MarketError):
    code = "account_changed"
    status = 409
    message = _("Chủ thể vừa đổi tài khoản. Hãy xem lại tài khoản mới rồi xác nhận.")
