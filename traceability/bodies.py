"""What an event's body says, in words. Pure."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.templatetags.market import number
from traceability.units import NAMES

_COUNTED = ("quantityList", "childQuantityList", "outputQuantityList")


def amount(body: Mapping[str, Any]) -> str:
    """How much, of the first thing that the event counts: "12,5 kg"; "" where it counts nothing."""
    things = next((body[key] for key in _COUNTED if body.get(key)), None)
    first: Mapping[str, Any] = things[0] if things else {}
    if "quantity" not in first:
        return ""
    return shown(Decimal(str(first["quantity"])), first.get("uom", ""))


def shown(quantity: Decimal | None, unit: str) -> str:
    """A number and its unit (UN/ECE Rec 20) as people here write them; "" for None."""
    if quantity is None:
        return ""
    whole, _point, rest = f"{quantity:f}".partition(".")
    rest = rest.rstrip("0")
    return f"{number(int(whole))}{',' if rest else ''}{rest} {NAMES.get(unit, unit)}"


def why_wrong(text: str) -> str:
    """The reason in an error declaration's canonical JSON."""
    declared = json.loads(text).get("errorDeclaration", {})
    return declared.get("ocop:reason") or declared.get("reason", "")
