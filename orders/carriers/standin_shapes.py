"""How the stand-in answers and tells, in the shape of each carrier; it shares no code with the adapters."""

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlencode

VIETNAM = dt.timezone(dt.timedelta(hours=7))
MINUTE = dt.timedelta(minutes=1)
Answer = tuple[int, dict[str, Any]]
Body = dict[str, Any]


@dataclass
class Parcel:
    carrier: str
    code: str  # the client's
    number: str  # ours
    cod: int
    weight_g: int
    body: Body
    history: list[tuple[str, dt.datetime]] = field(default_factory=list)

    def go(self, step: str) -> None:
        now = dt.datetime.now(VIETNAM).replace(microsecond=0)
        self.history.append((step, max([now, *(at + MINUTE for _step, at in self.history)])))

    @property
    def is_taken(self) -> bool:
        return any(step != "booked" for step, _at in self.history)


@dataclass(frozen=True)
class News:
    """A step of a parcel, to be told."""

    parcel: Parcel
    step: str
    at: dt.datetime


class Memory(Protocol):
    def book(self, carrier: str, code: str, *, cod: int, weight_g: int, body: Body) -> tuple[Parcel, bool]:
        """The parcel of this code, and whether it is new."""

    def numbered(self, carrier: str, number: Any) -> Parcel | None:
        """The parcel with this tracking number."""


