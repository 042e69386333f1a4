"""The two calls between servers: how does this payment stand, and send it back."""

import hmac
import secrets
from collections.abc import Mapping

from payments.standin import signing
from payments.standin.manners import ApiFault
from payments.standin.till import BANK, Payment, Till, now, stamp

MESSAGES = {
    "00": "Success",
    "02": "Invalid TmnCode",
    "03": "Invalid data format",
    "91": "Transaction not found",
    "94": "Duplicate request",
    "95": "Transaction was not successful",
    "97": "Invalid signature",
    "99": "Other error",
}


def answer(
    till: Till, words: Mapping[str, str], *, tmn_code: str, secret: str, fault: ApiFault
) -> dict[str, str]:
    """The signed reply to a request; KeyError for a command that does not exist."""
    command = words["vnp_Command"]
    code = _check(till, words, tmn_code=tmn_code, secret=secret)
    if code == "00" and fault == ApiFault.REFUSE:
        code = "99" if command == "querydr" else "95"
    if code == "00" and command == "refund":
        code = till.give_back(words)
    payment = till.payments.get(words.get("vnp_TxnRef", ""))
    if code == "00" and payment is None:
        code = "91"
    reply = {
        "vnp_ResponseId": secrets.token_hex(16),
        "vnp_Command": command,
        "vnp_ResponseCode": code,
        "vnp_Message": MESSAGES[code],
        "vnp_TmnCode": tmn_code,
        "vnp_TxnRef": words.get("vnp_TxnRef", ""),
    }
    if code == "00" and payment is not None:
        reply |= _payment(payment) if command == "querydr" else _refund(till, words)
    key = "not the secret" if fault == ApiFault.FORGE else secret
    reply["vnp_SecureHash"] = signing.of_fields(key, reply, signing.REPLIES[command])
    till.note(command, ref=reply["vnp_TxnRef"], answer=code)
    return reply


def _check(till: Till, words: Mapping[str, str], *, tmn_code: str, secret: str) -> str:
    fields = signing.REQUESTS[words["vnp_Command"]]
    if words.get("vnp_TmnCode") != tmn_code:
        return "02"
    if not all(words.get(name) for name in fields):
        return "03"
    expected = signing.of_fields(secret, words, fields)
    if not hmac.compare_digest(words.get("vnp_SecureHash", "").lower().encode(), expected.encode()):
        return "97"
    return "00" if till.is_new(words["vnp_RequestId"]) else "94"


def _payment(payment: Payment) -> dict[str, str]:
    said = payment.statement()
    names = ("Amount", "BankCode", "PayDate", "TransactionNo", "TransactionStatus", "OrderInfo")
    return {f"vnp_{name}": said[f"vnp_{name}"] for name in names} | {"vnp_TransactionType": "01"}


def _refund(till: Till, words: Mapping[str, str]) -> dict[str, str]:
    return {
        "vnp_Amount": words["vnp_Amount"],
        "vnp_BankCode": BANK,
        "vnp_PayDate": stamp(now()),
        "vnp_TransactionNo": till.next_number(),
        "vnp_TransactionType": words["vnp_TransactionType"],
        "vnp_TransactionStatus": "05",
        "vnp_OrderInfo": words["vnp_OrderInfo"],
    }
