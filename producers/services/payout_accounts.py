"""Where a producer's money goes: entered by its owner, confirmed by a treasurer."""

import datetime as dt
import re
from typing import Any

from django.db import transaction

from accounts import selectors as accounts
from core import clock, outbox
from core.services import records
from core.services.transitions import transition
from core.text import clean, fold
from producers import policies
from producers.errors import AccountChanged, InvalidAccount, ReasonMissing
from producers.models import AccountStatus, Membership, PayoutAccount, Producer
from producers.states import PAYOUT_ACCOUNT

NAME = r"[A-Z0-9][A-Z0-9 .,()&'-]{0,119}"  # what banks can print
_SHAPES = {"bank_bin": r"[0-9]{6}", "account_number": r"[0-9A-Z]{6,19}", "account_name": NAME}


def enter(
    *,
    producer: Producer,
    bank_bin: str,
    account_number: str,
    account_name: str,
    actor: Any,
    at: dt.datetime | None = None,
) -> PayoutAccount:
    """Name the account, or another one: it then waits for a treasurer, and the producer is told.

    Entering the same account again changes nothing. Raises NotAllowed, InvalidAccount.
    """
    policies.require(policies.owns(actor, producer))
    moment = at or clock.now()
    typed = {"bank_bin": bank_bin, "account_number": account_number, "account_name": account_name}
    values = {field: tidy(field=field, value=value) for field, value in typed.items()}
    with transaction.atomic():
        # The producer's row is the lock, because the account may not exist yet.
        Producer.objects.select_for_update(of=("self",), no_key=True).get(pk=producer.pk)
        account = PayoutAccount.objects.filter(producer=producer).first()
        if account is None:
            account = PayoutAccount(producer=producer, changed_at=moment, **values)
            records.create(obj=account, actor=actor, at=moment)
        elif all(getattr(account, field) == value for field, value in values.items()):
            return account
        else:
            _unconfirm(account, actor, moment)
            records.update(obj=account, values={**values, "changed_at": moment}, actor=actor, at=moment)
        outbox.publish("producers.payout_account_entered", {"account": account.pk})
    return account


def confirm(*, account: PayoutAccount, seen: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """A treasurer has compared the account with the producer's papers.

    ``seen`` is the fingerprint of what the treasurer looked at. A treasurer who works for the
    producer leaves it to another. Raises NotAllowed, AccountChanged.
    """
    works_there = Membership.objects.filter(producer=account.producer_id, user=getattr(actor, "pk", None))
    policies.require(accounts.is_treasurer(actor) and not works_there.exists())
    moment = at or clock.now()
    with transaction.atomic():
        stored = PayoutAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
        if stored.fingerprint != seen:
            raise AccountChanged
        return transition(
            account,
            machine=PAYOUT_ACCOUNT,
            to=AccountStatus.CONFIRMED,
            actor=actor,
            at=moment,
            values={"confirmed_by": actor, "confirmed_at": moment},
        )


def doubt(*, account: PayoutAccount, reason: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """Pay nothing there until it is confirmed again. Raises NotAllowed, ReasonMissing."""
    policies.require(accounts.is_treasurer(actor))
    reason = clean(reason)[:300]
    if not reason:
        raise ReasonMissing
    return _unconfirm(account, actor, at or clock.now(), reason)


def _unconfirm(account: PayoutAccount, actor: Any, at: dt.datetime, reason: str = "") -> bool:
    return transition(
        account,
        machine=PAYOUT_ACCOUNT,
        to=AccountStatus.UNCONFIRMED,
        actor=actor,
        at=at,
        reason=reason,
        values={"confirmed_by": None, "confirmed_at": None},
    )


def tidy(*, field: str, value: str) -> str:
    """One field as banks write it: "0071 000-123", "Trần Thị Ả" → "0071000123", "TRAN THI A".

    Raises InvalidAccount.
    """
    text = clean(value).upper()
    if field == "account_number":
        text = re.sub(r"[\s.-]", "", text)
    elif field == "account_name":
        text = fold(text).upper()
    if not re.fullmatch(_SHAPES[field], text):
        raise InvalidAccount(data={"field": field})
    return text
