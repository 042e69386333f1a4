"""Vouchers in carts and orders. Limits are kept by the database, whoever comes at once."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest

from core.text import clean
from orders.errors import VoucherGone, VoucherRefused
from orders.models import Cart, Order, Voucher, VoucherUse
from orders.selectors.basket import basket
from orders.selectors.vouchers import Applied

MOST_CODES = 10


def enter(*, cart: Cart, code: str) -> Applied:
    """Lay a code into the cart. Raises VoucherRefused with the reason where it does not hold now."""
    code = clean(code).upper().replace(" ", "")[:20]
    codes = [*[known for known in cart.voucher_codes if known != code][-MOST_CODES:], code]
    cart.voucher_codes = codes
    found = next(applied for applied in basket(cart).vouchers if applied.code == code)
    if found.problem:
        cart.voucher_codes = codes[:-1]
        raise VoucherRefused(found.problem, data={"code": code})
    cart.save(update_fields=["voucher_codes"])
    return found


def drop(*, cart: Cart, code: str) -> None:
    """Take a code out of the cart."""
    cart.voucher_codes = [known for known in cart.voucher_codes if known != code]
    cart.save(update_fields=["voucher_codes"])


def use(*, order: Order, applied: Sequence[Applied], at: dt.datetime) -> None:
    """Count the vouchers of an order being placed; its caller's transaction holds or fails with it.

    Raises VoucherGone when a limit was reached in between.
    """
    for one in sorted((a for a in applied if a.amount), key=lambda a: a.voucher.pk):  # type: ignore[union-attr]
        voucher: Any = one.voucher
        within = Q(total_limit=None) | Q(used__lt=F("total_limit"))
        # The UPDATE locks the voucher: uses of one buyer are counted one after the other.
        if not Voucher.objects.filter(within, pk=voucher.pk, is_active=True).update(used=F("used") + 1):
            raise VoucherGone(data={"code": voucher.code})
        if _uses_of(order, voucher) >= voucher.per_buyer:
            raise VoucherGone(data={"code": voucher.code})
        VoucherUse.objects.create(voucher=voucher, order=order, amount=one.amount, at=at)


def give_back(*, order: Order) -> None:
    """The order is cancelled or has lapsed: its vouchers can be used again. Harmless when repeated."""
    for row in order.voucher_uses.filter(is_returned=False).order_by("voucher_id"):
        if VoucherUse.objects.filter(pk=row.pk, is_returned=False).update(is_returned=True):
            Voucher.objects.filter(pk=row.voucher_id).update(used=Greatest(F("used") - 1, 0))


def _uses_of(order: Order, voucher: Voucher) -> int:
    """By the same account or the same phone, this order aside."""
    who = Q(order__phone=order.phone)
    if order.buyer_id:
        who |= Q(order__buyer=order.buyer_id)
    return VoucherUse.objects.filter(who, voucher=voucher, is_returned=False).count()
