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
