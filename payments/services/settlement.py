"""What a delivered parcel brings its producer, and what a return takes back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from payments.models import AccountKind
from payments.services import ledger
from payments.services.ledger import Item, Kind, Line
from producers.models import Producer


@dataclass(frozen=True)
class Earning:
    """One parcel, or the part of it that comes back. All in đồng, none negative.

    ``goods`` and ``services`` are what the producer earns for them: prices less the discount that
    the producer bears; apart because tax is. The buyer paid ``market_discount`` less than these and
    shipping; the market pays it. ``written_off`` is what the buyer did not pay and the market did without.
    """

    goods: int
    services: int = 0
    shipping: int = 0
    market_discount: int = 0
    commission: int = 0
    vat: int = 0
    pit: int = 0
    written_off: int = 0

    @property
    def price(self) -> int:
        """What it cost the buyer."""
        return self.goods + self.services + self.shipping - self.market_discount

    @property
    def paid(self) -> int:
        """What the buyer paid of it."""
        return self.price - self.written_off


def settle(
    *,
    reference: str,
    order_code: str,
    producer: Producer,
    earning: Earning,
    due_on: dt.date,
    actor: Any,
    at: dt.datetime,
) -> bool:
    """Delivered and paid: the buyer's money becomes the producer's, less fee and tax. Once per parcel."""
    lines = [
        Line(ledger.account(kind=AccountKind.DEPOSITS), Item.PAYMENT, earning.price, order_code),
        *_shares(reference, producer, earning, due_on, sign=1),
    ]
    return ledger.post(kind=Kind.SETTLEMENT, key=f"settlement:{reference}", lines=lines, at=at, actor=actor)


def take_back(
    *,
    key: str,
    reference: str,
    order_code: str,
    producer: Producer,
    earning: Earning,
    due_on: dt.date,
    actor: Any,
    at: dt.datetime,
    memo: str = "",
) -> bool:
    """A return: its share of everything is undone, and the buyer is owed what was paid for it. What
    the market did without comes back to the market."""
    lines = [
        Line(ledger.account(kind=AccountKind.REFUNDS), Item.REFUND, -earning.paid, reference),
        Line(ledger.account(kind=AccountKind.DIFFERENCES), Item.DIFFERENCE, -earning.written_off, order_code),
        *_shares(reference, producer, earning, due_on, sign=-1),
    ]
    return ledger.post(kind=Kind.RETURN, key=f"return:{key}", lines=lines, at=at, actor=actor, memo=memo)


def _shares(
    reference: str, producer: Producer, earning: Earning, due_on: dt.date, *, sign: int
) -> list[Line]:
    """Everything but the buyer's side; sign −1 undoes it."""
    own = ledger.account(kind=AccountKind.PRODUCER, producer=producer)

    def producers(item: str, amount: int) -> Line:
        return Line(own, item, sign * amount, reference, due_on=due_on)

    def markets(kind: AccountKind, item: str, amount: int) -> Line:
        return Line(ledger.account(kind=kind), item, sign * amount, reference)

    return [
        markets(AccountKind.PROMOTION, Item.DISCOUNT, earning.market_discount),
        producers(Item.GOODS, -earning.goods),
        producers(Item.SERVICES, -earning.services),
        producers(Item.SHIPPING, -earning.shipping),
        producers(Item.COMMISSION, earning.commission),
        markets(AccountKind.FEES, Item.COMMISSION, -earning.commission),
        producers(Item.VAT, earning.vat),
        markets(AccountKind.VAT, Item.VAT, -earning.vat),
        producers(Item.PIT, earning.pit),
        markets(AccountKind.PIT, Item.PIT, -earning.pit),
    ]
