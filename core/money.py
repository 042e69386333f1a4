"""Money: integer đồng (VND has no minor unit), never floats."""

from collections.abc import Sequence


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` đồng over ``weights`` by largest remainder; the parts sum to ``total``.

    Ties go to the earlier part, so the result does not depend on anything but the input.
    Raises ValueError for a negative weight, or when no weight is positive.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def format_vnd(amount: int) -> str:
    """``85000`` → ``85.000 ₫`` with a non-breaking space before the sign."""
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"
