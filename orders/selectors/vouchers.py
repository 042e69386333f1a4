"""Which of a cart's vouchers hold now, and why the others do not."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import clock
from core.money import format_vnd
from orders.discounts import worth
from orders.models import Voucher


@dataclass(frozen=True)
class Applied:
    """A voucher in a cart: what it takes off in đồng, or why it takes nothing."""

    code: str
    voucher: Voucher | None = None
    amount: int = 0
    problem: str = ""

    @property
    def is_markets(self) -> bool:
        return self.voucher is not None and self.voucher.producer_id is None


def judge(codes: Iterable[str], *, goods: Mapping[int, int], at: dt.datetime | None = None) -> list[Applied]:
    """One query for any number of codes. ``goods``: producer id → price of what can be had, in đồng.

    One voucher of each producer and one of the market count; the market's comes after the
    producers' and sees what they left.
    """
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return []
    known = {voucher.code: voucher for voucher in Voucher.objects.filter(code__in=wanted)}
    moment = at or clock.now()
    left = dict(goods)
    taken: set[int | None] = set()
    found: dict[str, Applied] = {}
    # Producers' first; among equals in the order typed.
    for code in sorted(wanted, key=lambda c: c in known and known[c].producer_id is None):
        voucher = known.get(code)
        problem = _problem(voucher, left, taken, moment)
        if problem or voucher is None:
            found[code] = Applied(code, voucher, problem=problem)
            continue
        base = _base(voucher, left)
        amount = worth(kind=voucher.kind, value=voucher.value, most=voucher.most, goods=base)
        taken.add(voucher.producer_id)
        if voucher.producer_id is not None:
            left[voucher.producer_id] -= amount
        found[code] = Applied(code, voucher, amount)
    return [found[code] for code in wanted]


def _base(voucher: Voucher, goods: Mapping[int, int]) -> int:
    return sum(goods.values()) if voucher.producer_id is None else goods.get(voucher.producer_id, 0)


def _problem(
    voucher: Voucher | None, goods: Mapping[int, int], taken: set[int | None], at: dt.datetime
) -> str:
    if voucher is None or not voucher.is_active:
        return _("Không có mã này, hoặc mã đã đóng.")
    if at < voucher.starts_at:
        return _("Mã dùng được từ %(day)s.") % {"day": clock.day_of(voucher.starts_at).strftime("%d/%m/%Y")}
    if at >= voucher.ends_at:
        return _("Mã đã hết hạn.")
    if voucher.total_limit is not None and voucher.used >= voucher.total_limit:
        return _("Mã đã hết lượt dùng.")
    base = _base(voucher, goods)
    if not base:
        return _("Giỏ không có hàng của chủ thể phát mã này.")
    if base < voucher.minimum:
        return _("Mua thêm %(missing)s để dùng mã này.") % {"missing": format_vnd(voucher.minimum - base)}
    if voucher.producer_id in taken:
        return _("Mỗi chủ thể, và sàn, chỉ dùng được một mã trong một đơn.")
    return ""
