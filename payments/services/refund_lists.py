"""Approved refunds as the list that the bank's screen for many transfers takes."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import clock
from core.services import audit
from payments.banks import by_bin
from payments.errors import NothingToTransfer
from payments.models import Refund
from payments.policies import require_treasurer
from payments.selectors import desk
from payments.statements import bank_file
from payments.statements.bank_file import PayoutLine


def export(*, kind: str, again: bool, actor: Any, at: dt.datetime | None = None) -> bytes:
    """The transfers to make, as "xlsx" or "csv"; each once, unless asked for ``again``.

    Of two people at once, one gets a refund on the list. Raises NotAllowed, NothingToTransfer.
    """
    require_treasurer(actor)
    moment = at or clock.now()
    with transaction.atomic():
        rows = desk.to_transfer().select_for_update().order_by("pk")
        refunds = list(rows if again else rows.filter(exported_at=None))
        if not refunds:
            raise NothingToTransfer
        lines = [_line(refund) for refund in refunds]
        content = bank_file.to_csv(lines) if kind == "csv" else bank_file.to_xlsx(lines)
        for refund in refunds:
            audit.record(action="payments.refund.exported", obj=refund, actor=actor, at=moment)
        Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(exported_at=moment)
    return content


def _line(refund: Refund) -> PayoutLine:
    bank = by_bin(refund.bank_bin)
    code = refund.reference.replace("-", "")
    return PayoutLine(
        beneficiary=refund.account_name,
        account_number=refund.account_number,
        bank_name=bank.name if bank else "",
        bank_bin=refund.bank_bin,
        amount=refund.amount,
        memo=f"HOAN {code}"[: bank_file.MEMO_LENGTH],
    )
