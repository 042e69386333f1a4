"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from core.outbox import subscribe
from notifications.services import messages


@subscribe("notifications.email_queued")
def send_email(payload: Mapping[str, Any]) -> None:
    messages.send_email(delivery_id=payload["delivery"], language=payload["language"])
