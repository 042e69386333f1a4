"""An approved batch as the list that the bank's screen for many transfers takes."""

from collections.abc import Callable

from orders.papers.money_sheets import CSV, XLSX
from payments.banks import by_bin
from payments.models import PayoutBatch
from payments.statements.bank_file import MEMO_LENGTH, PayoutLine, to_csv, to_xlsx

FORMATS: dict[str, tuple[Callable[[list[PayoutLine]], bytes], str]] = {
    "xlsx": (to_xlsx, XLSX),
    "csv": (to_csv, CSV),
}


def bank_file(batch: PayoutBatch, kind: str) -> tuple[bytes, str]:
    """Content and its type. What has bounced since is left out: nobody should send it again."""
    make, content_type = FORMATS[kind]
    memo = f"OCOP {batch.number}"
    lines = []
    for payout in batch.payouts.exclude(status="bounced").order_by("pk"):
        bank = by_bin(payout.bank_bin)
        lines.append(
            PayoutLine(
                beneficiary=payout.account_name,
                account_number=payout.account_number,
                bank_name=bank.name if bank else payout.bank_bin,
                bank_bin=payout.bank_bin,
                amount=payout.amount,
                memo=memo if len(memo) <= MEMO_LENGTH else batch.number,
            )
        )
    return make(lines), content_type
