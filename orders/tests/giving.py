"""Vouchers in tests."""

import datetime as dt
from typing import Any

from core import clock
from orders.models import Voucher


def make_voucher(code: str, *, ended: bool = False, **changes: Any) -> Voucher:
    """10,000 đồng off for everybody once, from yesterday until tomorrow; ``ended``: until now."""
    now = clock.now()
    fields = {
        "kind": "amount",
        "value": 10_000,
        "starts_at": now - dt.timedelta(days=1),
        "ends_at": now if ended else now + dt.timedelta(days=1),
    }
    return Voucher.objects.create(code=code, **fields | changes)
