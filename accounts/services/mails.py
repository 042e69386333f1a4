"""Mail about the account itself. Asked for in the request, written and sent by the worker."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core import outbox


def ask_password_reset(*, user: User, language: str) -> None:
    """Queue the mail. The link's secret is made by the worker and never stored."""
    with transaction.atomic():
        outbox.publish("accounts.password_reset_asked", {"user": user.pk, "language": language})


def send_password_reset(*, user: User, language: str) -> None:
    """Send the link that lets the reader of this mailbox set a new password."""
    if not user.email or not user.is_active:
        return
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, token = key.split("-", 1)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    with translation.override(language):
        body = render_to_string(
            "account/mail/password_reset.txt", {"user": user, "url": settings.SITE_URL + path}
        )
        send_mail(_("Đặt lại mật khẩu Chợ OCOP"), body, None, [user.email])
