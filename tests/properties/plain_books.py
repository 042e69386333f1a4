"""The market's money written down a second time, in plain Python, with none of its arithmetic.

Deals know what a buyer owes and what lies in advance; accounts are signed like the ledger's
(debit positive, credit negative) and named like its codes. All amounts in đồng.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

# Withheld from households and individuals (VAT, personal income tax), NĐ 117/2025/NĐ-CP.
GOODS_TAX = (Fraction(1, 100), Fraction(5, 1000))
TRANSPORT_TAX = (Fraction(3, 100), Fraction(15, 1000))
WITHHELD_FROM = ("household", "individual")


def rounded(amount: Fraction) -> int:
    """To the nearest đồng, half up."""
    return math.floor(amount + Fraction(1, 2))


@dataclass
class Line:
    """``earned``: the producer's, ``market``: paid by the market instead of the buyer."""

    units: int
    earned: int
    market: int
    fee_rate: Fraction
    returned: int = 0

    @property
    def fee(self) -> int:
        return rounded(self.earned * self.fee_rate)

    def part(self, total: int, units: int) -> int:
        """The share of so many more units; all shares of a line sum to the whole."""

        def so_far(count: int) -> int:
            return math.floor(Fraction(total * count, self.units))

        return so_far(self.returned + units) - so_far(self.returned)


@dataclass
class Parcel:
    code: str
    producer: str  # its account
    kind: str
    lines: list[Line]
    shipping: int
    carrier: str = ""
    shipping_is_back: bool = False

    @property
    def earned(self) -> int:
        return self.shipping + sum(line.earned for line in self.lines)

    @property
    def market(self) -> int:
        return sum(line.market for line in self.lines)

    @property
    def total(self) -> int:
        """What the buyer pays."""
        return self.earned - self.market

    def taxes(self, line: Line) -> tuple[int, int]:
        return self._withheld(line.earned, GOODS_TAX)

    @property
    def shipping_taxes(self) -> tuple[int, int]:
        return self._withheld(self.shipping, TRANSPORT_TAX)

    def _withheld(self, revenue: int, rates: tuple[Fraction, Fraction]) -> tuple[int, int]:
        if self.kind not in WITHHELD_FROM:
            return 0, 0
        return rounded(revenue * rates[0]), rounded(revenue * rates[1])


@dataclass
class Deal:
    """One order. ``state``: "cod", "open", "paid" or "cancelled"; ``held`` lies in advance for it."""

    code: str
    parcels: list[Parcel]
    state: str
    held: int = 0

    @property
    def total(self) -> int:
        return sum(parcel.total for parcel in self.parcels)

    @property
    def missing(self) -> int:
        return self.total - self.held


@dataclass
class Books:
    accounts: Counter[str] = field(default_factory=Counter)
    earned: Counter[str] = field(default_factory=Counter)  # by producer, fee and tax taken off
    cash_kept: Counter[str] = field(default_factory=Counter)  # by producers at the door
    paid_out: Counter[str] = field(default_factory=Counter)
    came_in: int = 0  # at the bank, through gateways, and as cash
    went_out: int = 0

    def _move(self, source: str, target: str, amount: int) -> None:
        self.accounts[source] -= amount
        self.accounts[target] += amount

    # --- from buyers ------------------------------------------------------------------
    def money_in(self, deal: Deal | None, amount: int, *, where: str, goods_there: bool) -> None:
        """``goods_there``: whether the order went on, asked only when this makes the sum complete."""
        self.came_in += amount
        if deal is None or deal.state == "cod":
            self._move("suspense", where, amount)
            return
        wanted = min(amount, deal.missing) if deal.state == "open" else 0
        self._move("deposits", where, wanted)
        self._move("refunds", where, amount - wanted)
        deal.held += wanted
        if deal.state == "open" and not deal.missing:
            if goods_there:
                deal.state = "paid"
            else:
                self.owe_back(deal, deal.held)

    def owe_back(self, deal: Deal, amount: int) -> None:
        deal.held -= amount
        self._move("refunds", "deposits", amount)

    def refunded(self, amount: int, *, where: str) -> None:
        self.went_out += amount
        self._move(where, "refunds", amount)

    # --- to producers -----------------------------------------------------------------
    def delivered(self, deal: Deal, parcel: Parcel) -> None:
        """Paid at the door or in advance, the parcel is earned now."""
        if deal.state == "cod":
            self.came_in += parcel.total
            holder = f"cod:{parcel.carrier}" if parcel.carrier else parcel.producer
            self._move("deposits", holder, parcel.total)
            self.cash_kept[parcel.producer] += 0 if parcel.carrier else parcel.total
        else:
            deal.held -= parcel.total
        self.accounts["deposits"] += parcel.total
        self.accounts["promotion"] += parcel.market
        self._earn(parcel.producer, parcel.earned)
        for line in parcel.lines:
            self._keep(parcel.producer, "fees", line.fee)
            self._withhold(parcel, parcel.taxes(line))
        self._withhold(parcel, parcel.shipping_taxes)

    def returned(self, parcel: Parcel, units: dict[int, int], *, with_shipping: bool) -> int:
        """Units by line number come back; returns what the buyer is owed for them."""
        paid = market = 0
        for number, count in units.items():
            line = parcel.lines[number]
            paid += line.part(line.earned - line.market, count)
            market += line.part(line.market, count)
            self._keep(parcel.producer, "fees", -line.part(line.fee, count))
            self._withhold(parcel, tuple(-line.part(tax, count) for tax in parcel.taxes(line)))
            line.returned += count
        if with_shipping:
            paid += parcel.shipping
            self._withhold(parcel, tuple(-tax for tax in parcel.shipping_taxes))
            parcel.shipping_is_back = True
        self.accounts["refunds"] -= paid
        self.accounts["promotion"] -= market
        self._earn(parcel.producer, -(paid + market))
        return paid

    def sent(self, producer: str, amount: int) -> None:
        """A payout is on its way, and owed no longer; it never is more than was owed."""
        assert 0 < amount <= -self.accounts[producer]
        self.paid_out[producer] += amount
        self._move("payouts", producer, amount)

    def bank_paid(self, amount: int) -> None:
        self.went_out += amount
        self._move("bank", "payouts", amount)

    def bounced(self, producer: str, amount: int, *, was_paid: bool) -> None:
        self.paid_out[producer] -= amount
        self.went_out -= amount if was_paid else 0
        self._move(producer, "bank" if was_paid else "payouts", amount)

    def _earn(self, producer: str, amount: int) -> None:
        self.earned[producer] += amount
        self.accounts[producer] -= amount

    def _keep(self, producer: str, account: str, amount: int) -> None:
        self._earn(producer, -amount)
        self.accounts[account] -= amount

    def _withhold(self, parcel: Parcel, taxes: tuple[int, ...]) -> None:
        for account, amount in zip(("vat", "pit"), taxes, strict=True):
            self._keep(parcel.producer, account, amount)
