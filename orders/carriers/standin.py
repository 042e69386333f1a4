"""A carrier that stands in for the real ones, on this machine only, for tests and trying things out.

    python -m orders.carriers.standin --port 8099 --secret s --hook ghn=http://127.0.0.1:8000/…

It speaks the three shapes by its own code and shares none with the adapters, keeps parcels in memory,
books a code once, and tells what happens to ``--hook``. Log-ins: token "token", shop "1", user "user",
password "password". Control, JSON by POST:

- /control/move {"code", "steps": ["picked_up", "delivered", …]}: the parcel goes these steps; each is told
- /control/tell {}: tells what "late" kept back
- /control/behave {"as": […]}: from now on, any of
  "repeat" (tells each step twice), "reorder" (tells the last step first), "late" (keeps news back),
  "wrong_secret", "error" (500 before doing anything), "hang" (books and then does not answer in time)
- /control/parcels: what was booked
"""

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from orders.carriers.standin_shapes import PREFIXES, SHAPES, Answer, Body, News, Parcel

BEHAVIOURS = {"repeat", "reorder", "late", "wrong_secret", "error", "hang"}


class StandIn:
    """The three carriers' memory and manners, apart from how bytes come and go."""

    def __init__(self, *, hooks: dict[str, str], secret: str, hang: float = 30) -> None:
        self.hooks, self.secret, self.hang = hooks, secret, hang
        self.parcels: dict[tuple[str, str], Parcel] = {}
        self.behaves: set[str] = set()
        self.kept: list[News] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def book(self, carrier: str, code: str, *, cod: int, weight_g: int, body: Body) -> tuple[Parcel, bool]:
        """The parcel of this code, and whether it is new."""
        with self.lock:
            known = self.parcels.get((carrier, code))
            if known:
                return known, False
            number = f"{carrier.upper()}{len(self.parcels) + 1:06}"
            parcel = Parcel(carrier, code, number, cod, weight_g, body)
            parcel.go("booked")
            self.parcels[carrier, code] = parcel
            return parcel, True

    def numbered(self, carrier: str, number: Any) -> Parcel | None:
        found = (p for p in self.parcels.values() if p.carrier == carrier and p.number == number)
        return next(found, None)

    def control(self, what: str, body: Body) -> Answer:
        if what == "parcels":
            keys = ("carrier", "code", "number", "cod", "weight_g")
            rows = [{key: getattr(p, key) for key in keys} for p in self.parcels.values()]
            return 200, {"parcels": rows}
        if what == "behave" and BEHAVIOURS.issuperset(body.get("as", [])):
            self.behaves = set(body["as"])
            return 200, {"as": sorted(self.behaves)}
        if what == "tell":
            kept, self.kept = self.kept, []
            return 200, {"told": self.tell(kept)}
        if what == "move":
            return self.move(body)
        return 404, {"error": "no such control"}

    def move(self, body: Body) -> Answer:
        parcel = next((p for p in self.parcels.values() if p.code == body.get("code")), None)
        steps = body.get("steps", [])
        if parcel is None or not set(steps) <= set(SHAPES[parcel.carrier].words):
            return 404, {"error": "no such parcel or step"}
        for step in steps:
            parcel.go(step)
        news = [News(parcel, step, at) for step, at in parcel.history[len(parcel.history) - len(steps) :]]
        if "late" in self.behaves:
            self.kept += news
            return 200, {"told": []}
        return 200, {"told": self.tell(news)}

    def tell(self, news: Sequence[News]) -> list[int]:
        """HTTP status of each telling, 0 when nobody listened."""
        if "reorder" in self.behaves:
            news = news[::-1]
        if "repeat" in self.behaves:
            news = [one for one in news for _again in range(2)]
        return [self._tell(one) for one in news]

    def _tell(self, news: News) -> int:
        shape = SHAPES[news.parcel.carrier]
        hook = self.hooks.get(shape.carrier)
        if not hook:
            return 0
        secret = "wrong" if "wrong_secret" in self.behaves else self.secret
        query, kind, body = shape.news(news, secret)
        scheme, host, path, given, _fragment = urlsplit(hook)
        url = urlunsplit((scheme, host, path, "&".join(filter(None, (given, urlencode(query)))), ""))
        try:
            return httpx.post(url, content=body, headers={"Content-Type": kind}, timeout=10).status_code
        except httpx.HTTPError:
            return 0


class Server(ThreadingHTTPServer):
    """``with Server(StandIn(...)) as server`` listens on ``server.url`` until the block ends."""

    daemon_threads = True

    def __init__(self, stand: StandIn, *, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.stand = stand

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stand.closing.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.reply({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            return self.send(400, {"message": "not JSON"})
        return self.reply(body)

    def reply(self, body: Body) -> None:
        stand, path = self.server.stand, urlsplit(self.path).path
        if path.startswith("/control/"):
            return self.send(*stand.control(path.removeprefix("/control/"), body))
        carrier = next((name for prefix, name in PREFIXES.items() if path.startswith(prefix)), "")
        if not carrier or "error" in stand.behaves:
            return self.send(500 if carrier else 404, {"message": "oops"})
        answer = SHAPES[carrier].answer(stand, path, self.headers, body)
        if "hang" in stand.behaves and not path.endswith("/Login"):
            stand.closing.wait(stand.hang)
        return self.send(*answer)

    def send(self, status: int, body: Body) -> None:
        raw = json.dumps(body).encode()
        with contextlib.suppress(ConnectionError):  # who asked may have hung up
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    def log_message(self, *_words: object) -> None:
        """Quiet: tests read what comes back."""


def main() -> None:
    options = argparse.ArgumentParser(description="A carrier that stands in for the real ones.")
    options.add_argument("--port", type=int, default=8099)
    options.add_argument("--hook", action="append", default=[], metavar="ghn|ghtk|viettel_post=URL")
    options.add_argument("--secret", default="secret")
    options.add_argument("--hang", type=float, default=30, help="seconds that a hanging answer takes")
    chosen = options.parse_args()
    hooks = dict(hook.split("=", 1) for hook in chosen.hook)
    server = Server(StandIn(hooks=hooks, secret=chosen.secret, hang=chosen.hang), port=chosen.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
