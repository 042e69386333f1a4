"""The market's clock. Dates of recognitions and lots are calendar days in Vietnam."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """Aware present moment."""
    return timezone.now()


def today() -> dt.date:
    """The calendar day in Vietnam, whatever the server's zone."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """The calendar day in Vietnam of an aware moment."""
    return moment.astimezone(VIETNAM).date()


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which the day begins in Vietnam."""
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def add_months(day: dt.date, months: int) -> dt.date:
    """Same day ``months`` later; the month's last day when that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def month_of(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of the day's month in Vietnam, and of the month after it."""
    first = day.replace(day=1)
    after = add_months(first, 1)
    return dt.datetime.combine(first, dt.time(), VIETNAM), dt.datetime.combine(after, dt.time(), VIETNAM)
