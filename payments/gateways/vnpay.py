"""VNPay 2.1.0 (sandbox.vnpayment.vn/apis/docs): signed addresses for buyers, signed JSON between servers.

Addresses are signed over their sorted, form-encoded parameters; requests and replies of the API
over chosen values joined by a bar. Both by HMAC-SHA512, in hexadecimal.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

import httpx

from core.clock import VIETNAM
from payments.gateways.base import (
    Answer,
    BadNotice,
    BadSignature,
    GatewayUnavailable,
    Notice,
    Outcome,
    Pay,
    Refund,
    RefundOutcome,
    RefundResult,
    Reply,
    UnknownAtGateway,
    plain,
)

VERSION = "2.1.0"
DONG = "VND"
LOCALES = {"vi": "vn", "en": "en"}
TIMEOUT = httpx.Timeout(15, connect=5)  # seconds
TEXT_MAX = 255
REF_MAX = 100
NAME_MAX = 245
UNSIGNED = ("vnp_SecureHash", "vnp_SecureHashType")

# RspCode: what VNPay's server hears about a notice.
RECORDED = "00"
ORDER_NOT_FOUND = "01"
ALREADY_CONFIRMED = "02"
IP_PROHIBITED = "03"
WRONG_AMOUNT = "04"
BAD_CHECKSUM = "97"
OTHER_ERROR = "99"
REPLIES = {
    Answer.RECORDED: (RECORDED, "Confirm Success"),
    Answer.ORDER_NOT_FOUND: (ORDER_NOT_FOUND, "Order not found"),
    Answer.ALREADY_CONFIRMED: (ALREADY_CONFIRMED, "Order already confirmed"),
    Answer.WRONG_AMOUNT: (WRONG_AMOUNT, "Invalid amount"),
    Answer.BAD_SIGNATURE: (BAD_CHECKSUM, "Invalid Checksum"),
    Answer.FAILED: (OTHER_ERROR, "Unknown error"),
}

# vnp_ResponseCode says how the buyer's visit ended, vnp_TransactionStatus where the money is.
SUCCESS = "00"
SUSPECTED = "07"  # the bank took the money, VNPay holds it as suspected fraud
REFUND_REFUSED = "09"
# In progress; taken by the bank but not with VNPay; refund processing; refund sent.
UNSETTLED = ("01", "04", "05", "06", SUSPECTED, REFUND_REFUSED)

# vnp_ResponseCode of the API. 94 (this request came before) and 99 leave open what was done.
NOT_FOUND = "91"
REFUSALS = ("02", "03", NOT_FOUND, "95", "97")  # unknown merchant, format, no payment, not paid, checksum

# vnp_TransactionType; 01 is the payment itself.
FULL_REFUND = "02"
PART_REFUND = "03"

# What is signed of each request and reply, joined by a bar.
QUERY = "RequestId|Version|Command|TmnCode|TxnRef|TransactionDate|CreateDate|IpAddr|OrderInfo"
REFUND = (
    "RequestId|Version|Command|TmnCode|TransactionType|TxnRef|Amount|TransactionNo|TransactionDate|"
    "CreateBy|CreateDate|IpAddr|OrderInfo"
)
REFUND_REPLY = (
    "ResponseId|Command|ResponseCode|Message|TmnCode|TxnRef|Amount|BankCode|PayDate|TransactionNo|"
    "TransactionType|TransactionStatus|OrderInfo"
)
QUERY_REPLY = f"{REFUND_REPLY}|PromotionCode|PromotionAmount"
# A reply has a new ResponseId each time; the statement is what it says of the payment.
QUERY_STATEMENT = "Command|TmnCode|TxnRef|Amount|TransactionNo|TransactionType|TransactionStatus"


class VNPay:
    """The gateway of one merchant account. ``secret`` signs everything in both directions."""

    name = "vnpay"
    label = "VNPay"

    def __init__(
        self, *, tmn_code: str, secret: str, pay_url: str, api_url: str, timeout: httpx.Timeout = TIMEOUT
    ) -> None:
        self.tmn_code = tmn_code
        self.pay_url = pay_url
        self.api_url = api_url
        self.timeout = timeout
        self._secret = secret.encode()

    # --- the buyer's way there and back -----------------------------------------------
    def payment_url(self, pay: Pay) -> str:
        """The signed address of VNPay's page; ValueError if VNPay could not take it."""
        if not re.fullmatch(rf"[0-9A-Za-z]{{1,{REF_MAX}}}", pay.txn_ref):
            raise ValueError("txn_ref must be letters and digits")
        if pay.amount <= 0 or pay.expires_at <= pay.created_at:
            raise ValueError("a payment needs a positive amount and time to be paid in")
        query = _encode(
            {
                "vnp_Version": VERSION,
                "vnp_Command": "pay",
                "vnp_TmnCode": self.tmn_code,
                "vnp_Amount": str(pay.amount * 100),
                "vnp_CurrCode": DONG,
                "vnp_TxnRef": pay.txn_ref,
                "vnp_OrderInfo": plain(pay.description, TEXT_MAX),
                "vnp_OrderType": "other",
                "vnp_Locale": LOCALES.get(pay.locale, "vn"),
                "vnp_ReturnUrl": pay.return_url,
                "vnp_IpAddr": pay.ip,
                "vnp_CreateDate": _stamp(pay.created_at),
                "vnp_ExpireDate": _stamp(pay.expires_at),
            }
        )
        return f"{self.pay_url}?{query}&vnp_SecureHash={self._sign(query)}"

    def read_return(self, params: Mapping[str, Any]) -> Notice:
        """What the buyer's browser says happened: the same words as a notice, to show only."""
        return self.read_notice(params)

    # --- what VNPay's server says -----------------------------------------------------
    def read_notice(self, params: Mapping[str, Any]) -> Notice:
        """Verify and read an IPN. Parameters that are not VNPay's own are not part of it."""
        signed = {key: str(value) for key, value in params.items() if key.startswith("vnp_")}
        query = _encode({key: value for key, value in signed.items() if key not in UNSIGNED})
        self._verify(query, signed.get("vnp_SecureHash", ""))
        response = _code(signed, "vnp_ResponseCode")
        outcome = _outcome(response, _code(signed, "vnp_TransactionStatus"))
        return self._notice(signed, key=query, outcome=outcome)

    def reply(self, answer: Answer) -> Reply:
        """VNPay repeats a notice until it reads 00 or 02."""
        code, message = REPLIES[answer]
        return Reply(200, {"RspCode": code, "Message": message})

    # --- what we ask ------------------------------------------------------------------
    def query(
        self, *, request_id: str, txn_ref: str, created_at: dt.datetime, at: dt.datetime, ip: str
    ) -> Notice:
        """Ask how a payment stands (querydr)."""
        request = {
            "RequestId": request_id,
            "Version": VERSION,
            "Command": "querydr",
            "TmnCode": self.tmn_code,
            "TxnRef": txn_ref,
            "TransactionDate": _stamp(created_at),
            "CreateDate": _stamp(at),
            "IpAddr": ip,
            "OrderInfo": f"Truy van {txn_ref}",
        }
        reply = self._call(request, QUERY, QUERY_REPLY)
        code = reply.get("vnp_ResponseCode", "")
        if code == NOT_FOUND:
            raise UnknownAtGateway(data={"txn_ref": txn_ref})
        if code != SUCCESS or reply.get("vnp_TxnRef") != txn_ref:
            raise GatewayUnavailable(data={"code": code})
        outcome = _outcome(SUCCESS, _code(reply, "vnp_TransactionStatus"))
        if reply.get("vnp_TransactionType") in (FULL_REFUND, PART_REFUND):
            outcome = Outcome.PENDING  # it speaks of the refund, with the refund's amount
        return self._notice(reply, key=_joined(reply, QUERY_STATEMENT), outcome=outcome)

    def refund(self, refund: Refund) -> RefundResult:
        """Ask for all or part of a payment back; every failure on the way is UNKNOWN."""
        request = {
            "RequestId": refund.request_id,
            "Version": VERSION,
            "Command": "refund",
            "TmnCode": self.tmn_code,
            "TransactionType": FULL_REFUND if refund.full else PART_REFUND,
            "TxnRef": refund.txn_ref,
            "Amount": str(refund.amount * 100),
            "TransactionNo": refund.gateway_transaction or "0",
            "TransactionDate": _stamp(refund.paid_created_at),
            "CreateBy": plain(refund.requested_by, NAME_MAX),
            "CreateDate": _stamp(refund.requested_at),
            "IpAddr": refund.ip,
            "OrderInfo": plain(refund.description, TEXT_MAX),
        }
        try:
            reply = self._call(request, REFUND, REFUND_REPLY)
        except GatewayUnavailable:
            return RefundResult(RefundOutcome.UNKNOWN)
        code = reply.get("vnp_ResponseCode", "")
        outcome = RefundOutcome.UNKNOWN
        refused = code == SUCCESS and reply.get("vnp_TransactionStatus") == REFUND_REFUSED
        if refused or code in REFUSALS:
            outcome = RefundOutcome.REFUSED
        elif code == SUCCESS and self._is_about(reply, request):
            outcome = RefundOutcome.ACCEPTED
        number = reply.get("vnp_TransactionNo", "")
        return RefundResult(outcome, code, reply.get("vnp_Message", ""), number, reply)

    # --- inside -----------------------------------------------------------------------
    def _notice(self, words: Mapping[str, str], *, key: str, outcome: Outcome) -> Notice:
        amount, remainder = divmod(_number(words, "vnp_Amount"), 100)
        if remainder:
            raise BadNotice(data={"field": "vnp_Amount"})
        if words.get("vnp_TmnCode") != self.tmn_code:
            raise BadNotice(data={"field": "vnp_TmnCode"})
        if not words.get("vnp_TxnRef"):
            raise BadNotice(data={"field": "vnp_TxnRef"})
        transaction = words.get("vnp_TransactionNo", "")
        return Notice(
            gateway=self.name,
            notice_id=hashlib.sha256(key.encode(errors="replace")).hexdigest(),
            txn_ref=words["vnp_TxnRef"],
            amount=amount,
            currency=words.get("vnp_CurrCode") or DONG,  # VNPay names none: it knows only đồng
            outcome=outcome,
            gateway_transaction="" if transaction == "0" else transaction,
            occurred_at=_moment(words, "vnp_PayDate"),
            raw=dict(words),
        )

    def _call(self, request: Mapping[str, str], signed: str, reply_signed: str) -> dict[str, str]:
        """Send a signed request; the verified reply. Raises GatewayUnavailable."""
        body = {f"vnp_{name}": value for name, value in request.items()}
        body["vnp_SecureHash"] = self._sign(_joined(body, signed))
        try:
            response = httpx.post(self.api_url, json=body, timeout=self.timeout)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:  # no answer in time, or no JSON
            raise GatewayUnavailable from error
        if not isinstance(answer, dict):
            raise GatewayUnavailable
        reply = {key: "" if value is None else str(value) for key, value in answer.items()}
        try:
            self._verify(_joined(reply, reply_signed), reply.get("vnp_SecureHash", ""))
        except BadSignature as error:
            raise GatewayUnavailable(data={"reason": "signature"}) from error
        return reply

    def _is_about(self, reply: Mapping[str, str], request: Mapping[str, str]) -> bool:
        return all(reply.get(f"vnp_{name}") == request[name] for name in ("TmnCode", "TxnRef", "Amount"))

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(errors="replace"), hashlib.sha512).hexdigest()

    def _verify(self, text: str, signature: str) -> None:
        given = signature.lower().encode(errors="replace")
        if not self._secret or not hmac.compare_digest(self._sign(text).encode(), given):
            raise BadSignature


