"""Which of our parcels a carrier's list speaks of."""

from collections.abc import Sequence

from django.db.models import Q

from orders import codes
from orders.carriers.remittance import RemittanceRow
from orders.models import SubOrder


def parcels_of(*, rows: Sequence[RemittanceRow], carrier: str) -> list[SubOrder | None]:
    """The parcel of each row: by the carrier's tracking code, else by our own code, always one that
    this carrier took. None where there is no such parcel, or where the two codes name two.
    """
    tracked = {row.tracking_code for row in rows} - {""}
    ours = {codes.parcel(code) for row in rows for code in (row.tracking_code, row.order_code)} - {""}
    spellings = tracked | {code.upper() for code in tracked}
    found = (
        SubOrder.objects.filter(shipment__carrier=carrier)
        .filter(Q(shipment__tracking_code__in=spellings) | Q(code__in=ours))
        .select_related("producer", "shipment")
    )
    by_tracking = {parcel.shipment.tracking_code.upper(): parcel for parcel in found}
    by_code = {parcel.code: parcel for parcel in found}

    def of(row: RemittanceRow) -> SubOrder | None:
        tracking = row.tracking_code
        first = (by_tracking.get(tracking.upper()) if tracking else None) or by_code.get(
            codes.parcel(tracking)
        )
        second = by_code.get(codes.parcel(row.order_code))
        return None if first and second and first != second else first or second

    return [of(row) for row in rows]
