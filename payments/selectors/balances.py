"""What accounts stand at."""

from django.db.models import Sum

from payments.models import AccountKind, LedgerAccount, Posting


def balance(account: LedgerAccount) -> int:
    """Debits minus credits, in đồng."""
    return Posting.objects.filter(account=account).aggregate(sum=Sum("amount"))["sum"] or 0


def held_for(reference: str) -> int:
    """Đồng that buyers paid in advance for an order and that nobody has earned yet."""
    rows = Posting.objects.filter(account__kind=AccountKind.DEPOSITS, reference=reference)
    return -(rows.aggregate(sum=Sum("amount"))["sum"] or 0)
