"""What sending one pack would cost, before it lies in a cart."""

from dataclasses import dataclass

from catalog.models import Variant
from orders.selectors.basket import Parcel, parcel_of
from orders.selectors.destinations import Destination


@dataclass(frozen=True)
class Estimate:
    """The pack as a parcel of its own; fees in đồng."""

    parcel: Parcel
    near: int  # within the producer's commune

    @property
    def is_range(self) -> bool:
        """Nobody knows where it goes, and that makes a difference."""
        return not self.parcel.destination.name and self.near != self.parcel.fee


def estimate(*, variant_id: int, quantity: int, destination: Destination) -> Estimate | None:
    """None for what is not on sale. One query, and one for a fee table."""
    variant = (
        Variant.objects.buyable()
        .filter(pk=variant_id)
        .select_related("product__producer__shipping_policy")
        .prefetch_related("product__producer__shipping_policy__rates")
        .first()
    )
    if variant is None:
        return None
    parcel = parcel_of(variant, quantity=quantity, destination=destination)
    home = Destination(commune=parcel.producer.commune_id or "", province=parcel.producer.province_id or "")
    return Estimate(parcel, near=parcel.fee_to(home))
