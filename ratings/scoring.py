"""From scorecards to stars. Pure: no database, no clock.

Source: QĐ 148/QĐ-TTg as announced by provinces (bands, plain mean, spread of at most ten points);
published scores carry two decimals, so the bands are half-open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Least score of each band, in points of 100.
BANDS = ((Decimal(90), 5), (Decimal(70), 4), (Decimal(50), 3), (Decimal(30), 2), (Decimal(0), 1))
LOWEST_RECOGNISED = 3  # stars; below it no certificate is given
NATIONAL = 5  # stars that only the centre may give
WIDEST_SPREAD = Decimal(10)  # points between the highest and the lowest card
CENT = Decimal("0.01")


def rounded(points: Decimal) -> Decimal:
    """Two decimals, half up: 89.995 → 90.00."""
    return points.quantize(CENT, rounding=ROUND_HALF_UP)


def stars_of(score: Decimal) -> int:
    """The band that a score of 0 to 100 falls into, after rounding. Raises ValueError outside."""
    exact = rounded(score)
    if not 0 <= exact <= 100:
        raise ValueError(f"a score lies between 0 and 100, not {score}")
    return next(stars for least, stars in BANDS if exact >= least)


@dataclass(frozen=True)
class Result:
    """What the cards of one round come to."""

    score: Decimal  # mean, two decimals
    spread: Decimal  # highest minus lowest card
    stars: int

    @property
    def must_be_discussed(self) -> bool:
        return self.spread > WIDEST_SPREAD


def quorum(*, members: int, percent: int) -> int:
    """How many of the members must be there: never fewer than the share asks for."""
    return -(-members * percent // 100)


def result(totals: Sequence[Decimal]) -> Result:
    """Mean of the locked cards' totals, each 0 to 100. Raises ValueError without any."""
    if not totals:
        raise ValueError("no card is locked")
    score = rounded(sum(totals, Decimal(0)) / len(totals))
    return Result(score=score, spread=max(totals) - min(totals), stars=stars_of(score))
