"""The bank's own word, sent to us: our protocol for banks and for services that watch accounts.

``POST`` of one JSON object, signed: header ``X-Signature`` is the HMAC-SHA256 of the raw body in
lower-case hex. Documented for those who send it in docs/api.md.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from core import clock
from core.text import clean
from payments.gateways.base import BadNotice, BadSignature
from payments.services.bank import Movement, Source

MAX_BODY = 16 * 1024  # bytes
MOST = 10**12  # đồng; no transfer is larger
_ID = re.compile(r"[\x21-\x7e]{1,80}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def check(body: bytes, signature: str, *, secret: str) -> None:
    """Raises BadSignature, in constant time. Without a secret nothing is believed."""
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not (secret and hmac.compare_digest(right.encode(), signature.strip().lower().encode())):
        raise BadSignature


def read(body: bytes, *, account: str) -> Movement:
    """What a signed body says of ``account``, the market's own. Raises BadNotice with the field."""
    facts = _object(body)
    named = re.sub(r"[^0-9A-Z]", "", _text(facts, "account", 1, 40).upper())
    if not account or named != account:
        raise BadNotice(data={"field": "account"})
    return Movement(
        notice_id="webhook:" + _match(facts, "id", _ID),
        source=Source.WEBHOOK,
        raw=body.decode(),
        amount=_amount(facts),
        currency=_match(facts, "currency", _CURRENCY),
        memo=_text(facts, "memo", 0, 1000),
        reference=_text(facts, "reference", 0, 60) if "reference" in facts else "",
        booked_at=_moment(facts),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    """One JSON object in UTF-8, each name once. Python's parser takes more than JSON allows."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    def never(text: str) -> Any:
        raise ValueError(f"{text} is no JSON")

    try:
        found = json.loads(body.decode(), object_pairs_hook=once, parse_constant=never)
    except (ValueError, RecursionError) as error:
        raise BadNotice(data={"field": ""}) from error
    if not isinstance(found, dict):
        raise BadNotice(data={"field": ""})
    return found


def _field(facts: Mapping[str, Any], name: str, is_fine: Callable[[Any], bool]) -> Any:
    value = facts.get(name)
    if not is_fine(value):
        raise BadNotice(data={"field": name})
    return value


def _text(facts: Mapping[str, Any], name: str, least: int, most: int) -> str:
    value = _field(facts, name, lambda value: isinstance(value, str) and least <= len(value) <= most)
    return clean(value)


def _match(facts: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    return _field(facts, name, lambda value: isinstance(value, str) and bool(pattern.fullmatch(value)))


def _amount(facts: Mapping[str, Any]) -> int:
    """Whole đồng, never a fraction; ``True`` is an int to Python and no amount."""
    return _field(facts, "amount", lambda value: type(value) is int and 0 < abs(value) <= MOST)


def _moment(facts: Mapping[str, Any]) -> dt.datetime:
    text = _text(facts, "booked_at", 1, 40)
    try:
        found = dt.datetime.fromisoformat(text)
        is_fine = found.tzinfo is not None and 2000 <= found.year < 2100
        # A clock may be wrong by a little, never by a day.
        is_fine = is_fine and found <= clock.now() + dt.timedelta(days=1)
    except ValueError:
        is_fine = False
    if not is_fine:
        raise BadNotice(data={"field": "booked_at"})
    return found
