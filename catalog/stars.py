"""What a product's star is worth on a day. Pure arithmetic on dates; nothing is stored."""

import datetime as dt
from typing import Literal

LOWEST = 3  # certificates exist from 3 stars up (QĐ 148/QĐ-TTg; QĐ 26/2026/QĐ-TTg as reported)
SHOWN = (5, 4, 3)

StarState = Literal["live", "lapsed", "unknown", "none"]


def state(
    *,
    stars: int | None,
    valid_until: dt.date | None,
    lapsed_after: dt.date | None,
    certificate_number: str,
    on: dt.date,
) -> StarState:
    """ "live" up to the last certain day, "lapsed" after the last possible one.

    Between the two, or where the source names no star or no date, "unknown"; "none" without a
    recognition of at least three stars.
    """
    if not certificate_number or (stars is not None and stars < LOWEST):
        return "none"
    if lapsed_after is not None and on > lapsed_after:
        return "lapsed"
    if stars is not None and valid_until is not None and on <= valid_until:
        return "live"
    return "unknown"