class GhnShape:
    carrier = "ghn"
    words = {
        "booked": "ready_to_pick",
        "picked_up": "picked",
        "in_transit": "transporting",
        "out_for_delivery": "delivering",
        "delivered": "delivered",
        "delivery_failed": "delivery_fail",
        "returning": "return",
        "returned": "returned",
        "cancelled": "cancel",
    }

    def answer(self, stand: Memory, path: str, headers: Any, body: Body) -> Answer:
        if headers.get("Token") != "token" or headers.get("ShopId") != "1":
            return 401, {"code": 401, "message": "Token is not valid!", "data": None}
        if path.endswith("/shipping-order/create"):
            return self.create(stand, body)
        if path.endswith("/shipping-order/detail"):
            return self.detail(stand.numbered("ghn", body.get("order_code")))
        parcel = stand.numbered("ghn", (body.get("order_codes") or [None])[0])
        if path.endswith("/switch-status/cancel") and parcel:
            done = not parcel.is_taken
            row = {
                "order_code": parcel.number,
                "result": done,
                "message": "OK" if done else "Đơn đã lấy hàng",
            }
            return 200, {"code": 200, "message": "Success", "data": [row]}
        return self.bad("Không tìm thấy đơn hàng")

    def create(self, stand: Memory, body: Body) -> Answer:
        for name in ("to_name", "to_address", "to_ward_name", "to_province_name", "client_order_code"):
            if not body.get(name):
                return self.bad(f"Thiếu {name}")
        if not re.fullmatch(r"0\d{9}", str(body.get("to_phone"))):
            return self.bad("Số điện thoại người nhận không hợp lệ")
        weight = body.get("weight")
        if not isinstance(weight, int) or not 0 < weight <= 50_000:
            return self.bad("Khối lượng phải từ 1 đến 50000 gram")
        code, cod = str(body["client_order_code"]), int(body["cod_amount"])
        parcel, _is_new = stand.book("ghn", code, cod=cod, weight_g=weight, body=body)
        data = {"order_code": parcel.number, "total_fee": 22_000 + weight // 1000 * 5_000}
        return 200, {"code": 200, "message": "Success", "data": data}

    def detail(self, parcel: Parcel | None) -> Answer:
        if parcel is None:
            return self.bad("Không tìm thấy đơn hàng")
        log = [{"status": self.words[step], "updated_date": _zulu(at)} for step, at in parcel.history]
        data = {
            "order_code": parcel.number,
            "client_order_code": parcel.code,
            "status": log[-1]["status"],
            "cod_amount": parcel.cod,
            "weight": parcel.weight_g,
            "log": log,
        }
        return 200, {"code": 200, "message": "Success", "data": data}

    def bad(self, words: str) -> Answer:
        return 400, {"code": 400, "message": words, "data": None}

    def news(self, news: News, secret: str) -> tuple[dict[str, str], str, bytes]:
        body = {
            "OrderCode": news.parcel.number,
            "ClientOrderCode": news.parcel.code,
            "Status": self.words[news.step],
            "Type": "switch_status",
            "CODAmount": news.parcel.cod,
            "Weight": news.parcel.weight_g,
            "Time": _zulu(news.at).replace("Z", ".250Z"),
            "Reason": "Khách không nghe máy" if news.step == "delivery_failed" else "",
            "ShopID": 1,
        }
        return {"secret": secret}, "application/json", json.dumps(body).encode()


class GhtkShape:
    carrier = "ghtk"
    words = {
        "booked": "2",
        "picked_up": "3",
        "out_for_delivery": "4",
        "delivered": "5",
        "delivery_failed": "9",
        "returning": "20",
        "returned": "21",
        "cancelled": "-1",
    }

    def answer(self, stand: Memory, path: str, headers: Any, body: Body) -> Answer:
        if headers.get("Token") != "token":
            return 403, {"success": False, "message": "Token không hợp lệ"}
        if path == "/services/shipment/order/":
            return self.create(stand, body)
        parcel = stand.numbered("ghtk", unquote(path.rsplit("/", 1)[-1]))
        if parcel is None:
            return 200, {"success": False, "message": "Không tìm thấy đơn hàng"}
        if path.startswith("/services/shipment/cancel/"):
            if parcel.is_taken:
                return 200, {"success": False, "message": "Đơn hàng đã được lấy, không thể hủy"}
            return 200, {"success": True, "message": ""}
        step, at = parcel.history[-1]
        order = {
            "label_id": parcel.number,
            "partner_id": parcel.code,
            "status": self.words[step],
            "modified": f"{at:%Y-%m-%d %H:%M:%S}",
            "pick_money": parcel.cod,
        }
        return 200, {"success": True, "message": "", "order": order}

    def create(self, stand: Memory, body: Body) -> Answer:
        order = body.get("order", {})
        for name in ("id", "name", "tel", "address", "province", "ward", "hamlet", "pick_name", "pick_tel"):
            if not order.get(name):
                return 200, {"success": False, "message": f"Thiếu {name}"}
        kilograms = order.get("total_weight")
        if not isinstance(kilograms, int | float) or not 0 < kilograms <= 50:
            return 200, {"success": False, "message": "Khối lượng phải dưới 50 kg"}
        weight_g = round(kilograms * 1000)
        code, cod = str(order["id"]), int(order["pick_money"])
        parcel, is_new = stand.book("ghtk", code, cod=cod, weight_g=weight_g, body=body)
        if not is_new:
            error = {"code": "ORDER_ID_EXIST", "partner_id": code, "ghtk_label": parcel.number}
            return 200, {"success": False, "message": "Mã đơn hàng đã tồn tại", "error": error}
        booked = {"partner_id": code, "label": parcel.number, "fee": "30400"}
        return 200, {"success": True, "message": "", "order": booked}

    def news(self, news: News, secret: str) -> tuple[dict[str, str], str, bytes]:
        body = {
            "label_id": news.parcel.number,
            "partner_id": news.parcel.code,
            "status_id": self.words[news.step],
            "action_time": news.at.isoformat(),
            "reason": "Khách hẹn lại" if news.step == "delivery_failed" else "",
            "weight": news.parcel.weight_g / 1000,
            "pick_money": news.parcel.cod,
        }
        return {"hash": secret}, "application/x-www-form-urlencoded", urlencode(body).encode()


class ViettelPostShape:
    carrier = "viettel_post"
    words = {
        "booked": "100",
        "picked_up": "105",
        "in_transit": "300",
        "out_for_delivery": "500",
        "delivered": "501",
        "delivery_failed": "507",
        "returning": "515",
        "returned": "504",
        "cancelled": "107",
    }

    def answer(self, stand: Memory, path: str, headers: Any, body: Body) -> Answer:
        if path == "/v2/user/Login":
            if (body.get("USERNAME"), body.get("PASSWORD")) == ("user", "password"):
                return self.good({"token": "session", "userId": 1})
            return self.bad("Sai tài khoản hoặc mật khẩu")
        if headers.get("Token") != "session":
            return self.bad("Token invalid")
        if path == "/v2/order/createOrderNlp":
            return self.create(stand, body)
        parcel = stand.numbered("viettel_post", body.get("ORDER_NUMBER"))
        if path != "/v2/order/UpdateOrder" or parcel is None or body.get("TYPE") != 4:
            return self.bad("Không tìm thấy vận đơn")
        return self.bad("Vận đơn đã lấy, không thể hủy") if parcel.is_taken else self.good(None)

    def create(self, stand: Memory, body: Body) -> Answer:
        for name in (
            "RECEIVER_FULLNAME",
            "RECEIVER_PHONE",
            "RECEIVER_ADDRESS",
            "SENDER_ADDRESS",
            "ORDER_NUMBER",
        ):
            if not body.get(name):
                return self.bad(f"Thiếu {name}")
        weight = body.get("PRODUCT_WEIGHT")
        if not isinstance(weight, int) or not 0 < weight <= 50_000:
            return self.bad("Trọng lượng không hợp lệ")
        code, cod = str(body["ORDER_NUMBER"]), int(body["MONEY_COLLECTION"])
        parcel, _is_new = stand.book("viettel_post", code, cod=cod, weight_g=weight, body=body)
        return self.good({"ORDER_NUMBER": parcel.number, "MONEY_TOTAL": 31_500, "MONEY_COLLECTION": cod})

    def good(self, data: Any) -> Answer:
        return 200, {"status": 200, "error": False, "message": "OK", "data": data}

    def bad(self, words: str) -> Answer:
        return 200, {"status": 201, "error": True, "message": words, "data": None}

    def news(self, news: News, secret: str) -> tuple[dict[str, str], str, bytes]:
        data = {
            "ORDER_NUMBER": news.parcel.number,
            "ORDER_REFERENCE": news.parcel.code,
            "ORDER_STATUS": int(self.words[news.step]),
            "STATUS_NAME": news.step,
            "ORDER_STATUSDATE": f"{news.at:%d/%m/%Y %H:%M:%S}",
            "MONEY_COLLECTION": news.parcel.cod,
            "PRODUCT_WEIGHT": news.parcel.weight_g,
            "NOTE": "",
        }
        return {}, "application/json", json.dumps({"DATA": data, "TOKEN": secret}).encode()


SHAPES: dict[str, Any] = {shape.carrier: shape() for shape in (GhnShape, GhtkShape, ViettelPostShape)}
PREFIXES = {"/shiip/": "ghn", "/services/": "ghtk", "/v2/": "viettel_post"}


def _zulu(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}Z"
