"""Reading what carriers send: nothing is believed about types, lengths or numbers. Raises BadWebhook."""

import datetime as dt
import hmac
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core import clock
from core.text import clean
from orders.carriers.base import BadSecret, BadWebhook

Data = Mapping[str, Any]

MOST = 10**12  # đồng or grams: far above any parcel, far below the column's limit
YEARS = range(2015, 2100)


def json_object(body: bytes | str) -> Data:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadWebhook() from error
    if not isinstance(found, dict):
        raise BadWebhook()
    return found


def part(data: Data, key: str) -> Data:
    found = data.get(key)
    if not isinstance(found, dict):
        raise BadWebhook()
    return found


def text(data: Data, key: str, *, most: int = 60) -> str:
    """A word or a number as text, at most ``most`` characters; "" when it is not there."""
    found = data.get(key)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise BadWebhook()
    return clean(str(found))[:most]


def required(data: Data, key: str) -> str:
    """A code: not cut short, since half a code is another code."""
    found = text(data, key, most=200)
    if not found or len(found) > 60:
        raise BadWebhook()
    return found


def amount(data: Data, key: str, *, times: int = 1) -> int | None:
    """A number from 0 on, ``times`` as much, rounded to a whole one; None when it is not there."""
    found = data.get(key)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise BadWebhook()
    try:
        number = Decimal(str(found)) * times
    except InvalidOperation as error:
        raise BadWebhook() from error
    if not number.is_finite() or not 0 <= number <= MOST:
        raise BadWebhook()
    return round(number)


def moment(data: Data, key: str, pattern: str = "") -> dt.datetime:
    """ISO 8601, or written after ``pattern``; without a zone it is Vietnam's time."""
    words = required(data, key)
    try:
        found = dt.datetime.strptime(words, pattern) if pattern else dt.datetime.fromisoformat(words)
    except ValueError as error:
        raise BadWebhook() from error
    if found.year not in YEARS:
        raise BadWebhook()
    return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)


def words(data: Data) -> str:
    """The carrier's own sentence in an answer, "" when it says nothing."""
    return clean(str(data.get("message") or ""))[:300]


def check_secret(given: str, expected: str) -> None:
    """Without an expected secret nobody is let in. Raises BadSecret."""
    if not expected or not hmac.compare_digest(_bytes(given), _bytes(expected)):
        raise BadSecret()


def _bytes(text: str) -> bytes:
    """Whatever a stranger puts into a header or an address has bytes."""
    return text.encode("utf-8", "surrogatepass")
