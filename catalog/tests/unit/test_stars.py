"""A star is worth something up to its last day, and not a day longer."""

import datetime as dt

import pytest

from catalog import stars

DAY = dt.date(2026, 11, 23)
BEFORE, AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("star", "valid_until", "lapsed_after", "number", "state"),
    [
        (4, DAY, DAY, "48-1", "live"),
        (4, AFTER, AFTER, "48-1", "live"),
        (4, BEFORE, BEFORE, "48-1", "lapsed"),
        (4, BEFORE, AFTER, "48-1", "unknown"),  # the year is known, the day is not
        (4, BEFORE, DAY, "48-1", "unknown"),
        (4, None, None, "48-1", "unknown"),
        (None, AFTER, AFTER, "48-1", "unknown"),
        (None, BEFORE, BEFORE, "48-1", "lapsed"),
        (2, AFTER, AFTER, "48-1", "none"),  # no certificate exists below three stars
        (None, None, None, "", "none"),
    ],
)
def test_state(star, valid_until, lapsed_after, number, state):
    assert (
        stars.state(
            stars=star, valid_until=valid_until, lapsed_after=lapsed_after, certificate_number=number, on=DAY
        )
        == state
    )
