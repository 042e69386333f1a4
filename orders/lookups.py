"""Finding an order by code and phone, and how often one may try: on the page and in the API together."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited

from orders.models import Order


def is_too_often(request: HttpRequest, phone: str) -> bool:
    """Counted by address and by phone number asked for, whichever fills up first."""
    keys: list[Any] = ["ip"]
    if phone:
        keys.append(lambda group, req: phone)
    hits = [
        is_ratelimited(
            request,
            group=f"orders.lookup.{number}",
            key=key,
            rate=settings.ORDER_LOOKUP_RATE,
            increment=True,
        )
        for number, key in enumerate(keys)
    ]
    return any(hits)


def find(*, code: str, phone: str) -> Order | None:
    """``code`` and ``phone`` in their stored spelling; "" finds nothing."""
    return Order.objects.filter(code=code, phone=phone).first() if code and phone else None
