"""When was it decided, and until when does it hold? Arithmetic on what a source really tells."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from core import clock
from core.text import clean, fold

# A recognition holds 36 months from the decision, for 3, 4 and 5 stars alike.
# Source: QĐ 1048/QĐ-TTg and QĐ 148/QĐ-TTg as announced by the provinces; QĐ 26/2026/QĐ-TTg.
VALIDITY_MONTHS = 36

# Districts, which decided on 3 stars, ceased with the reform to two levels of government.
LAST_DAY_OF_DISTRICTS = dt.date(2025, 6, 30)

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00(?::00)?)?$")
_DAY_VN = re.compile(r"(?:ngay )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_DAY_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})$")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})$")
_MONTH_VN = re.compile(r"(?:thang |t)?(\d{1,2})(?:[/.-]| nam )(\d{4})$")
_YEAR = re.compile(r"(?:nam )?(\d{4})$")
_REMARK = re.compile(r"\s*\(.*\)\s*$")
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(36_526, 73_051)  # 2000-01-01 … 2099-12-31


@dataclass(frozen=True)
class Interval:
    """Two days, both included, between which something happened."""

    earliest: dt.date
    latest: dt.date

    def plus_months(self, months: int) -> "Interval":
        return Interval(clock.add_months(self.earliest, months), clock.add_months(self.latest, months))


@dataclass(frozen=True)
class Decided:
    """What the source tells of the day of a decision.

    ``precision`` is "day", "month", "year" or "none"; ``day`` only with "day"; ``text`` as the
    source prints it; ``interval`` None when nothing is known.
    """

    precision: str
    text: str = ""
    day: dt.date | None = None
    interval: Interval | None = None


def expiry(interval: Interval) -> Interval:
    """The last days of validity for the earliest and the latest possible decision."""
    return interval.plus_months(VALIDITY_MONTHS)


def decided(value: Any, *, award_year: int | None = None, by_district: bool = False) -> Decided:
    """Read a date cell: a date, an Excel serial, or a text; the award year where it is empty.

    An award year Y alone means a decision between Y-01-01 and (Y+1)-12-31: sources print the
    year of the round, and 279/QĐ-UBND of Nghệ An's 2021 round was signed on 2022-01-27.
    A district's decision was signed before districts ended. Raises ValueError for a text that
    is no date.
    """
    text = clean(str(value)) if value not in (None, "") else ""
    found = _read(value, text) if text else None
    if found is None:
        if award_year is None:
            return Decided("none")
        found = Decided("year", interval=Interval(dt.date(award_year, 1, 1), dt.date(award_year + 1, 12, 31)))
    if by_district and found.interval and found.interval.earliest <= LAST_DAY_OF_DISTRICTS:
        latest = min(found.interval.latest, LAST_DAY_OF_DISTRICTS)
        found = Decided(found.precision, found.text, found.day, Interval(found.interval.earliest, latest))
    return found


def on_day(day: dt.date, text: str = "") -> Decided:
    return Decided("day", text or day.isoformat(), day, Interval(day, day))


def _read(value: Any, text: str) -> Decided:
    if isinstance(value, dt.datetime):
        return on_day(value.date(), f"{value:%Y-%m-%d}")
    if isinstance(value, dt.date):
        return on_day(value)
    plain = fold(_REMARK.sub("", text))
    if plain.removesuffix(".0").isdigit() and int(float(plain)) in _EXCEL_DAYS:
        return on_day(_EXCEL_EPOCH + dt.timedelta(days=int(float(plain))), text)
    if match := _DAY.match(plain):
        return on_day(dt.date(*map(int, match.groups())), text)
    if match := _DAY_VN.match(plain) or _DAY_WORDS.match(plain):
        day, month, year = map(int, match.groups())
        return on_day(dt.date(year, month, day), text)
    if match := _MONTH.match(plain):
        return _month(int(match[1]), int(match[2]), text)
    if match := _MONTH_VN.match(plain):
        return _month(int(match[2]), int(match[1]), text)
    if match := _YEAR.match(plain):
        year = int(match[1])
        return Decided("year", text, None, Interval(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    raise ValueError(text)


def _month(year: int, month: int, text: str) -> Decided:
    first = dt.date(year, month, 1)
    return Decided("month", text, None, Interval(first, clock.add_months(first, 1) - dt.timedelta(days=1)))
