"""Carriers behind one interface (``orders.carriers.base.Carrier``); this is the register of them.

``settings.CARRIERS`` holds the credentials by carrier code. A carrier without them is not offered;
the manual one needs none and is always there.
"""

from django.conf import settings

from orders.carriers.base import Carrier, UnknownCarrier
from orders.carriers.ghn import Ghn
from orders.carriers.ghtk import Ghtk
from orders.carriers.manual import Manual
from orders.carriers.viettel_post import ViettelPost

CONNECTED: tuple[type[Ghn] | type[Ghtk] | type[ViettelPost], ...] = (Ghn, Ghtk, ViettelPost)
# What a carrier cannot be called without; the rest of its settings has defaults or may be empty.
NEEDED = {"ghn": ("token", "shop_id"), "ghtk": ("token",), "viettel_post": ("user", "password")}


def get(code: str) -> Carrier:
    """Ready to be called. Raises UnknownCarrier for a code that is unknown or not connected."""
    if code == Manual.code:
        return Manual()
    for kind in CONNECTED:
        if kind.code == code and _is_connected(code):
            return kind(**settings.CARRIERS[code])
    raise UnknownCarrier(data={"carrier": code[:60]})


def choices() -> list[tuple[str, str]]:
    """(code, name) of what a producer may choose, the manual one last."""
    offered = [(kind.code, kind.name) for kind in CONNECTED if _is_connected(kind.code)]
    return [*offered, (Manual.code, Manual.name)]


def name_of(code: str) -> str:
    """What people call the carrier, also one that is not connected any more."""
    return next((kind.name for kind in (*CONNECTED, Manual) if kind.code == code), code)


def cash_holders() -> list[tuple[str, str]]:
    """(code, name) of connected carriers that collect cash for the market and send it on."""
    kinds = [kind for kind in CONNECTED if kind.holds_cash and _is_connected(kind.code)]
    return [(kind.code, kind.name) for kind in kinds]


def _is_connected(code: str) -> bool:
    keys = settings.CARRIERS.get(code, {})
    return all(keys.get(name) for name in NEEDED[code])
