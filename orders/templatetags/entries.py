"""Template filters of the cart and order pages."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from orders.states import CaseStatus, SubOrderStatus

register = template.Library()

_CHIPS = {
    SubOrderStatus.PLACED: "chip--wait",
    SubOrderStatus.HANDED_OVER: "chip--go",
    SubOrderStatus.CANCELLED: "chip--off",
    SubOrderStatus.REFUSED: "chip--bad",
    SubOrderStatus.RETURNED: "chip--off",
}
_CASE_CHIPS = {
    CaseStatus.OPENED: "chip--wait",
    CaseStatus.ACCEPTED: "chip--go",
    CaseStatus.DISPUTED: "chip--wait",
    CaseStatus.DECLINED: "chip--bad",
    CaseStatus.REJECTED: "chip--bad",
    CaseStatus.WITHDRAWN: "chip--off",
}


@register.filter
def at(found: Mapping[Any, Any] | None, key: Any) -> Any:
    """``{{ notes|at:line.variant.pk }}``: the entry under a key, "" without one."""
    return (found or {}).get(key, "")


@register.filter
def chip(status: str) -> str:
    """Class of the chip that shows a parcel's state."""
    return _CHIPS.get(SubOrderStatus(status), "")


@register.filter
def grams(weight: int) -> str:
    """500 → "500 g", 1250 → "1,25 kg", with a non-breaking space."""
    if weight < 1000:
        return f"{weight}\u00a0g"
    return f"{weight / 1000:.2f}".rstrip("0").rstrip(".").replace(".", ",") + "\u00a0kg"


@register.filter
def lasted(span: dt.timedelta | None) -> str:
    """How long something took, in its two largest units: "2 giờ 5 phút", "40 giây"; "–" for None."""
    if span is None:
        return "–"
    seconds = max(int(span.total_seconds()), 0)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours >= 24:
        return _("%(days)s ngày %(hours)s giờ") % {"days": hours // 24, "hours": hours % 24}
    if hours:
        return _("%(hours)s giờ %(minutes)s phút") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)s phút %(seconds)s giây") % {"minutes": minutes, "seconds": seconds % 60}
    return _("%(seconds)s giây") % {"seconds": seconds}


@register.filter
def case_chip(status: str) -> str:
    """Class of the chip that shows a return's state."""
    return _CASE_CHIPS.get(CaseStatus(status), "")
