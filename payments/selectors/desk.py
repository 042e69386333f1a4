"""What of the market's money needs a person."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.models import FileKind, MoneyFile, PaymentNotice, Refund
from payments.states import NEEDS_A_PERSON, FileStatus, NoticeOutcome, RefundStatus, RefundWay


@dataclass(frozen=True)
class Pile:
    """So many rows of so much money together, in đồng."""

    value: str
    label: str
    count: int = 0
    amount: int = 0


def unresolved() -> QuerySet[PaymentNotice]:
    """Statements about money that nobody has looked at yet."""
    return PaymentNotice.objects.filter(outcome__in=NEEDS_A_PERSON, resolved_at=None)


def notice_piles() -> list[Pile]:
    """The unresolved by what they are, in one query; those that need nobody now are left out."""
    rows = unresolved().order_by().values_list("outcome").annotate(n=Count("pk"), sum=Sum("amount"))
    found = {outcome: (n, amount) for outcome, n, amount in rows}
    return [Pile(o.value, str(o.label), *found[o.value]) for o in NoticeOutcome if o.value in found]


def refund_piles() -> dict[str, Pile]:
    """All refunds by their state, in one query."""
    rows = Refund.objects.order_by().values_list("status").annotate(n=Count("pk"), sum=Sum("amount"))
    found = {status: (n, amount) for status, n, amount in rows}
    return {s.value: Pile(s.value, str(s.label), *found.get(s.value, (0, 0))) for s in RefundStatus}


def to_transfer() -> QuerySet[Refund]:
    """Approved, and for us to send by the bank."""
    return Refund.objects.filter(status=RefundStatus.APPROVED, way=RefundWay.TRANSFER)


def transfers() -> dict[str, int]:
    """Approved transfers: how many, how many on no list yet, and their sum in đồng."""
    new = Q(exported_at=None)
    return to_transfer().aggregate(
        all=Count("pk"), new=Count("pk", filter=new), amount=Coalesce(Sum("amount", filter=new), 0)
    )


def desk() -> dict[str, Any]:
    """The treasurer's block of the first page: constant number of queries."""
    piles = notice_piles()
    refunds = refund_piles()
    return {
        "unresolved": sum(pile.count for pile in piles),
        "unresolved_amount": sum(pile.amount for pile in piles),
        "piles": piles,
        "to_approve": refunds[RefundStatus.REQUESTED],
        "needs_account": refunds[RefundStatus.NEEDS_ACCOUNT],
        "approved": refunds[RefundStatus.APPROVED],
        "failed": refunds[RefundStatus.FAILED],
        "files": MoneyFile.objects.filter(status=FileStatus.PREVIEW).count(),
        "last_statement": MoneyFile.objects.filter(kind=FileKind.STATEMENT, status=FileStatus.DONE).first(),
    }
