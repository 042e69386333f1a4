"""Giao Hàng Nhanh (GHN). Grams; JSON; static token and shop number; webhooks without a signature.

Read in the carrier's pages: the two hosts, the headers ``Token`` and ``ShopId``, the fields of an order,
the webhook's fields and types, ten repeats five seconds apart until it is answered with 200.

Unconfirmed, only recalled or read in other people's clients, so to be tried on the test host first:

- the paths of create, detail and cancel, ``payment_type_id`` 1 = the shop pays the transport,
  ``required_note``, and that the same ``client_order_code`` answers with the same order;
- ``is_new_to_address`` / ``is_new_from_address`` with the names of commune and province. GHN's tables of
  places still have districts; these switches are said to take an address of two tiers as it is. Should
  an account need GHN's own numbers, ``_address`` is the one place that would look them up;
- weight limits differ between sources (30 or 50 kg), so the carrier's refusal is the judge.
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

ORDERS = "/shiip/public-api/v2/shipping-order"
CANCEL = "/shiip/public-api/v2/switch-status/cancel"
MOST_INSURED = 5_000_000  # đồng
HEAVY_FROM_G = 20_000  # service type 5 instead of 2; the limit is unconfirmed
BOX_CM = {"length": 20, "width": 20, "height": 10}  # asked for; parcels are not measured here, GHN does it

_S = TrackingStatus
STATUSES = {
    "picked": _S.PICKED_UP,
    "storing": _S.IN_TRANSIT,
    "transporting": _S.IN_TRANSIT,
    "sorting": _S.IN_TRANSIT,
    "delivering": _S.OUT_FOR_DELIVERY,
    "money_collect_delivering": _S.OUT_FOR_DELIVERY,
    "delivered": _S.DELIVERED,
    "delivery_fail": _S.DELIVERY_FAILED,
    "return": _S.RETURNING,
    "return_transporting": _S.RETURNING,
    "return_sorting": _S.RETURNING,
    "returning": _S.RETURNING,
    "returned": _S.RETURNED,
    "cancel": _S.CANCELLED,
}
MOVES = {"create", "switch_status"}  # the other types tell a new weight, COD or fee


@dataclass(frozen=True)
class Ghn:
    token: str = field(repr=False)
    shop_id: str
    url: str
    webhook_secret: str = field(default="", repr=False)  # comes as ?secret= of the address given to GHN
    seconds: float = SECONDS

    code: ClassVar[str] = "ghn"
    name: ClassVar[str] = "Giao Hàng Nhanh"
    holds_cash: ClassVar[bool] = True
    can_track: ClassVar[bool] = True

    def book(self, parcel: ParcelRequest) -> Booking:
        order = {
            "client_order_code": parcel.code,
            **_address("from", parcel.sender),
            **_address("to", parcel.recipient),
            **BOX_CM,
            "weight": parcel.weight_g,
            "cod_amount": parcel.cod_amount,
            "insurance_value": min(parcel.goods_value, MOST_INSURED),
            "service_type_id": 5 if parcel.weight_g >= HEAVY_FROM_G else 2,
            "payment_type_id": 1,
            "required_note": "CHOXEMHANGKHONGTHU" if parcel.may_look else "KHONGCHOXEMHANG",
            "content": parcel.contents[:2000],
            "note": parcel.note,
            "items": [
                {"name": item.name, "quantity": item.quantity, "weight": item.weight_g}
                for item in parcel.items
            ],
        }
        answer = self._ask(f"{ORDERS}/create", order)
        with self._line.understanding():
            data = reading.part(answer, "data")
            return Booking(reading.required(data, "order_code"), reading.amount(data, "total_fee"))

    def cancel(self, tracking_code: str) -> None:
        answer = self._ask(CANCEL, {"order_codes": [tracking_code]})
        rows = answer.get("data")
        if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
            raise self._line.unreachable()
        if rows[0].get("result") is not True:
            raise self._line.refused(reading.words(rows[0]))

    def track(self, tracking_code: str) -> list[TrackingEvent]:
        answer = self._ask(f"{ORDERS}/detail", {"order_code": tracking_code})
        with self._line.understanding():
            data = reading.part(answer, "data")
            log = data.get("log")
            steps = [step for step in log if isinstance(step, dict)] if isinstance(log, list) else []
            events = [self._event(data, step, key="updated_date") for step in steps]
        return sorted(events, key=lambda event: event.occurred_at)

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], content_type: str
    ) -> TrackingEvent:
        reading.check_secret(query.get("secret", ""), self.webhook_secret)
        data = reading.json_object(body)
        kind = reading.text(data, "Type") or "switch_status"
        status = reading.required(data, "Status")
        return TrackingEvent(
            carrier=self.code,
            tracking_code=reading.required(data, "OrderCode"),
            parcel_code=reading.text(data, "ClientOrderCode"),
            status=STATUSES.get(status, _S.OTHER) if kind in MOVES else _S.OTHER,
            carrier_status=status if kind in MOVES else kind,
            carrier_words=reading.text(data, "Description", most=200),
            occurred_at=reading.moment(data, "Time"),
            cod_amount=reading.amount(data, "CODAmount"),
            weight_g=reading.amount(data, "Weight"),
            reason=reading.text(data, "Reason", most=200) or reading.text(data, "ReasonCode"),
        )

    def _event(self, order: reading.Data, step: reading.Data, *, key: str) -> TrackingEvent:
        status = reading.required(step, "status")
        return TrackingEvent(
            carrier=self.code,
            tracking_code=reading.required(order, "order_code"),
            parcel_code=reading.text(order, "client_order_code"),
            status=STATUSES.get(status, _S.OTHER),
            carrier_status=status,
            occurred_at=reading.moment(step, key),
            cod_amount=reading.amount(order, "cod_amount"),
            weight_g=reading.amount(order, "weight"),
        )

    def _ask(self, path: str, body: Any) -> reading.Data:
        status, answer = self._line.call(
            "POST", path, body=body, headers={"Token": self.token, "ShopId": self.shop_id}
        )
        if status != 200 or answer.get("code") != 200:
            raise self._line.refused(reading.words(answer))
        return answer

    @property
    def _line(self) -> Line:
        return Line(type(self), self.url, self.seconds)


def _address(side: str, place: Place) -> dict[str, Any]:
    """The two tiers by name; the place to map to GHN's own numbers should it ask for them."""
    return {
        f"is_new_{side}_address": True,
        f"{side}_name": place.name,
        f"{side}_phone": place.national_phone,
        f"{side}_address": place.address_line,
        f"{side}_ward_name": place.commune,
        f"{side}_province_name": place.province,
    }
