from payments.models.cod import CodCollection, RemittanceRow
from payments.models.files import ColumnMapping, FileKind, MoneyFile
from payments.models.ledger import AccountKind, JournalEntry, LedgerAccount, Posting
from payments.models.payment import Attempt, NoticeEcho, Payment, PaymentNotice, Refund
from payments.models.payout import Payout, PayoutBatch, PayoutLine

__all__ = [
    "AccountKind",
    "Attempt",
    "CodCollection",
    "ColumnMapping",
    "FileKind",
    "JournalEntry",
    "LedgerAccount",
    "MoneyFile",
    "NoticeEcho",
    "Payment",
    "PaymentNotice",
    "Payout",
    "PayoutBatch",
    "PayoutLine",
    "Posting",
    "Refund",
    "RemittanceRow",
]
