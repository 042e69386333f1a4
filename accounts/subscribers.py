"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from core.outbox import subscribe


@subscribe("accounts.password_reset_asked")
def send_password_reset(payload: Mapping[str, Any]) -> None:
    from accounts.services import mails

    user = User.objects.filter(pk=payload["user"]).first()
    if user:
        mails.send_password_reset(user=user, language=payload["language"])
