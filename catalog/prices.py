"""Prices as people compare them."""

from catalog.models import Variant
from core.money import format_vnd


def unit_price(*, price: int, net_quantity: int, net_unit: str) -> str:
    """Price per kilogram, litre or piece, rounded to đồng: "560.000 ₫/lít"; "" for a single piece."""
    if net_unit == Variant.NetUnit.PIECE:
        return f"{format_vnd(round(price / net_quantity))}/cái" if net_quantity > 1 else ""
    unit = "kg" if net_unit == Variant.NetUnit.GRAM else "lít"
    return f"{format_vnd((price * 1000 + net_quantity // 2) // net_quantity)}/{unit}"
