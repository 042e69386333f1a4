"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from core.outbox import subscribe
from producers.services import letters


@subscribe("producers.payout_account_entered")
def tell_of_account(payload: Mapping[str, Any]) -> None:
    letters.account_entered(account_id=payload["account"])


@subscribe("producers.payout_account_changed")
def tell_of_confirmation(payload: Mapping[str, Any]) -> None:
    letters.account_changed(account_id=payload["id"], to=payload["to"])
