"""What of an approved batch the bank still has to carry out, as the list that its screen takes."""

from payments.banks import by_bin
from payments.models import PayoutBatch
from payments.statements.bank_file import MEMO_LENGTH, PayoutLine, to_csv, to_xlsx
from payments.states import PayoutStatus

FORMATS = {"xlsx": to_xlsx, "csv": to_csv}


def bank_list(*, batch: PayoutBatch, kind: str) -> bytes:
    """Transfers that are sent and neither paid nor bounced: nobody should send those again."""
    memo = f"OCOP {batch.number}"
    lines = []
    for payout in batch.payouts.filter(status=PayoutStatus.SENT).order_by("pk"):
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
    return FORMATS[kind](lines)
