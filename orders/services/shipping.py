"""What a producer asks for sending, and where its parcels can be fetched. Amounts in đồng."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import MarketError
from core.services import records
from core.services.constraints import refusing
from core.templatetags.market import number
from core.text import clean
from orders import policies
from orders.errors import InvalidTerms
from orders.models import PickupPoint, ShippingPolicy, ShippingRate

MOST_FEE = 10_000_000
MOST_GRAMS = 1_000_000
_FEES = ("parcel_fee", "extra_per_kg", "cold_surcharge")
_TWICE: Mapping[str, Callable[[], MarketError]] = {
    "rate_unique": partial(
        InvalidTerms, gettext_lazy("Một vùng có hai mức cho cùng khối lượng."), data={"field": "up_to"}
    )
}


def set_policy(*, policy: ShippingPolicy, values: Mapping[str, Any], actor: Any) -> ShippingPolicy:
    """Save a new or changed policy. ``values``: parcel_fee, free_from, extra_per_kg, cold_surcharge.

    Raises NotAllowed, InvalidTerms.
    """
    policies.require_price(actor, policy.producer)
    for field in _FEES:
        if not 0 <= values.get(field, 0) <= MOST_FEE:
            raise InvalidTerms(
                _("Mỗi loại phí từ 0 đến 10.000.000 đồng. Phí tính bằng đồng."), data={"field": field}
            )
    if values.get("free_from") == 0:
        words = _("Muốn luôn miễn phí giao thì ghi phí mỗi kiện là 0 và để trống ô này.")
        raise InvalidTerms(words, data={"field": "free_from"})
    if policy.pk:
        records.update(obj=policy, values=values, actor=actor)
        return policy
    for name, value in values.items():
        setattr(policy, name, value)
    records.create(obj=policy, actor=actor)
    return policy


def put_rate(*, rate: ShippingRate, actor: Any) -> ShippingRate:
    """Save a new or changed step of a table; ``check_table`` comes when all are saved.

    Raises NotAllowed, InvalidTerms.
    """
    policies.require_price(actor, rate.policy.producer)
    if not 1 <= rate.up_to <= MOST_GRAMS:
        raise InvalidTerms(_("Khối lượng tính bằng gam, từ 1 đến 1.000.000."), data={"field": "up_to"})
    if not 0 <= rate.fee <= MOST_FEE:
        raise InvalidTerms(_("Mỗi mức phí từ 0 đến 10.000.000 đồng."), data={"field": "fee"})
    with refusing(_TWICE):
        if rate.pk:
            values = {name: getattr(rate, name) for name in ("zone", "up_to", "fee")}
            records.update(obj=rate, values=values, actor=actor)
        else:
            records.create(obj=rate, actor=actor)
    return rate


def remove_rate(*, rate: ShippingRate, actor: Any) -> None:
    """Raises NotAllowed."""
    policies.require_price(actor, rate.policy.producer)
    records.remove(obj=rate, actor=actor)


def check_table(*, policy: ShippingPolicy) -> None:
    """A heavier parcel into the same zone is never cheaper. Raises InvalidTerms with both steps."""
    rates = ShippingRate.objects.filter(policy=policy).order_by("zone", "up_to")
    for _zone, steps in groupby(rates, key=lambda rate: rate.zone):
        for light, heavy in pairwise(steps):
            if heavy.fee < light.fee:
                words = _("%(zone)s: đến %(heavy)s g mà rẻ hơn đến %(light)s g. Kiểm tra lại hai mức này.")
                told = {"heavy": number(heavy.up_to), "light": number(light.up_to)}
                raise InvalidTerms(
                    words % {"zone": heavy.get_zone_display(), **told}, data={"field": "rates"}
                )


def save_point(*, point: PickupPoint, actor: Any) -> PickupPoint:
    """Save a new or changed pick-up point; its province is that of its commune. Raises NotAllowed,
    InvalidTerms."""
    policies.require_price(actor, point.producer)
    point.province = point.commune.province
    for field in ("name", "address_line", "hours"):
        setattr(point, field, clean(getattr(point, field)))
    for field in ("name", "address_line"):
        if not getattr(point, field):
            raise InvalidTerms(_("Ghi tên điểm và địa chỉ để người mua tìm đến được."), data={"field": field})
    if point.pk:
        fields = ("name", "province", "commune", "address_line", "hours", "is_active")
        records.update(obj=point, values={name: getattr(point, name) for name in fields}, actor=actor)
    else:
        records.create(obj=point, actor=actor)
    return point
