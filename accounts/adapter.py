"""What allauth asks of us: phones, landing places, Vietnamese words, mail through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import PhoneField
from accounts.models import User
from accounts.services import mails, users
from core.sites import producer_site, province_site

_WRONG = _("Email, số điện thoại hoặc mật khẩu chưa đúng.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đang tạm khóa."),
        "email_password_mismatch": _WRONG,
        "phone_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "email_taken": _("Email này đã có tài khoản. Hãy đăng nhập."),
        "phone_taken": _("Số điện thoại này đã có tài khoản. Hãy đăng nhập."),
        "enter_current_password": _("Mật khẩu hiện tại chưa đúng."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "invalid_password_reset": _("Liên kết đặt lại mật khẩu đã hết hạn hoặc đã dùng rồi."),
        "too_many_login_attempts": _("Bạn đã thử quá nhiều lần. Vui lòng chờ 5 phút rồi thử lại."),
        "rate_limited": _("Bạn thao tác quá nhanh. Vui lòng chờ một lát rồi thử lại."),
    }
    said = {
        "account/messages/password_changed.txt": _("Đã đổi mật khẩu."),
        "account/messages/logged_out.txt": _("Bạn đã đăng xuất."),
    }

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or self.said.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officers land at their desk, producers at theirs, everybody else at the account."""
        for site in (province_site, producer_site):
            if site.has_permission(request):
                return reverse(f"{site.name}:index")
        return reverse("accounts:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> User:
        data = form.cleaned_data
        return users.register(
            full_name=data["full_name"],
            password=data["password1"],
            email=data.get("email") or "",
            phone=data.get("phone") or "",
        )

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        mails.ask_password_reset(user=user, language=get_language() or "vi")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's own key leaves the phone out, so that five wrong guesses at one number
        # would lock every number.
        return str(credentials.get("email") or credentials.get("phone") or "").lower()

    # --- Phones ---

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (str(user.phone), user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: Any, code: str, phone: str, **kwargs: Any) -> None:
        raise NotImplementedError("phones are not verified by SMS (ACCOUNT_PHONE_VERIFICATION_ENABLED)")
