from producers.models.payout_account import AccountStatus, PayoutAccount
from producers.models.producer import Membership, Producer, ProducerKind, ProducerStatus

__all__ = [
    "AccountStatus",
    "Membership",
    "PayoutAccount",
    "Producer",
    "ProducerKind",
    "ProducerStatus",
]