def _encode(params: Mapping[str, str]) -> str:
    """Sorted and form-encoded as browsers and Java do it: ``*`` stays and ``~`` does not."""
    pairs = sorted((key, value) for key, value in params.items() if value != "")
    return "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in pairs)


def _quoted(text: str) -> str:
    return quote_plus(text, safe="*", errors="replace").replace("~", "%7E")


def _joined(words: Mapping[str, str], names: str) -> str:
    return "|".join(words.get(f"vnp_{name}", "") for name in names.split("|"))


def _stamp(moment: dt.datetime) -> str:
    """``20261122103000``: the wall clock in Vietnam."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def _moment(words: Mapping[str, str], name: str) -> dt.datetime | None:
    text = words.get(name, "")
    if not text:
        return None
    try:
        if not re.fullmatch(r"[0-9]{14}", text):
            raise ValueError(text)
        return dt.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise BadNotice(data={"field": name}) from error


def _number(words: Mapping[str, str], name: str) -> int:
    text = words.get(name, "")
    if not re.fullmatch(r"[0-9]{1,16}", text):
        raise BadNotice(data={"field": name})
    return int(text)


def _code(words: Mapping[str, str], name: str) -> str:
    if not words.get(name):
        raise BadNotice(data={"field": name})
    return words[name]


def _outcome(response: str, status: str) -> Outcome:
    """Paid only if both codes say so; where money may have moved all the same, nothing is settled."""
    if response == status == SUCCESS:
        return Outcome.PAID
    if status in (SUCCESS, *UNSETTLED) or response == SUSPECTED:
        return Outcome.PENDING
    return Outcome.FAILED
