"""Those outside the market: browsers, the bank and the gateway. They only know what they were told,
and say again what was not answered, as their real kin do."""

import datetime as dt
import hashlib
import hmac
import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from bench.client import Browser
from core.clock import VIETNAM
from tests.faults.market import BANK_SECRET, GATEWAY_PAGE, HOST, SECRET, TMN

KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')
TOTAL = re.compile(r'name="agreed_total" value="(\d+)"')
ORDER = re.compile(r"/don-hang/([^/]+)/")
TROUBLE = (OSError, http.client.HTTPException)
PRODUCT = re.compile(r"^/san-pham/.*")
ACCOUNT = "0900000000001"
T = TypeVar("T")


class NoAnswer(Exception):
    """The market could not serve this: to be asked again."""


class TimeIsUp(Exception):
    """It took longer than this run may take."""


class WrongAnswer(Exception):
    """An answer that no fault excuses."""


class Patience:
    """Asks again until an answer comes; counts how often that was needed."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.again: Counter[str] = Counter()

    def insist(self, what: str, ask: Callable[[], T]) -> T:
        while True:
            try:
                return ask()
            except (*TROUBLE, NoAnswer):
                self.again[what] += 1
                if time.monotonic() > self.until:
                    raise TimeIsUp(what) from None
                time.sleep(0.2 + random.random() * 0.6)


@dataclass(frozen=True)
class Told:
    """A buyer was sent on to an order. ``payment`` is what the buyer then pays, None for cash."""

    name: str
    code: str
    total: int
    payment: "Payment | None"


@dataclass(frozen=True)
class Payment:
    """``notice_id`` is under what the market has to keep it."""

    gateway: str
    notice_id: str
    amount: int
    request: tuple[str, str, str, tuple[tuple[str, str], ...]]  # method, path, body, headers


class Guest(Browser):
    """A browser that reconnects, and takes errors of the server as such."""

    def __init__(self, port: int, patience: Patience) -> None:
        super().__init__(port)
        self.patience = patience

    def ask(self, method: str, path: str, **fields: object) -> tuple[int, str]:
        def once() -> tuple[int, str]:
            try:
                status, location = self._request(method, path, urlencode(fields) if fields else None)
            except TROUBLE:
                self.connection.close()
                raise
            if status >= 500:
                raise NoAnswer(status)
            return status, location

        return self.patience.insist(f"{method} {PRODUCT.sub('/san-pham/…/', path)}", once)

    def send(self, path: str, **fields: object) -> tuple[int, str]:
        return self.ask("POST", path, csrfmiddlewaretoken=self.cookies["csrftoken"], **fields)


def purchase(guest: Guest, *, name: str, goods: list[tuple[int, str]], form: dict[str, object]) -> Told:
    """From the product's page to an order, the last press repeated until it is answered."""
    while True:
        guest.ask("GET", f"/san-pham/{goods[0][1]}/")
        for variant, _ in goods:
            guest.send("/gio-hang/them/", variant=variant, quantity=1)
        status, _ = guest.ask("GET", "/thanh-toan/")
        if status == 200:
            break  # else the answer that brought the cart's cookie was lost: nothing was ordered
    fields = {**form, "recipient": name, "idempotency_key": KEY.search(guest.page).group(1)}  # type: ignore[union-attr]
    location, total = _press(guest, fields)
    code, payment = _where_to(location, total)
    if random.random() < 0.25:
        again, _ = _where_to(_press(guest, fields)[0], total)
        if again != code:
            raise WrongAnswer(f"{name} pressed twice and got {code} and {again}")
    return Told(name, code, total, payment)


def _press(guest: Guest, fields: dict[str, object]) -> tuple[str, int]:
    """Order. A total that differs from the page's is shown first and then agreed to."""
    for _ in range(6):
        total = TOTAL.search(guest.page)
        fields |= {"agreed_total": total.group(1)} if total else {}
        status, location = guest.send("/thanh-toan/", **fields)
        if status == 302:
            return location, int(str(fields["agreed_total"]))
    raise WrongAnswer(f"checkout answers {status} again and again: {guest.page[:300]}")


def _where_to(location: str, total: int) -> tuple[str, Payment | None]:
    if location.startswith(GATEWAY_PAGE):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        ref = asked["vnp_TxnRef"]
        return f"{ref[:4]}-{ref[4:8]}", gateway_notice(ref, int(asked["vnp_Amount"]))
    found = ORDER.search(location)
    if found is None:
        raise WrongAnswer(f"checkout leads to {location}")
    return found.group(1), None


def gateway_notice(ref: str, hundredths: int) -> Payment:
    """VNPay's own words to our server, by GET."""
    number = str(int(hashlib.sha256(ref.encode()).hexdigest()[:10], 16))
    words = {
        "vnp_Amount": hundredths,
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": "Thanh toan",
        "vnp_PayDate": dt.datetime.now(VIETNAM).strftime("%Y%m%d%H%M%S"),
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": TMN,
        "vnp_TransactionNo": number,
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": ref,
    }
    query = "&".join(f"{name}={quote_plus(str(words[name]))}" for name in sorted(words))
    signature = hmac.new(SECRET.encode(), query.encode(), hashlib.sha512).hexdigest()
    path = f"/thanh-toan/vnpay/ipn/?{query}&vnp_SecureHash={signature}"
    return Payment("vnpay", f"{ref}:{number}", hundredths // 100, ("GET", path, "", ()))


def bank_notice(code: str, amount: int) -> Payment:
    """The bank's report of a transfer, signed, by POST."""
    facts = {
        "id": f"FT-{code}",
        "account": ACCOUNT,
        "amount": amount,
        "currency": "VND",
        "memo": f"OCOP {code.replace('-', '')} chuyen tien",
        "booked_at": dt.datetime.now(VIETNAM).isoformat(),
    }
    body = json.dumps(facts)
    signature = hmac.new(BANK_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = (("X-Signature", signature), ("Content-Type", "application/json"))
    return Payment("bank", f"webhook:FT-{code}", amount, ("POST", "/thanh-toan/ngan-hang/", body, headers))


def deliver(port: int, payment: Payment, patience: Patience) -> str:
    """Say it until it is acknowledged; the acknowledgement."""
    method, path, body, headers = payment.request

    def once() -> str:
        connection = http.client.HTTPConnection(HOST, port, timeout=20)
        try:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 500:
            raise NoAnswer(answer.status)
        said = json.loads(text)
        if said.get("RspCode") == "99":
            raise NoAnswer(said)
        if answer.status != 200 or said.get("RspCode", "00") not in ("00", "02"):
            raise WrongAnswer(f"{payment.notice_id}: {answer.status} {text[:200]}")
        return text

    return patience.insist(f"notice of {payment.gateway}", once)


class Post:
    """Notices on their way, each several times, handed out in no order."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._lock = chance, threading.Lock()
        self._bag: list[Payment] = []
        self.is_closed = False
        self.copies = 0

    def put(self, payment: Payment) -> None:
        with self._lock:
            times = self._chance.randint(1, 3)
            self.copies += times
            self._bag += [payment] * times

    def take(self) -> Payment | None:
        with self._lock:
            return self._bag.pop(self._chance.randrange(len(self._bag))) if self._bag else None
