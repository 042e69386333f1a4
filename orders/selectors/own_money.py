"""A producer's money on one page: what is due, what waits and why, what is on its way, the months."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from core import clock
from orders.selectors.payouts import preview
from payments.banks import Bank, by_bin
from payments.models import Payout
from payments.selectors.payouts import Share
from payments.selectors.statements import Month, months
from payments.states import PayoutStatus
from producers.models import Membership, PayoutAccount, Producer

SHOWN_DAYS = 8
SHOWN_MONTHS = 12


@dataclass(frozen=True)
class Purse:
    """``share`` is None where nothing is unpaid. ``planned`` waits for a second treasurer."""

    producer: Producer
    is_owner: bool
    account: PayoutAccount | None
    share: Share | None
    planned: int
    sent: int
    months: list[Month]

    @property
    def bank(self) -> Bank | None:
        return by_bin(self.account.bank_bin) if self.account else None

    @property
    def owed(self) -> int:
        """What the market owes: the balance of the producer's account in the ledger."""
        return (self.share.balance if self.share else 0) + self.planned

    @property
    def upcoming(self) -> list[Any]:
        return self.share.upcoming[:SHOWN_DAYS] if self.share else []


def purses(user: Any) -> list[Purse]:
    """Of every producer that the user works for, by name."""
    producers = list(Producer.objects.owned_by(user).select_related("payout_account").order_by("name"))
    keys = [producer.pk for producer in producers]
    owned = set(
        Membership.objects.filter(user=user, role=Membership.Role.OWNER).values_list("producer", flat=True)
    )
    shares = {share.producer.pk: share for share in preview(up_to=clock.today(), producers=keys)}
    open_payouts = (
        Payout.objects.filter(producer__in=keys, status__in=[PayoutStatus.PLANNED, PayoutStatus.SENT])
        .order_by()
        .values_list("producer", "status")
        .annotate(sum=Sum("amount"))
    )
    moving = {(producer, status): amount for producer, status, amount in open_payouts}
    return [
        Purse(
            producer=producer,
            is_owner=producer.pk in owned,
            account=getattr(producer, "payout_account", None),
            share=shares.get(producer.pk),
            planned=moving.get((producer.pk, PayoutStatus.PLANNED), 0),
            sent=moving.get((producer.pk, PayoutStatus.SENT), 0),
            months=months(producer=producer)[:SHOWN_MONTHS],
        )
        for producer in producers
    ]
