"""Any carrier by the name that the producer types: a bus, a neighbour's van, the producer's own bike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from orders.carriers.base import BadWebhook, Booking, ParcelRequest, TrackingEvent


@dataclass(frozen=True)
class Manual:
    """There is nobody to call, so it always works; people move the parcel's state by hand.

    COD stays with the producer, or is handed over as the two agree: no account of ours waits for it.
    """

    code: ClassVar[str] = "manual"
    name: ClassVar[str] = "Tự giao hoặc đơn vị khác"
    holds_cash: ClassVar[bool] = False
    can_track: ClassVar[bool] = False

    def book(self, parcel: ParcelRequest) -> Booking:
        """Our own parcel code until the producer types the carrier's."""
        return Booking(tracking_code=parcel.code)

    def cancel(self, tracking_code: str) -> None:
        """Nobody to tell."""

    def track(self, tracking_code: str) -> list[TrackingEvent]:
        return []

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], content_type: str
    ) -> TrackingEvent:
        raise BadWebhook()
