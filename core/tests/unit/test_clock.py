"""Days are Vietnam's, and months end where they end."""

import datetime as dt

import pytest
from django.utils import timezone

from core import clock


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ((2023, 2, 24), 36, (2026, 2, 24)),
        ((2024, 2, 29), 36, (2027, 2, 28)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2026, 11, 30), 1, (2026, 12, 30)),
        ((2026, 12, 31), 2, (2027, 2, 28)),
        ((2026, 3, 31), 0, (2026, 3, 31)),
    ],
)
def test_add_months(day, months, later):
    assert clock.add_months(dt.date(*day), months) == dt.date(*later)


def test_the_day_changes_at_midnight_in_vietnam(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC))
    assert clock.today() == dt.date(2026, 11, 23)
