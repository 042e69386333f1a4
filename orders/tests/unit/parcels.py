"""A parcel to send, the three carriers at the stand-in, and an ear for what it tells."""

import threading
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx

from orders.carriers.base import ParcelItem, ParcelRequest, Place
from orders.carriers.ghn import Ghn
from orders.carriers.ghtk import Ghtk
from orders.carriers.viettel_post import ViettelPost

SECRET = "một bí mật"  # secrets are bytes like any other
SENDER = Place(
    "HTX Duy Sơn", "+84905000001", "Thôn Chánh Lộc", "Xã Duy Xuyên", "20623", "Thành phố Đà Nẵng", "48"
)
RECIPIENT = Place(
    "Trần Thị B", "+84912345678", "12 Lê Lợi", "Phường Ba Đình", "00004", "Thành phố Hà Nội", "01"
)
PARCEL = ParcelRequest(
    code="7K3M-92XQ-1",
    sender=SENDER,
    recipient=RECIPIENT,
    weight_g=1_250,
    cod_amount=215_000,
    goods_value=185_000,
    items=(ParcelItem("Mật ong rừng", 2, 500), ParcelItem("Bánh tráng", 1, 150)),
    note="Gọi trước khi giao",
)


def parcel(**changes):
    return replace(PARCEL, **changes)


def ghn(url, *, seconds=5.0):
    return Ghn(token="token", shop_id="1", url=url, webhook_secret=SECRET, seconds=seconds)


def ghtk(url, *, seconds=5.0):
    return Ghtk(token="token", client_source="S1", url=url, webhook_secret=SECRET, seconds=seconds)


def viettel_post(url, *, seconds=5.0):
    return ViettelPost(
        user="user", password="password", url=url, service="VHT", webhook_secret=SECRET, seconds=seconds
    )


MAKERS = {"ghn": ghn, "ghtk": ghtk, "viettel_post": viettel_post}


@dataclass
class Heard:
    """A webhook as it came."""

    body: bytes
    headers: dict[str, str]
    query: dict[str, str]
    content_type: str

    def read_by(self, carrier):
        return carrier.read_webhook(self.body, self.headers, self.query, self.content_type)


class Ear(ThreadingHTTPServer):
    """Keeps every webhook that comes, in order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), EarHandler)
        self.heard = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"

    def close(self):
        self.shutdown()
        self.server_close()


class EarHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.heard.append(
            Heard(
                self.rfile.read(int(self.headers["Content-Length"])),
                dict(self.headers.items()),
                dict(parse_qsl(urlsplit(self.path).query)),
                self.headers["Content-Type"],
            )
        )
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


def control(server, what, **body):
    return httpx.post(f"{server.url}/control/{what}", json=body, timeout=10).json()
