"""What a producer's table makes of parcels to a few places, to look at before anybody buys."""

from dataclasses import dataclass
from typing import Any

from orders import fees
from orders.models import ShippingPolicy

WEIGHTS = (500, 1_000, 2_000, 5_000, 10_000)  # grams


@dataclass(frozen=True)
class Row:
    zone: Any
    fees: list[int]  # đồng, one of each weight


def preview(policy: ShippingPolicy, *, is_cold: bool = False) -> list[Row]:
    """One row a zone, from near to far; below the sum from which sending is free. One query."""
    rates = list(policy.rates.all())
    terms = {
        "rates": rates,
        "goods_total": 1,
        "parcel_fee": policy.parcel_fee,
        "extra_per_kg": policy.extra_per_kg,
        "is_cold": is_cold,
        "cold_surcharge": policy.cold_surcharge,
    }
    return [
        Row(zone.label, [fees.fee(zone=zone, weight_g=grams, **terms) for grams in WEIGHTS])  # type: ignore[arg-type]
        for zone in fees.Zone
    ]
