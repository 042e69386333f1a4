"""What the market says to a carrier (đơn vị vận chuyển), and what it hears back.

Plain data, no database. Weights are whole grams here; an adapter turns them into its carrier's unit.
Money is đồng. Addresses have two tiers, province and commune, as since July 2025.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class TrackingStatus(models.TextChoices):
    """Where a parcel is, in the market's own words; each adapter maps its carrier's codes to these.

    OTHER is everything that moves nothing here: waiting for pick-up, a new weight, a provisional report.
    """

    PICKED_UP = "picked_up", _("Đã lấy hàng")
    IN_TRANSIT = "in_transit", _("Đang trung chuyển")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Đang đi giao")
    DELIVERED = "delivered", _("Đã giao")
    DELIVERY_FAILED = "delivery_failed", _("Giao chưa được")
    RETURNING = "returning", _("Đang hoàn về")
    RETURNED = "returned", _("Đã hoàn về")
    CANCELLED = "cancelled", _("Đã hủy vận đơn")
    OTHER = "other", _("Tin khác")


@dataclass(frozen=True)
class Place:
    """Somebody at an address. ``phone`` is E.164; codes are those of ``core.models.places``."""

    name: str
    phone: str
    address_line: str
    commune: str  # "Xã Duy Xuyên"
    commune_code: str
    province: str  # "Thành phố Đà Nẵng"
    province_code: str

    @property
    def national_phone(self) -> str:
        """ "+84905123456" → "0905123456": what carriers' forms take."""
        return "0" + self.phone[3:] if self.phone.startswith("+84") else self.phone

    @property
    def one_line(self) -> str:
        return ", ".join(part for part in (self.address_line, self.commune, self.province) if part)


@dataclass(frozen=True)
class ParcelItem:
    """``weight_g`` is that of one piece."""

    name: str
    quantity: int
    weight_g: int


@dataclass(frozen=True)
class ParcelRequest:
    """One parcel. ``code`` is the sub-order's, and what makes booking idempotent.

    ``cod_amount`` is what the carrier asks for at the door, shipping fee included; 0 when it is paid.
    """

    code: str
    sender: Place
    recipient: Place
    weight_g: int
    cod_amount: int
    goods_value: int
    items: Sequence[ParcelItem]
    note: str = ""
    may_look: bool = True  # "Cho xem hàng": buyers here pay at the door because they can look first

    @property
    def contents(self) -> str:
        return ", ".join(f"{item.name} × {item.quantity}" for item in self.items)

    @property
    def words_for_driver(self) -> str:
        """For carriers that have no field of its own for looking into the parcel. Not translated."""
        look = "Cho xem hàng." if self.may_look else "Không cho xem hàng."
        return f"{look} {self.note}".strip()


@dataclass(frozen=True)
class Booking:
    """The carrier took the parcel. ``fee``: what it will charge the sender, None when not said."""

    tracking_code: str
    fee: int | None = None
    label_url: str = ""


@dataclass(frozen=True)
class TrackingEvent:
    """One thing that a carrier told about a parcel.

    Carriers repeat and reorder what they tell. ``event_key`` is the same for the same news however
    often and by whichever way it comes, so a unique column over it makes the second one harmless.
    """

    carrier: str
    tracking_code: str
    status: TrackingStatus
    carrier_status: str  # the carrier's own code
    occurred_at: dt.datetime  # aware
    parcel_code: str = ""  # ours, when the carrier says it
    carrier_words: str = ""
    cod_amount: int | None = None
    weight_g: int | None = None
    reason: str = ""
    event_key: str = field(init=False)

    def __post_init__(self) -> None:
        # Whole seconds: a webhook tells fractions that the tracking answer leaves out.
        when = self.occurred_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
        parts = "\n".join((self.carrier, self.tracking_code, self.carrier_status, when))
        object.__setattr__(self, "event_key", hashlib.sha256(parts.encode()).hexdigest())


class CarrierError(MarketError):
    code = "carrier"


class UnknownCarrier(CarrierError):
    """No such carrier, or one without credentials. Data: carrier."""

    code = "unknown_carrier"
    status = 404
    message = _("Đơn vị vận chuyển này chưa được kết nối. Hãy chọn đơn vị khác hoặc tự ghi tên.")


class CarrierRefused(CarrierError):
    """The carrier said no. Data: carrier, words (its own sentence)."""

    code = "carrier_refused"
    status = 409

    def __init__(self, *, carrier: str, name: str, words: str) -> None:
        self.words = words
        says = _("%(carrier)s không nhận yêu cầu và trả lời: “%(words)s”. Hãy sửa rồi gửi lại.")
        super().__init__(
            says % {"carrier": name, "words": words or "…"}, data={"carrier": carrier, "words": words}
        )


class CarrierUnreachable(CarrierError):
    """No answer, a late one, or one that makes no sense: the carrier may have done it or not.

    Ask again: booking is idempotent by the parcel's code.
    """

    code = "carrier_unreachable"
    status = 503

    def __init__(self, *, carrier: str, name: str) -> None:
        says = _("%(carrier)s chưa trả lời. Hãy thử lại sau ít phút; bấm lại không tạo vận đơn thứ hai.")
        super().__init__(says % {"carrier": name}, data={"carrier": carrier})


class BadWebhook(CarrierError):
    """What came cannot be read. Nothing was kept."""

    code = "bad_webhook"
    message = _("Tin báo của đơn vị vận chuyển không đọc được.")


class BadSecret(CarrierError):
    """What came does not carry the carrier's secret. Nothing was read."""

    code = "bad_secret"
    status = 403
    message = _("Tin báo không có mã bí mật đúng.")


class Carrier(Protocol):
    """One carrier. A new one is one more file with such a class and a line in the registry.

    ``holds_cash``: it collects COD and pays it to the sender's account later (đối soát).
    ``can_track``: ``track`` asks the carrier; where it is False the answer is always empty.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    holds_cash: ClassVar[bool]
    can_track: ClassVar[bool]

    def book(self, parcel: ParcelRequest) -> Booking:
        """Order the transport; the same ``parcel.code`` again gives the same booking.

        Raises CarrierRefused, CarrierUnreachable.
        """

    def cancel(self, tracking_code: str) -> None:
        """Call the transport off before pick-up. Raises CarrierRefused, CarrierUnreachable."""

    def track(self, tracking_code: str) -> list[TrackingEvent]:
        """What the carrier knows, oldest first. Raises CarrierRefused, CarrierUnreachable."""

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], content_type: str
    ) -> TrackingEvent:
        """What the carrier tells by itself. Raises BadSecret, BadWebhook.

        No carrier signs what it tells, it only carries a shared secret, so ask again with ``track``
        before money depends on it.
        """
