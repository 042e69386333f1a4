"""Cells in and out: amounts and moments as people and banks write them, texts that no program runs."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Literal

from django.utils.translation import gettext as _

from core.clock import VIETNAM
from core.text import clean

DateOrder = Literal["dmy", "mdy"]
Decimal = Literal["", ",", "."]  # the sign before fractions; "" where nothing in the file shows it

MOST = 10**15  # đồng; more than any account holds, and within a bigint
_LONGEST = 60  # characters of an amount
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

_CURRENCY = r"(?:VND|VNĐ|ĐỒNG|DONG|₫|Đ|D)"
_AMOUNT = re.compile(
    rf"(?P<open>\(?)\s*(?P<before>[+\-−–]?)\s*(?:{_CURRENCY}\s*(?P<within>[+\-−–]?)\s*)?"
    rf"(?P<figures>[0-9][0-9.,' ]*?)\s*(?P<after>[+\-−–]?)\s*{_CURRENCY}?\s*(?P<close>\)?)",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"(?P<whole>\d{1,3}(?P<group>[.,' ])\d{3}(?:(?P=group)\d{3})*|\d+)(?:(?P<point>[.,])(?P<fraction>\d*))?",
    re.ASCII,
)
_DATE = re.compile(r"(?<!\d)(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?![/.-]?\d)", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm|sa|ch)?\s*(z|[+-]\d{2}:?\d{2})?(?![\d:])",
    re.IGNORECASE | re.ASCII,
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SERIALS_FROM = dt.datetime(1899, 12, 30)
_YEARS = range(2000, 2100)


class BadValue(ValueError):
    """A cell holds something else than it should. ``remedy`` says what to write instead."""

    def __init__(self, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(remedy)


def text(value: Any) -> str:
    """What a cell shows: ``="0012"`` and ``'0012``, by which programs keep zeros, are 0012."""
    shown = clean(str(value))
    if match := re.fullmatch(r'="([^"]*)"', shown):
        return match[1]
    return shown.removeprefix("'")


def amount(value: Any, decimal: Decimal = "") -> int | None:
    """Whole đồng; None for an empty cell or a dash. "(50.000)" and "50.000-" are negative.

    ``decimal`` decides where a single separator before three figures could be either.
    Raises BadValue.
    """
    shown = text(value)
    if shown.strip("-–− ") == "":
        return None
    match = _AMOUNT.fullmatch(shown) if len(shown) <= _LONGEST else None
    signs = "".join(match[name] or "" for name in ("open", "before", "within", "after")) if match else ""
    if match is None or len(signs) > 1 or (match["open"] == "(") != (match["close"] == ")"):
        raise BadValue(_("ghi một số tiền bằng đồng, ví dụ 1.250.000"))
    found = _whole(match["figures"], decimal)
    if found > MOST:
        raise BadValue(_("số tiền lớn bất thường; kiểm tra lại ô này"))
    return found if signs in ("", "+") else -found


def _whole(figures: str, decimal: Decimal) -> int:
    match = _FIGURES.fullmatch(figures)
    if match and decimal and match["group"] == decimal and not match["point"]:
        # "1.250" in a file that writes fractions after a dot.
        match = re.fullmatch(r"(?P<whole>\d+)(?P<group>)(?P<point>[.,])(?P<fraction>\d+)", figures)
    if match is None or (match["point"] and match["point"] in (match["group"] or "")):
        raise BadValue(_("các chữ số không tách đúng từng ba số; ghi như 1.250.000"))
    fraction = match["fraction"] or ""
    if match["point"] and (decimal not in ("", match["point"]) or (len(fraction) == 3 and not decimal)):
        raise BadValue(_("không rõ dấu nào tách phần lẻ; ghi như 1.250.000"))
    if fraction.strip("0"):
        raise BadValue(_("số tiền có phần lẻ; tiền đồng chỉ có số nguyên"))
    return int(re.sub(r"\D", "", match["whole"]))


