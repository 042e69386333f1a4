"""All books of the market at once."""

from importlib import import_module
from typing import Any

from orders.tests.buying import broken

ROOMS = ("catalog", "traceability", "payments", "orders")


def all_invariants(*rooms: str) -> dict[str, list[Any]]:
    """Name → rows of every broken invariant of these rooms; by default of stock, lots, money and orders."""
    modules = [import_module(f"{room}.invariants") for room in rooms or ROOMS]
    return broken({name: sql for module in modules for name, sql in module.INVARIANTS.items()})
