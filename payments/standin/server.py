"""The stand-in over HTTP, on the loopback address only.

GET  /paymentv2/vpcpay.html             the page that the market sends a buyer to
POST /paymentv2/choose                  a button of that page (ref, choice)
POST /merchant_webapi/api/transaction   querydr and refund
GET  /control                           manners, payments and diary, as JSON
POST /control                           change manners: {"delay": 2, "lie": "amount"}
POST /control/release                   send what was held back
POST /control/reset                     forget everything
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from payments.standin import api, page, signing
from payments.standin.courier import Courier
from payments.standin.manners import ApiFault, Manners
from payments.standin.till import CHOICES, Payment, Till

HOST = "127.0.0.1"
PAY_PATH = "/paymentv2/vpcpay.html"
CHOOSE_PATH = "/paymentv2/choose"
API_PATH = "/merchant_webapi/api/transaction"
HTML = "text/html; charset=utf-8"
BODY_MAX = 64 * 1024  # bytes
NEEDED = ("vnp_TxnRef", "vnp_Amount", "vnp_ReturnUrl", "vnp_CreateDate", "vnp_ExpireDate")


class StandIn:
    """A running stand-in: ``with StandIn(…) as gateway:``; ``port`` 0 takes any free one."""

    def __init__(
        self, *, ipn_url: str, tmn_code: str, secret: str, port: int = 0, manners: Manners | None = None
    ) -> None:
        self.tmn_code = tmn_code
        self.secret = secret
        self.ipn_url = ipn_url
        self.first_manners = manners or Manners()
        self._http = _Server((HOST, port), _Handler)
        self._http.standin = self
        self.url = f"http://{HOST}:{self._http.server_port}"
        self.reset()

    def reset(self) -> None:
        """Back to good manners and an empty till; notices on their way still arrive."""
        self.manners = self.first_manners
        self.till = Till()
        self.courier = Courier(self.till, ipn_url=self.ipn_url, secret=self.secret)

    def choose(self, ref: str, choice: str) -> str:
        """A buyer's choice: tell the market, then where the browser goes. KeyError if there is no such."""
        payment, is_first = self.till.settle(ref, choice)
        if is_first:
            self.courier.tell(payment.statement(), self.manners)
        return self.way_back(payment)

    def way_back(self, payment: Payment) -> str:
        """The market's return page with what the buyer may see of the statement."""
        address = payment.asked["vnp_ReturnUrl"]
        query = signing.signed_query(self.secret, payment.statement())
        return f"{address}{'&' if '?' in address else '?'}{query}"

    def serve_forever(self) -> None:
        self._http.serve_forever()

    def close(self) -> None:
        self._http.server_close()

    def __enter__(self) -> "StandIn":
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    standin: StandIn


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30  # seconds that a silent client may hold a thread

    @property
    def standin(self) -> StandIn:
        return self.server.standin

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == PAY_PATH:
            self._show(parts.query)
        elif parts.path == "/style.css":
            self._send(200, page.STYLE, "text/css; charset=utf-8")
        elif parts.path == "/control":
            self._json(200, self._state())
        else:
            self._page(404, "Không có trang này", "Hãy quay lại chợ và bấm thanh toán một lần nữa.")

    def do_POST(self) -> None:
        actions: dict[str, Callable[[bytes], None]] = {
            CHOOSE_PATH: self._choose,
            API_PATH: self._api,
            "/control": self._change,
            "/control/release": self._release,
            "/control/reset": self._reset,
        }
        action = actions.get(urlsplit(self.path).path)
        length = int(self.headers.get("Content-Length") or 0)
        if action is None or length > BODY_MAX:
            self._json(404, {"error": "no such address"} if action is None else {"error": "too long"})
            return
        try:
            action(self.rfile.read(length))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._json(400, {"error": f"{type(error).__name__}: {error}"})

    # --- the buyer --------------------------------------------------------------------
    def _show(self, query: str) -> None:
        asked = dict(parse_qsl(query))
        genuine = signing.address_is_genuine(self.standin.secret, query)
        if not genuine or asked.get("vnp_TmnCode") != self.standin.tmn_code:
            self.standin.till.note("refused", ref=asked.get("vnp_TxnRef", ""), why="signature")
            self._page(400, "Sai chữ ký", "Địa chỉ thanh toán không do chợ tạo ra, hoặc đã bị sửa.")
        elif not all(asked.get(name) for name in NEEDED) or not asked["vnp_Amount"].isdecimal():
            self._page(400, "Dữ liệu gửi sang không đúng định dạng", "Hãy quay lại chợ và thử lại.")
        else:
            payment = self.standin.till.open(asked)
            if payment.response:  # one visit, one payment: a second one is only shown the way back
                self._redirect(self.standin.way_back(payment))
            else:
                self._send(200, page.pay(payment), HTML)

    def _choose(self, body: bytes) -> None:
        form = dict(parse_qsl(body.decode()))
        if form.get("ref") not in self.standin.till.payments or form.get("choice") not in CHOICES:
            self._page(404, "Không có giao dịch này", "Hãy quay lại chợ và bấm thanh toán một lần nữa.")
        else:
            self._redirect(self.standin.choose(form["ref"], form["choice"]))

    # --- the market's server ----------------------------------------------------------
    def _api(self, body: bytes) -> None:
        standin, fault = self.standin, self.standin.manners.api
        if fault == ApiFault.BROKEN:
            self._json(500, {"error": "out of order"})
            return
        words = {str(key): str(value) for key, value in json.loads(body).items()}
        reply = api.answer(standin.till, words, tmn_code=standin.tmn_code, secret=standin.secret, fault=fault)
        if fault == ApiFault.LOST:
            self.close_connection = True
        else:
            self._json(200, reply)

    # --- whoever tests ----------------------------------------------------------------
    def _state(self) -> dict[str, Any]:
        till = self.standin.till
        payments = {
            ref: {
                "response": known.response,
                "amount": known.amount,
                "refunded": known.refunded,
                "number": known.number,
            }
            for ref, known in list(till.payments.items())
        }
        return {"manners": asdict(self.standin.manners), "payments": payments, "diary": list(till.diary)}

    def _change(self, body: bytes) -> None:
        self.standin.manners = self.standin.manners.but(json.loads(body))
        self._json(200, asdict(self.standin.manners))

    def _release(self, body: bytes) -> None:
        self._json(200, {"sent": self.standin.courier.release(self.standin.manners)})

    def _reset(self, body: bytes) -> None:
        self.standin.reset()
        self._json(200, {})

    # --- answers ----------------------------------------------------------------------
    def _page(self, status: int, title: str, text: str) -> None:
        self._send(status, page.message(title, text), HTML)

    def _json(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content, ensure_ascii=False).encode(), "application/json")

    def _redirect(self, address: str) -> None:
        self.send_response(303)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