def decimal_of(values: Iterable[Any]) -> Decimal:
    """Which sign stands before fractions, where some amount shows it beyond doubt and none denies it."""
    found: set[str] = set()
    for value in values:
        match = _AMOUNT.fullmatch(text(value))
        figures = _FIGURES.fullmatch(match["figures"]) if match else None
        if figures and figures["point"] and len(figures["fraction"]) in (1, 2):
            found.add(figures["point"])
    return ("," if "," in found else ".") if len(found) == 1 else ""


def moment(value: Any, order: DateOrder = "dmy") -> tuple[dt.datetime, str]:
    """Aware time in Vietnam (midnight where only a day stands), and what else the cell says.

    Takes dates, "22/11/2026 10:30:00", "10:30 22-11-2026", ISO 8601 and a spreadsheet's number of
    days. Some banks print a number under the date: "22/11/2026 5009.34878". Raises BadValue.
    """
    if isinstance(value, dt.date):
        return _aware(value), ""
    shown = text(value)
    if _SERIAL.fullmatch(shown):
        return _aware(_SERIALS_FROM + dt.timedelta(seconds=round(float(shown) * 86_400))), ""
    match = _DATE.search(shown)
    if match is None:
        raise BadValue(_("ghi ngày như 22/11/2026 hoặc 22/11/2026 10:30:00"))
    day = _day(match, order)
    before, after = shown[: match.start()].strip(" ,"), shown[match.end() :].strip(" ,")
    if before:
        return _aware(dt.datetime.combine(day, clock_time(before))), after
    if found := _TIME.match(after.removeprefix("T")):
        return _aware(dt.datetime.combine(day, _time(found))), after.removeprefix("T")[found.end() :].strip()
    return _aware(day), after


def clock_time(value: Any) -> dt.time:
    """A time of day on its own. Raises BadValue."""
    if isinstance(value, dt.datetime):
        return value.time()
    match = _TIME.fullmatch(text(value))
    if match is None:
        raise BadValue(_("ghi giờ như 10:30:00"))
    return _time(match)


def order_of(values: Iterable[Any]) -> DateOrder:
    """ "mdy" where some date can only be read so and none only the other way round."""
    found = [match for value in values if (match := _DATE.search(text(value))) and len(match[1]) <= 2]
    american = any(int(match[3]) > 12 for match in found)
    return "mdy" if american and all(int(match[1]) <= 12 for match in found) else "dmy"


def _day(match: re.Match[str], order: DateOrder) -> dt.date:
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4 and len(match[4]) <= 2:
        year, month, day = first, second, third
    elif len(match[4]) == 4 and len(match[1]) <= 2:
        day, month, year = (first, second, third) if order == "dmy" else (second, first, third)
    else:
        raise BadValue(_("ghi năm bằng bốn chữ số, ví dụ 22/11/2026"))
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise BadValue(_("ngày này không có trong lịch; ghi như 22/11/2026")) from error


def _time(match: re.Match[str]) -> dt.time:
    hour, half = int(match[1]), (match[4] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in ("pm", "ch") else 0)
    zone = match[5]
    try:
        time = dt.time(hour, int(match[2]), int(match[3] or 0))
        return dt.time.fromisoformat(f"{time}{zone.upper().replace('Z', '+00:00')}") if zone else time
    except ValueError as error:
        raise BadValue(_("giờ này không có; ghi như 10:30:00")) from error


def _aware(value: dt.date) -> dt.datetime:
    """Of a date or a time without zone: in Vietnam. Raises BadValue for a year that is no business."""
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    if value.year not in _YEARS:
        raise BadValue(_("năm %s không hợp lý; kiểm tra lại ngày") % value.year)
    return value.astimezone(VIETNAM) if value.tzinfo else value.replace(tzinfo=VIETNAM)


def safe(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front.

    Source: OWASP, CSV injection.
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
