"""What vouchers take off, and how that spreads over lines: sums fit to the đồng."""

from collections.abc import Sequence

from core.money import allocate


def worth(*, kind: str, value: int, most: int | None, goods: int) -> int:
    """What a voucher takes off goods of this price, in đồng: never more than they cost."""
    off = goods * value // 100 if kind == "percent" else value
    return min(off, goods, most if most is not None else goods)


def spread(discount: int, prices: Sequence[int]) -> list[int]:
    """Each line's share of a discount by its price; no share exceeds its price."""
    return allocate(discount, prices) if discount else [0] * len(prices)
