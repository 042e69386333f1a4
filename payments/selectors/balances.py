"""What accounts stand at."""

from django.db.models import Sum

from payments.models import AccountKind, LedgerAccount, Payment, Posting


def balance(account: LedgerAccount) -> int:
    """Debits minus credits, in đồng."""
    return Posting.objects.filter(account=account).aggregate(sum=Sum("amount"))["sum"] or 0


def held_for(reference: str) -> int:
    """Đồng that buyers paid in advance for an order and that nobody has earned yet."""
    rows = Posting.objects.filter(account__kind=AccountKind.DEPOSITS, reference=reference)
    return -(rows.aggregate(sum=Sum("amount"))["sum"] or 0)


def missing_for(payment: Payment) -> int:
    """Đồng that an order paid in advance still wants; what was sent back counts no more."""
    return max(payment.amount - held_for(payment.reference), 0)


def written_off_for(reference: str) -> int:
    """Đồng that the market does without for an order."""
    rows = Posting.objects.filter(account__kind=AccountKind.DIFFERENCES, reference=reference)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def total() -> int:
    """The sum of all postings, in đồng: zero, or the books are broken."""
    return Posting.objects.aggregate(sum=Sum("amount"))["sum"] or 0
