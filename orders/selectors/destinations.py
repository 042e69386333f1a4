"""Where a cart will probably go, as long as nobody said so: fees are an estimate until then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.models import Commune
from orders import fees
from orders.models import PickupPoint


@dataclass(frozen=True)
class Destination:
    """Codes of the commune and its province; all empty where nothing is known."""

    commune: str = ""
    province: str = ""
    name: str = ""
    is_guess: bool = True

    def zone_from(self, *, commune: str | None, province: str | None) -> fees.Zone:
        """From a producer's commune to here; the widest zone where either place is unknown."""
        return fees.zone_between(
            from_commune=commune or "",
            from_province=province or "",
            to_commune=self.commune,
            to_province=self.province,
        )


NOWHERE = Destination()


def chosen(commune: Commune) -> Destination:
    """The buyer's own word."""
    name = f"{commune.name}, {commune.province.name}"
    return Destination(commune=commune.pk, province=commune.province_id, name=name, is_guess=False)


def guess(user: Any, last: Mapping[str, Any]) -> Destination:
    """The account's default address, else the last place the browser named (``last``: the fields of a
    destination), else nowhere in particular. At most one query."""
    if getattr(user, "is_authenticated", False):
        address = user.addresses.select_related("commune__province").order_by("-is_default", "-pk").first()
        if address is not None:
            found = chosen(address.commune)
            return Destination(found.commune, found.province, found.name)
    return Destination(**last)


def pickup_points(producers: Collection[int]) -> list[PickupPoint]:
    """Open points of these producers (ids) with their place, by name: one query."""
    if not producers:
        return []
    rows = PickupPoint.objects.filter(producer__in=producers, is_active=True)
    return list(rows.select_related("commune", "province"))
