"""Names of banks."""

from django import template

from payments.banks import by_bin

register = template.Library()


@register.filter
def bank_name(bin: str) -> str:
    """ "970436" → "Vietcombank"; a BIN that the list does not know stays as it is."""
    bank = by_bin(bin)
    return bank.name if bank else bin
