"""Opening and keeping an account."""

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import phones
from accounts.models import User
from core.errors import MarketError
from core.services import audit
from core.text import clean


class IdentityTaken(MarketError):
    """E-mail or phone belongs to another account. Data: field."""

    code = "identity_taken"
    status = 409
    message = _("Email hoặc số điện thoại này đã có tài khoản.")


class NoIdentity(MarketError):
    code = "no_identity"
    message = _("Cần ít nhất một trong hai: số điện thoại hoặc email.")


def register(
    *,
    full_name: str,
    password: str | None,
    email: str = "",
    phone: str = "",
    actor: User | None = None,
    at: dt.datetime | None = None,
) -> User:
    """Open an account that signs in by e-mail, phone or both; without a password nobody can, yet.

    Raises NoIdentity, IdentityTaken, phones.InvalidPhone.
    """
    email, number = _identity(email=email, phone=phone)
    _refuse_taken(email=email, phone=number, user=None)
    with transaction.atomic():
        user = User.objects.create_user(
            email or None, password, full_name=clean(full_name), phone=number or None
        )
        audit.record(action="accounts.user.registered", obj=user, actor=actor or user, at=at)
    return user


def update_profile(
    *, user: User, full_name: str, email: str, phone: str, actor: User, at: dt.datetime | None = None
) -> User:
    """Change name, e-mail, phone. A new phone is not verified.

    Raises NoIdentity, IdentityTaken, phones.InvalidPhone.
    """
    email, number = _identity(email=email, phone=phone)
    _refuse_taken(email=email, phone=number, user=user)
    wanted: dict[str, Any] = {
        "full_name": clean(full_name),
        "email": email or None,
        "phone": number or None,
    }
    changes = {
        field: [str(getattr(user, field) or ""), str(value or "")]
        for field, value in wanted.items()
        if str(getattr(user, field) or "") != str(value or "")
    }
    if not changes:
        return user
    if "phone" in changes:
        wanted["phone_verified"] = False
    with transaction.atomic():
        for field, value in wanted.items():
            setattr(user, field, value)
        user.save(update_fields=list(wanted))
        # allauth keeps its own copy; a left-over one would let the old mailbox sign in.
        EmailAddress.objects.filter(user=user).exclude(email=email).delete()
        # The trail says that something personal changed, not what it was.
        audit.record(
            action="accounts.user.profile_changed",
            obj=user,
            actor=actor,
            at=at,
            changes={field: ["", ""] for field in changes},
        )
    return user


def _identity(*, email: str, phone: str) -> tuple[str, str]:
    email = clean(email).lower()
    number = phones.normalise(phone) if clean(phone) else ""
    if not (email or number):
        raise NoIdentity
    return email, number


def _refuse_taken(*, email: str, phone: str, user: User | None) -> None:
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if email and others.filter(email__iexact=email).exists():
        raise IdentityTaken(_("Email này đã có tài khoản. Hãy đăng nhập."), data={"field": "email"})
    if phone and others.filter(phone=phone).exists():
        raise IdentityTaken(_("Số điện thoại này đã có tài khoản. Hãy đăng nhập."), data={"field": "phone"})
