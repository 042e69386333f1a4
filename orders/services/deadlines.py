"""How long producers and buyers have."""

import datetime as dt

from django.conf import settings

from core import clock


def confirm_by(placed_at: dt.datetime) -> dt.datetime:
    """When an order that nobody confirmed cancels itself."""
    return placed_at + dt.timedelta(hours=settings.CONFIRM_HOURS)


def due_on(delivered_at: dt.datetime) -> dt.date:
    """First day on which a delivered parcel's money may be paid out: after the return window."""
    return clock.day_of(delivered_at) + dt.timedelta(days=settings.RETURN_DAYS + 1)
