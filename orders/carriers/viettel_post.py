"""Viettel Post. Grams; JSON; a login before each errand; no way to ask where a parcel is.

Read in the carrier's pages or in another client's classes: the host, login for a token, and the webhook
{DATA: {ORDER_NUMBER, ORDER_REFERENCE, ORDER_STATUS, ORDER_STATUSDATE dd/MM/yyyy HH:mm:ss, …}, TOKEN}.

Unconfirmed, only recalled or read in other people's clients:

- ``createOrderNlp``, which takes addresses as one line of text. The older ``createOrder`` wants numbers
  from Viettel Post's tables of three tiers, which the market does not have; ``_line_of`` is the place
  where such a mapping would begin;
- what a code that was booked before is answered with ``CHECK_UNIQUE``: the same number, we hope. A refusal
  is passed on in the carrier's words, and a webhook still names our code beside its number;
- the status numbers (sources contradict each other; these are those of the carrier's older list, where
  501 is delivered), ``UpdateOrder`` with TYPE 4 = cancel, ``ORDER_PAYMENT`` 1 = nothing to collect,
  3 = collect the goods' money, and the service code, which depends on the contract;
- whether the secret comes as ``TOKEN`` in the body or as the header ``Authorization``: either will do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from orders.carriers import reading
from orders.carriers.base import (
    Booking,
    ParcelRequest,
    Place,
    TrackingEvent,
    TrackingStatus,
)
from orders.carriers.calls import SECONDS, Line

WRITTEN = "%d/%m/%Y %H:%M:%S"
CANCEL = 4

_S = TrackingStatus
STATUSES = {
    "101": _S.CANCELLED,
    "105": _S.PICKED_UP,
    "107": _S.CANCELLED,
    "200": _S.PICKED_UP,
    "201": _S.CANCELLED,
    "300": _S.IN_TRANSIT,
    "301": _S.IN_TRANSIT,
    "302": _S.IN_TRANSIT,
    "303": _S.IN_TRANSIT,
    "400": _S.IN_TRANSIT,
    "401": _S.IN_TRANSIT,
    "402": _S.IN_TRANSIT,
    "403": _S.IN_TRANSIT,
    "500": _S.OUT_FOR_DELIVERY,
    "501": _S.DELIVERED,
    "502": _S.RETURNING,
    "503": _S.CANCELLED,
    "504": _S.RETURNED,
    "506": _S.DELIVERY_FAILED,
    "507": _S.DELIVERY_FAILED,
    "508": _S.OUT_FOR_DELIVERY,
    "509": _S.IN_TRANSIT,
    "515": _S.RETURNING,
    "550": _S.OUT_FOR_DELIVERY,
}


@dataclass(frozen=True)
class ViettelPost:
    user: str
    password: str = field(repr=False)
    url: str
    service: str
    webhook_secret: str = field(default="", repr=False)
    seconds: float = SECONDS

    code: ClassVar[str] = "viettel_post"
    name: ClassVar[str] = "Viettel Post"
    holds_cash: ClassVar[bool] = True
    can_track: ClassVar[bool] = False

    def book(self, parcel: ParcelRequest) -> Booking:
        order = {
            "ORDER_NUMBER": parcel.code,
            "CHECK_UNIQUE": True,
            **_line_of("SENDER", parcel.sender),
            **_line_of("RECEIVER", parcel.recipient),
            "PRODUCT_NAME": parcel.contents[:250],
            "PRODUCT_QUANTITY": sum(item.quantity for item in parcel.items),
            "PRODUCT_PRICE": parcel.goods_value,
            "PRODUCT_WEIGHT": parcel.weight_g,
            "PRODUCT_TYPE": "HH",
            "ORDER_PAYMENT": 3 if parcel.cod_amount else 1,
            "ORDER_SERVICE": self.service,
            "ORDER_NOTE": parcel.words_for_driver,
            "MONEY_COLLECTION": parcel.cod_amount,
            "LIST_ITEM": [
                {
                    "PRODUCT_NAME": item.name,
                    "PRODUCT_QUANTITY": item.quantity,
                    "PRODUCT_WEIGHT": item.weight_g,
                }
                for item in parcel.items
            ],
        }
        answer = self._ask("/v2/order/createOrderNlp", order)
        with self._line.understanding():
            data = reading.part(answer, "data")
            return Booking(reading.required(data, "ORDER_NUMBER"), reading.amount(data, "MONEY_TOTAL"))

    def cancel(self, tracking_code: str) -> None:
        self._ask("/v2/order/UpdateOrder", {"TYPE": CANCEL, "ORDER_NUMBER": tracking_code, "NOTE": ""})

    def track(self, tracking_code: str) -> list[TrackingEvent]:
        """Nothing: no address to ask is known, all news come by webhook."""
        return []

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], content_type: str
    ) -> TrackingEvent:
        message = reading.json_object(body)
        given = reading.text(message, "TOKEN", most=500) or _authorization(headers)
        reading.check_secret(given, self.webhook_secret)
        data = reading.part(message, "DATA")
        status = reading.required(data, "ORDER_STATUS")
        return TrackingEvent(
            carrier=self.code,
            tracking_code=reading.required(data, "ORDER_NUMBER"),
            parcel_code=reading.text(data, "ORDER_REFERENCE"),
            status=STATUSES.get(status, _S.OTHER),
            carrier_status=status,
            carrier_words=reading.text(data, "STATUS_NAME", most=200),
            occurred_at=reading.moment(data, "ORDER_STATUSDATE", WRITTEN),
            cod_amount=reading.amount(data, "MONEY_COLLECTION"),
            weight_g=reading.amount(data, "PRODUCT_WEIGHT"),
            reason=reading.text(data, "NOTE", most=200),
        )

    def _ask(self, path: str, body: Any) -> reading.Data:
        """Errors come as ``error: true``, often with HTTP 200."""
        status, answer = self._line.call("POST", path, body=body, headers={"Token": self._login()})
        if status != 200 or answer.get("error") is not False:
            raise self._line.refused(reading.words(answer))
        return answer

    def _login(self) -> str:
        who = {"USERNAME": self.user, "PASSWORD": self.password}
        status, answer = self._line.call("POST", "/v2/user/Login", body=who, headers={})
        data = answer.get("data")
        token = data.get("token") if isinstance(data, dict) else None
        if status != 200 or not isinstance(token, str) or not token.isascii():
            raise self._line.refused(reading.words(answer))
        return token

    @property
    def _line(self) -> Line:
        return Line(type(self), self.url, self.seconds)


def _line_of(side: str, place: Place) -> dict[str, str]:
    """The whole address as one line; the place to map to Viettel Post's numbers should it ask for them."""
    return {
        f"{side}_FULLNAME": place.name,
        f"{side}_PHONE": place.national_phone,
        f"{side}_ADDRESS": place.one_line,
    }


def _authorization(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "authorization"), "")
