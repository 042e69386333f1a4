"""Ways of paying that a buyer can choose now."""

from django.conf import settings

from payments.states import Method


def offered() -> list[Method]:
    """On delivery always; by transfer where the market has named its account."""
    return [Method.COD, Method.TRANSFER] if settings.MARKET_BANK_ACCOUNT else [Method.COD]
