"""All books of the market at once."""

from importlib import import_module
from typing import Any

from orders.tests.buying import broken

ROOMS = ("catalog", "payments", "orders")


def all_invariants() -> dict[str, list[Any]]:
    """Name → rows of every broken invariant of stock, money and orders."""
    return broken({k: v for room in ROOMS for k, v in import_module(f"{room}.invariants").INVARIANTS.items()})
