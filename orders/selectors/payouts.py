"""Producers' money with what orders know of it: parcels about which a case is open wait."""

import datetime as dt
from collections.abc import Collection

from orders.models import ReturnCase
from orders.states import CASE_IS_OPEN
from payments.selectors.payouts import Share, shares


def held_parcels() -> set[str]:
    """Codes of parcels with an open case."""
    return set(ReturnCase.objects.filter(status__in=CASE_IS_OPEN).values_list("sub_order__code", flat=True))


def preview(*, up_to: dt.date, producers: Collection[int] | None = None) -> list[Share]:
    """What each producer would get in a batch up to a day, and what waits; by producer's name.

    Without those whose pieces cancel out: cash in hand against the same parcel's price.
    """
    found = shares(up_to=up_to, held_references=held_parcels(), producers=producers)
    return [share for share in found if share.amount or share.held or share.later_amount]
