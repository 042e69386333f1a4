"""Template filters for Vietnamese numbers, money and dates (a builtin of every template)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils.timezone import localtime

from core import money

register = template.Library()


@register.filter
def vnd(amount: int | None) -> str:
    """85000 → "85.000 ₫"; "" for None."""
    return "" if amount is None else money.format_vnd(amount)


@register.filter
def number(value: int | None) -> str:
    """12345 → "12.345"."""
    return "" if value is None else f"{value:,}".replace(",", ".")


@register.filter
def points(value: Decimal | None) -> str:
    """Points of a rating without idle zeros, with a comma: 12.50 → "12,5"; "" for None."""
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")


@register.filter
def day(value: Any) -> str:
    """Date or datetime → 22/11/2026, in Vietnam's time."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        value = localtime(value)
    return f"{value:%d/%m/%Y}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Datetime → 22/11/2026 14:05, in Vietnam's time."""
    return "" if value is None else f"{localtime(value):%d/%m/%Y %H:%M}"


@register.filter
def phone(number: Any) -> str:
    """E.164 → as people write it here: "+84905123456" → "0905 123 456"; others stay as they are."""
    text = str(number or "")
    if not (text.startswith("+84") and len(text) == 12):
        return text
    return f"0{text[3:6]} {text[6:9]} {text[9:]}"
