"""What sending a parcel costs: how far it goes, then the producer's table. Pure; amounts in đồng."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

REGIONS = Path(__file__).parent / "reference/regions.csv"  # see SOURCES.md beside it


class Zone(models.TextChoices):
    """How far a parcel goes, from near to far."""

    COMMUNE = "commune", _("Cùng xã")
    PROVINCE = "province", _("Cùng tỉnh")
    REGION = "region", _("Cùng vùng")
    COUNTRY = "country", _("Toàn quốc")


class Rate(Protocol):
    """One step of a table: parcels of at most ``up_to`` grams into ``zone`` cost ``fee``."""

    @property
    def zone(self) -> str: ...
    @property
    def up_to(self) -> int: ...
    @property
    def fee(self) -> int: ...


def zone_between(*, from_commune: str, from_province: str, to_commune: str, to_province: str) -> Zone:
    """Codes of ``core.models.places`` → zone, "" for an unknown place: the next wider zone counts.

    A province that no region knows is only "country".
    """
    if from_commune and from_commune == to_commune:
        return Zone.COMMUNE
    if from_province and from_province == to_province:
        return Zone.PROVINCE
    regions = _regions()
    if from_province in regions and regions[from_province] == regions.get(to_province):
        return Zone.REGION
    return Zone.COUNTRY


@cache
def _regions() -> dict[str, str]:
    """Province code → region code."""
    with REGIONS.open(encoding="utf-8", newline="") as file:
        return {
            province: row["code"] for row in csv.DictReader(file) for province in row["provinces"].split()
        }


def fee(
    *,
    rates: Iterable[Rate],
    zone: str,
    weight_g: int,
    goods_total: int,
    parcel_fee: int,
    free_from: int | None = None,
    extra_per_kg: int = 0,
    is_cold: bool = False,
    cold_surcharge: int = 0,
) -> int:
    """Fee of one parcel with goods for ``goods_total``.

    An empty parcel costs nothing. From ``free_from`` on sending is free, the cold chain too: what is
    announced as free has no surcharge. Otherwise the smallest step that holds the weight counts; above
    the last step each started kilogram adds ``extra_per_kg``. A zone without steps takes those of the
    next wider one; when there is none, the parcel costs ``parcel_fee``.
    """
    if goods_total <= 0 or (free_from is not None and goods_total >= free_from):
        return 0
    steps = _steps(rates, zone)
    price = _price(steps, weight_g, extra_per_kg) if steps else parcel_fee
    return price + (cold_surcharge if is_cold else 0)


def _steps(rates: Iterable[Rate], zone: str) -> list[Rate]:
    """The table of this zone, or of the next wider one that has a table; lightest first."""
    rows = sorted(rates, key=lambda rate: rate.up_to)
    as_wide = Zone.values[Zone.values.index(zone) :]
    tables = ([rate for rate in rows if rate.zone == wider] for wider in as_wide)
    return next((table for table in tables if table), [])


def _price(steps: list[Rate], weight_g: int, extra_per_kg: int) -> int:
    for step in steps:
        if weight_g <= step.up_to:
            return step.fee
    last = steps[-1]
    kilograms = -((last.up_to - weight_g) // 1000)  # started ones
    return last.fee + kilograms * extra_per_kg
