"""What every payment gateway can do for the market, whatever its protocol looks like.

A gateway is one module with one class of this shape, named in ``payments.gateways``. It knows
nothing of orders or of the database: it turns our words into its own, and its signed words into
``Notice``. Amounts are đồng, times are aware.
"""

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class BadSignature(MarketError):
    """The statement does not come from the gateway, or was changed on its way."""

    code = "bad_signature"
    message = _("Thông báo thanh toán có chữ ký không đúng, đã bỏ qua.")


class BadNotice(MarketError):
    """Signed, but not a statement that can be read. Data: field."""

    code = "bad_notice"
    message = _("Cổng thanh toán gửi thông báo không đọc được.")


class GatewayUnavailable(MarketError):
    """No usable answer: too slow, unreachable, or not signed by the gateway."""

    code = "gateway_unavailable"
    status = 503
    message = _("Cổng thanh toán chưa trả lời: hãy thử lại sau ít phút.")


class UnknownAtGateway(MarketError):
    """The gateway has no transaction with this reference: the buyer never reached its page."""

    code = "unknown_at_gateway"
    status = 404
    message = _("Cổng thanh toán không có giao dịch này.")


class Outcome(enum.StrEnum):
    """What a statement says of a payment. PENDING is final in neither direction."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"


class Answer(enum.Enum):
    """What became of a notice here; each gateway has its own word for it."""

    RECORDED = "recorded"  # also a recorded failure
    ALREADY_CONFIRMED = "already_confirmed"
    ORDER_NOT_FOUND = "order_not_found"
    WRONG_AMOUNT = "wrong_amount"
    BAD_SIGNATURE = "bad_signature"
    FAILED = "failed"  # ours to mend: the gateway should say it again


class RefundOutcome(enum.StrEnum):
    """ACCEPTED: the gateway took it over. REFUSED: surely not. UNKNOWN: it may or may not have."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pay:
    """One attempt to pay. ``txn_ref``: letters and digits, new for each attempt; ``locale``: vi or en."""

    txn_ref: str
    amount: int
    description: str
    return_url: str
    ip: str
    created_at: dt.datetime
    expires_at: dt.datetime
    locale: str = "vi"


@dataclass(frozen=True)
class Notice:
    """One signed statement of a gateway about one payment.

    ``notice_id`` is the same whenever the gateway repeats this very statement and differs for every
    other one. ``gateway_transaction`` is the gateway's own number, "" where it gave none.
    """

    gateway: str
    notice_id: str
    txn_ref: str
    amount: int
    currency: str
    outcome: Outcome
    gateway_transaction: str
    occurred_at: dt.datetime | None
    raw: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What to answer over HTTP; an empty ``body`` means none."""

    status: int
    body: Mapping[str, str]


@dataclass(frozen=True)
class Refund:
    """Money back for a payment. ``request_id`` is unique per request and kept when it is repeated.

    ``full`` says that all of the payment goes back; ``paid_created_at`` is ``Pay.created_at``;
    ``requested_by`` is the officer's name as the gateway will keep it.
    """

    request_id: str
    txn_ref: str
    amount: int
    full: bool
    gateway_transaction: str
    paid_created_at: dt.datetime
    requested_by: str
    requested_at: dt.datetime
    description: str
    ip: str


@dataclass(frozen=True)
class RefundResult:
    """``code`` and ``message`` are the gateway's, for the officer; "" where there was no answer."""

    outcome: RefundOutcome
    code: str = ""
    message: str = ""
    gateway_transaction: str = ""
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)


class Gateway(Protocol):
    """One payment gateway."""

    name: str
    label: str

    def payment_url(self, pay: Pay) -> str:
        """Where to send the buyer. Raises ValueError for what the gateway would refuse."""

    def read_notice(self, params: Mapping[str, Any]) -> Notice:
        """The statement that the gateway's server sent. Raises BadSignature, BadNotice."""

    def read_return(self, params: Mapping[str, Any]) -> Notice:
        """What the buyer's browser brought back: to show only, never to book. Raises as read_notice."""

    def reply(self, answer: Answer) -> Reply:
        """What the gateway's server wants to hear."""

    def query(
        self, *, request_id: str, txn_ref: str, created_at: dt.datetime, at: dt.datetime, ip: str
    ) -> Notice:
        """What the gateway knows now; ``created_at`` is ``Pay.created_at``.

        Raises UnknownAtGateway, GatewayUnavailable, BadNotice.
        """

    def refund(self, refund: Refund) -> RefundResult:
        """Ask for money back. Never raises for what happens on the way: that is UNKNOWN."""


def plain(text: str, limit: int) -> str:
    """Letters without marks, digits and single spaces, cut at ``limit``: what every gateway signs alike."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[^0-9A-Za-z]+", " ", bare).strip()[:limit].strip()
