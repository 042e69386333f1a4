"""The market's fee on sales: rules begin and end, and what an order was placed under stays with it."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import ProductSet
from core import clock
from core.services import records
from orders import policies
from orders.errors import InvalidTerms
from orders.models import CommissionRule
from producers.models import Producer

MOST_BP = 5_000


def begin(
    *,
    rate_bp: int,
    valid_from: dt.date,
    actor: Any,
    valid_to: dt.date | None = None,
    product_set: ProductSet | None = None,
    stars: int | None = None,
    producer: Producer | None = None,
) -> CommissionRule:
    """A new rule from a day on, today at the earliest. ``rate_bp``: hundredths of a percent.

    Raises NotAllowed, InvalidTerms.
    """
    policies.require_price(actor, None)
    if not 0 <= rate_bp <= MOST_BP:
        raise InvalidTerms(_("Phí sàn từ 0 đến 50 %."), data={"field": "rate_bp"})
    if stars not in (None, 3, 4, 5):
        raise InvalidTerms(_("Hạng sao là 3, 4 hoặc 5, hoặc để trống."), data={"field": "stars"})
    if valid_from < clock.today():
        raise InvalidTerms(_("Mức phí không áp dụng ngược về trước hôm nay."), data={"field": "valid_from"})
    if valid_to is not None and valid_to < valid_from:
        raise InvalidTerms(_("Ngày cuối không được trước ngày đầu."), data={"field": "valid_to"})
    rule = CommissionRule(
        rate_bp=rate_bp,
        valid_from=valid_from,
        valid_to=valid_to,
        product_set=product_set,
        stars=stars,
        producer=producer,
    )
    records.create(obj=rule, actor=actor)
    return rule


def end(*, rule: CommissionRule, last_day: dt.date, actor: Any, reason: str = "") -> None:
    """The rule holds until the end of ``last_day``, today at the earliest and never longer than it
    would have. Raises NotAllowed, InvalidTerms."""
    policies.require_price(actor, None)
    if rule.valid_to is not None and last_day > rule.valid_to:
        raise InvalidTerms(_("Mức này đã có ngày kết thúc sớm hơn."), data={"field": "last_day"})
    if last_day < max(clock.today(), rule.valid_from):
        raise InvalidTerms(
            _("Ngày cuối sớm nhất là hôm nay, và không trước ngày đầu."), data={"field": "last_day"}
        )
    records.update(obj=rule, values={"valid_to": last_day}, actor=actor, reason=reason)
