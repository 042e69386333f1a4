"""Giao Hàng Tiết Kiệm (GHTK). Kilograms; JSON to it, forms from it; a static token.

Read in the carrier's pages: the address and fields of creating, headers ``Token`` and ``X-Client-Source``,
``hamlet`` "Khác" when there is none, the webhook's fields as a form with the secret as ``?hash=`` of the
address, status 5 = delivered, and that only 200 counts as taken.

Unconfirmed, only recalled or read in other people's clients:

- the paths of status and cancelling, ``order.total_weight`` (kg), 120 characters of note, and the error
  ``ORDER_ID_EXIST`` with ``ghtk_label`` for a code that was booked before;
- the status numbers other than 5, and that reports by the driver (45, 49, 410) are provisional;
- the field ``district``: the pages still ask for one, and districts are no more. ``_names`` sends it
  empty and is the one place to fill it from a table of former communes should GHTK insist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote

from orders.carriers import reading
from orders.carriers.base import (
    BadWebhook,
    Booking,
    ParcelRequest,
    Place,
    TrackingEvent,
    TrackingStatus,
)
from orders.carriers.calls import SECONDS, Line

_S = TrackingStatus
STATUSES = {
    "-1": _S.CANCELLED,
    "3": _S.PICKED_UP,
    "4": _S.OUT_FOR_DELIVERY,
    "5": _S.DELIVERED,
    "6": _S.DELIVERED,  # the COD was accounted for
    "9": _S.DELIVERY_FAILED,
    "10": _S.DELIVERY_FAILED,
    "11": _S.RETURNED,  # the return was accounted for
    "20": _S.RETURNING,
    "21": _S.RETURNED,
}


@dataclass(frozen=True)
class Ghtk:
    token: str = field(repr=False)
    url: str
    client_source: str = ""
    webhook_secret: str = field(default="", repr=False)
    seconds: float = SECONDS

    code: ClassVar[str] = "ghtk"
    name: ClassVar[str] = "Giao Hàng Tiết Kiệm"
    holds_cash: ClassVar[bool] = True
    can_track: ClassVar[bool] = True

    def book(self, parcel: ParcelRequest) -> Booking:
        order = {
            "id": parcel.code,
            **_pick_up(parcel.sender),
            "name": parcel.recipient.name,
            "tel": parcel.recipient.national_phone,
            "address": parcel.recipient.address_line,
            **_names(parcel.recipient),
            "hamlet": "Khác",
            "is_freeship": 1,  # the recipient pays what pick_money says and nothing more
            "pick_money": parcel.cod_amount,
            "value": parcel.goods_value,
            "transport": "road",
            "total_weight": _kg(parcel.weight_g),
            "note": parcel.words_for_driver[:120],
        }
        products = [
            {"name": item.name, "weight": _kg(item.weight_g), "quantity": item.quantity}
            for item in parcel.items
        ]
        body = {"products": products, "order": order}
        answer = self._ask("POST", "/services/shipment/order/?ver=1.5", body)
        with self._line.understanding():
            if answer.get("success") is True:
                booked = reading.part(answer, "order")
                return Booking(reading.required(booked, "label"), reading.amount(booked, "fee"))
            error = answer.get("error")
            if isinstance(error, dict) and error.get("code") == "ORDER_ID_EXIST":
                return Booking(reading.required(error, "ghtk_label"))
        raise self._line.refused(reading.words(answer))

    def cancel(self, tracking_code: str) -> None:
        answer = self._ask("POST", f"/services/shipment/cancel/{quote(tracking_code, safe='')}")
        if answer.get("success") is not True:
            raise self._line.refused(reading.words(answer))

    def track(self, tracking_code: str) -> list[TrackingEvent]:
        """The present state only: GHTK tells no history."""
        answer = self._ask("GET", f"/services/shipment/v2/{quote(tracking_code, safe='')}")
        if answer.get("success") is not True:
            raise self._line.refused(reading.words(answer))
        with self._line.understanding():
            order = reading.part(answer, "order")
            status = reading.required(order, "status")
            return [
                TrackingEvent(
                    carrier=self.code,
                    tracking_code=reading.required(order, "label_id"),
                    parcel_code=reading.text(order, "partner_id"),
                    status=STATUSES.get(status, _S.OTHER),
                    carrier_status=status,
                    carrier_words=reading.text(order, "status_text", most=200),
                    occurred_at=reading.moment(order, "modified"),
                    cod_amount=reading.amount(order, "pick_money"),
                )
            ]

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], content_type: str
    ) -> TrackingEvent:
        reading.check_secret(query.get("hash", ""), self.webhook_secret)
        data = _form(body, content_type)
        status = reading.required(data, "status_id")
        return TrackingEvent(
            carrier=self.code,
            tracking_code=reading.required(data, "label_id"),
            parcel_code=reading.text(data, "partner_id"),
            status=STATUSES.get(status, _S.OTHER),
            carrier_status=status,
            occurred_at=reading.moment(data, "action_time"),
            cod_amount=reading.amount(data, "pick_money"),
            weight_g=reading.amount(data, "weight", times=1000),
            reason=reading.text(data, "reason", most=200) or reading.text(data, "reason_code"),
        )

    def _ask(self, method: str, path: str, body: Any = None) -> reading.Data:
        headers = {"Token": self.token, "X-Client-Source": self.client_source}
        return self._line.call(method, path, body=body, headers=headers)[1]

    @property
    def _line(self) -> Line:
        return Line(type(self), self.url, self.seconds)


def _kg(grams: int) -> float:
    return grams / 1000


def _names(place: Place) -> dict[str, str]:
    """The two tiers by name; the place to look up a former district should GHTK insist on one."""
    return {"province": place.province, "district": "", "ward": place.commune}


def _pick_up(place: Place) -> dict[str, str]:
    return {
        "pick_name": place.name,
        "pick_tel": place.national_phone,
        "pick_address": place.address_line,
        **{f"pick_{tier}": name for tier, name in _names(place).items()},
    }


def _form(body: bytes, content_type: str) -> reading.Data:
    """A form; JSON when it says so, which other people's notes tell of."""
    if content_type.startswith("application/json"):
        return reading.json_object(body)
    try:
        return dict(parse_qsl(body.decode(), errors="strict", max_num_fields=50))
    except ValueError as error:
        raise BadWebhook() from error
