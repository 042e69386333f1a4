"""What the stand-in knows: payments, refunds, requests seen, and a diary. All of it in memory."""

import datetime as dt
import itertools
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VIETNAM = dt.timezone(dt.timedelta(hours=7))
EXPIRED = "11"
# What the buyer can choose: vnp_ResponseCode and vnp_TransactionStatus.
CHOICES = {"paid": ("00", "00"), "cancelled": ("24", "02"), "no_balance": ("51", "02")}
BANK = "NCB"


def stamp(moment: dt.datetime) -> str:
    """``20261122103000`` in Vietnam."""
    return moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def now() -> dt.datetime:
    return dt.datetime.now(VIETNAM)


@dataclass
class Payment:
    """One payment as the gateway keeps it; ``amount`` as it came, in hundredths of a đồng."""

    asked: Mapping[str, str]
    number: str
    response: str = ""  # empty until the buyer chose
    status: str = "01"
    paid_at: str = ""
    refunded: int = 0

    @property
    def ref(self) -> str:
        return self.asked["vnp_TxnRef"]

    @property
    def amount(self) -> int:
        return int(self.asked["vnp_Amount"])

    def statement(self) -> dict[str, str]:
        """What a notice says of it."""
        return {
            "vnp_Amount": str(self.amount),
            "vnp_BankCode": BANK,
            "vnp_BankTranNo": f"NCB{self.number}" if self.status == "00" else "",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": self.asked.get("vnp_OrderInfo", ""),
            "vnp_PayDate": self.paid_at,
            "vnp_ResponseCode": self.response,
            "vnp_TmnCode": self.asked["vnp_TmnCode"],
            "vnp_TransactionNo": self.number if self.status == "00" else "0",
            "vnp_TransactionStatus": self.status,
            "vnp_TxnRef": self.ref,
        }


class Till:
    """All payments; every method is safe to call from several threads."""

    def __init__(self) -> None:
        self.payments: dict[str, Payment] = {}
        self.requests: set[str] = set()
        self.diary: list[dict[str, Any]] = []
        self._lock = threading.RLock()
        # Numbers differ between two runs, as a real gateway never gives one twice.
        self._numbers = itertools.count(14_000_000 + secrets.randbelow(80_000) * 1000)

    def note(self, event: str, **facts: Any) -> None:
        """Write into the diary what happened, for tests to look at."""
        with self._lock:
            self.diary.append({"event": event, "at": now().isoformat(), **facts})

    def open(self, asked: Mapping[str, str]) -> Payment:
        """The payment of a genuine address; the first one to name a reference makes it."""
        with self._lock:
            found = self.payments.get(asked["vnp_TxnRef"])
            if found is None:
                found = self.payments[asked["vnp_TxnRef"]] = Payment(dict(asked), str(next(self._numbers)))
                self.note("opened", ref=found.ref, amount=found.amount)
            return found

    def settle(self, ref: str, choice: str) -> tuple[Payment, bool]:
        """Let the buyer choose; False if that was done before. KeyError for what does not exist."""
        with self._lock:
            payment = self.payments[ref]
            if payment.response:
                return payment, False
            late = stamp(now()) > payment.asked.get("vnp_ExpireDate", "9")
            payment.response, payment.status = (EXPIRED, "02") if late else CHOICES[choice]
            payment.paid_at = stamp(now())
            self.note("settled", ref=ref, response=payment.response)
            return payment, True

    def is_new(self, request_id: str) -> bool:
        """Whether a request of this number was never seen; from now on it was."""
        with self._lock:
            seen = request_id in self.requests
            self.requests.add(request_id)
            return not seen

    def give_back(self, words: Mapping[str, str]) -> str:
        """Book a refund; the response code."""
        with self._lock:
            payment = self.payments.get(words.get("vnp_TxnRef", ""))
            amount = words.get("vnp_Amount", "")
            if payment is None:
                return "91"
            if payment.status != "00":
                return "95"
            if not amount.isdecimal() or not 0 < int(amount) <= payment.amount - payment.refunded:
                return "99"
            if words.get("vnp_TransactionType") == "02" and int(amount) != payment.amount:
                return "03"
            payment.refunded += int(amount)
            self.note("refunded", ref=payment.ref, amount=int(amount), by=words.get("vnp_CreateBy", ""))
            return "00"

    def next_number(self) -> str:
        """A transaction number of its own, for a refund."""
        with self._lock:
            return str(next(self._numbers))
