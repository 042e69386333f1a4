"""Vouchers in carts and orders. Limits are kept by the database, whoever comes at once."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from core import clock
from core.services import records
from core.services.constraints import refusing
from core.text import clean
from orders import policies
from orders.errors import InvalidTerms, VoucherFrozen, VoucherGone, VoucherRefused, VoucherTaken
from orders.models import Cart, Order, Voucher, VoucherUse
from orders.selectors.basket import basket
from orders.selectors.vouchers import Applied
from producers.models import Producer

MOST_CODES = 10
MOST_DONG = 1_000_000_000
_CODE = re.compile(r"[A-Z0-9]{4,20}")


def enter(*, cart: Cart, code: str) -> Applied:
    """Lay a code into the cart. Raises VoucherRefused with the reason where it does not hold now."""
    code = spelled(code)[:20]
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
            raise _gone(voucher)
        if _uses_of(order, voucher) >= voucher.per_buyer:
            raise _gone(voucher)
        VoucherUse.objects.create(voucher=voucher, order=order, amount=one.amount, at=at)


def create(
    *,
    producer: Producer | None,
    code: str,
    actor: Any,
    first_day: dt.date,
    last_day: dt.date,
    **terms: Any,
) -> Voucher:
    """A voucher from the beginning of ``first_day`` to the end of ``last_day``, in Vietnam.

    Without a producer the market bears it. ``terms``: kind, value, most, minimum, total_limit,
    per_buyer. Raises NotAllowed, InvalidTerms, VoucherTaken.
    """
    policies.require_price(actor, producer)
    starts_at, ends_at = clock.midnight(first_day), clock.midnight(last_day + dt.timedelta(days=1))
    voucher = Voucher(producer=producer, code=spelled(code), starts_at=starts_at, ends_at=ends_at, **terms)
    _check(voucher)
    with refusing({"orders_voucher_code_key": VoucherTaken}):
        records.create(obj=voucher, actor=actor)
    return voucher


def change(*, voucher: Voucher, actor: Any, first_day: dt.date, last_day: dt.date, **terms: Any) -> Voucher:
    """Other terms, as long as nobody used it. Raises NotAllowed, VoucherFrozen, InvalidTerms."""
    policies.require_price(actor, voucher.producer)
    terms |= {
        "starts_at": clock.midnight(first_day),
        "ends_at": clock.midnight(last_day + dt.timedelta(days=1)),
    }
    with transaction.atomic():
        # A use locks the voucher too, so none slips in between the question and the change.
        stored = Voucher.objects.select_for_update(of=("self",)).get(pk=voucher.pk)
        if stored.uses.exists():
            raise VoucherFrozen
        for name, value in terms.items():
            setattr(stored, name, value)
        _check(stored)
        records.update(obj=voucher, values=terms, actor=actor)
    return voucher


def stop(*, voucher: Voucher, actor: Any, reason: str = "") -> None:
    """Nobody can use it from now on; orders placed with it keep what they saved. Raises NotAllowed."""
    policies.require_price(actor, voucher.producer)
    records.update(obj=voucher, values={"is_active": False}, actor=actor, reason=reason)


def spelled(code: str) -> str:
    """A code as it is stored, whatever way it was typed."""
    return clean(code).upper().replace(" ", "")


def _check(voucher: Voucher) -> None:
    is_percent = voucher.kind == Voucher.Kind.PERCENT
    most = voucher.most
    rules = {
        "code": (bool(_CODE.fullmatch(voucher.code)), _("Mã gồm 4 đến 20 chữ cái không dấu và chữ số.")),
        "kind": (voucher.kind in Voucher.Kind.values, _("Chọn giảm theo số tiền hoặc theo phần trăm.")),
        "value": (
            1 <= voucher.value <= (100 if is_percent else MOST_DONG),
            _("Phần trăm giảm từ 1 đến 100.") if is_percent else _("Số tiền giảm từ 1 đồng đến 1 tỷ đồng."),
        ),
        "most": (
            most is None or (is_percent and 1 <= most <= MOST_DONG),
            _("Mức giảm tối đa chỉ dùng cho mã giảm theo phần trăm, từ 1 đồng đến 1 tỷ đồng."),
        ),
        "minimum": (0 <= voucher.minimum <= MOST_DONG, _("Tiền hàng từ 0 đến 1 tỷ đồng.")),
        "last_day": (voucher.ends_at > voucher.starts_at, _("Ngày cuối không được trước ngày đầu.")),
        "total_limit": (
            voucher.total_limit is None or voucher.total_limit >= voucher.per_buyer,
            _("Tổng số lượt không được ít hơn số lượt của một người."),
        ),
        "per_buyer": (1 <= voucher.per_buyer <= 1000, _("Mỗi người từ 1 đến 1.000 lượt.")),
    }
    for field, (is_right, words) in rules.items():
        if not is_right:
            raise InvalidTerms(words, data={"field": field})


def _gone(voucher: Voucher) -> VoucherGone:
    words = _("Mã %(code)s vừa hết lượt hoặc đã dừng, hoặc bạn đã dùng hết lượt của mình. Bỏ mã rồi đặt lại.")
    return VoucherGone(words % {"code": voucher.code}, data={"code": voucher.code})


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
