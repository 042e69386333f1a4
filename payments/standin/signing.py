"""The signature, from the side of the one who runs the gateway.

An address is checked as it came, piece by piece, without decoding it first: so a client that
encodes differently from what it signed is found out.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

_QUERY = (
    *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef"),
    *("vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo"),
)
_REFUND = (
    *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType", "vnp_TxnRef"),
    *("vnp_Amount", "vnp_TransactionNo", "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate"),
    *("vnp_IpAddr", "vnp_OrderInfo"),
)
_REPLY = (
    *("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef"),
    *("vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType"),
    *("vnp_TransactionStatus", "vnp_OrderInfo"),
)
_PROMOTION = ("vnp_PromotionCode", "vnp_PromotionAmount")
REQUESTS: Mapping[str, Sequence[str]] = {"querydr": _QUERY, "refund": _REFUND}
REPLIES: Mapping[str, Sequence[str]] = {"querydr": (*_REPLY, *_PROMOTION), "refund": _REPLY}


def of_text(secret: str, text: str) -> str:
    """HMAC-SHA512 of a text, in lower-case hexadecimal."""
    return hmac.digest(secret.encode(), text.encode(), hashlib.sha512).hex()


def of_fields(secret: str, words: Mapping[str, str], fields: Sequence[str]) -> str:
    """The signature over values joined by a bar; what is missing counts as empty."""
    return of_text(secret, "|".join([str(words.get(name, "")) for name in fields]))


def address_is_genuine(secret: str, raw_query: str) -> bool:
    """Whether a query string carries the signature of its own ``vnp_`` parameters."""
    pieces = [piece for piece in raw_query.split("&") if piece.startswith("vnp_")]
    given = [p.partition("=")[2] for p in pieces if p.startswith("vnp_SecureHash=")]
    signed = sorted(p for p in pieces if not p.startswith("vnp_SecureHash") and not p.endswith("="))
    return len(given) == 1 and hmac.compare_digest(given[0].lower(), of_text(secret, "&".join(signed)))


def signed_query(secret: str, words: Mapping[str, str]) -> str:
    """Parameters as a query string in alphabetical order, its signature at the end."""
    text = urlencode(sorted((name, value) for name, value in words.items() if value))
    return f"{text}&vnp_SecureHash={of_text(secret, text)}"
