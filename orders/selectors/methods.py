"""How an order can be paid here."""

from django.conf import settings

from payments import gateways
from payments.states import Method


def offered() -> list[Method]:
    """Cash always; a transfer where the market has named its account; gateways that are set up."""
    names = {*gateways.offered(), Method.COD, *([Method.TRANSFER] if settings.MARKET_BANK_ACCOUNT else [])}
    return [method for method in Method if method in names]
