"""VNPay's query and refund: what each answer means, above all those that the stand-in never gives."""

import json

import httpx
import pytest

from payments.gateways import base, vnpay
from payments.gateways.base import Outcome, RefundOutcome
from payments.tests.unit.test_vnpay import GATEWAY, MORNING

REPLY = {
    "vnp_ResponseId": "r1",
    "vnp_ResponseCode": "00",
    "vnp_Message": "Success",
    "vnp_TmnCode": "OCOPTST1",
    "vnp_TxnRef": "DH000123",
    "vnp_Amount": 15000000,  # a number, as JSON has them
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionType": "01",
    "vnp_TransactionStatus": "00",
}


def answering(
    monkeypatch: pytest.MonkeyPatch, reply: object, *, status: int = 200, sign: bool = True
) -> None:
    """The gateway's server gives this reply, signed unless told otherwise."""

    def post(url: str, *, json: dict[str, str], timeout: httpx.Timeout) -> httpx.Response:
        body = reply
        if isinstance(reply, dict) and sign:
            body = {"vnp_Command": json["vnp_Command"], **reply}
            names = vnpay.QUERY_REPLY if json["vnp_Command"] == "querydr" else vnpay.REFUND_REPLY
            said = {name: "" if value is None else str(value) for name, value in body.items()}
            body = {**body, "vnp_SecureHash": GATEWAY._sign(vnpay._joined(said, names))}
        request = httpx.Request("POST", url)
        if isinstance(body, bytes):
            return httpx.Response(status, content=body, request=request)
        return httpx.Response(status, json=body, request=request)

    monkeypatch.setattr(httpx, "post", post)


def query() -> base.Notice:
    return GATEWAY.query(
        request_id="q1", txn_ref="DH000123", created_at=MORNING, at=MORNING, ip="203.0.113.5"
    )


def refund(**changes: object) -> base.RefundResult:
    known = {
        "request_id": "f1",
        "txn_ref": "DH000123",
        "amount": 150_000,
        "full": True,
        "gateway_transaction": "14422574",
        "paid_created_at": MORNING,
        "requested_by": "Cán bộ tỉnh",
        "requested_at": MORNING,
        "description": "Hoàn tiền đơn DH000123",
        "ip": "203.0.113.5",
    }
    return GATEWAY.refund(base.Refund(**{**known, **changes}))  # type: ignore[arg-type]


def test_a_query_says_the_same_each_time_it_is_asked(monkeypatch):
    answering(monkeypatch, REPLY)
    first = query()
    answering(monkeypatch, {**REPLY, "vnp_ResponseId": "r2", "vnp_PromotionCode": None})
    assert (first.outcome, first.amount, first.notice_id) == (Outcome.PAID, 150_000, query().notice_id)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"vnp_TransactionStatus": "01"}, Outcome.PENDING),
        ({"vnp_TransactionStatus": "02"}, Outcome.FAILED),
        ({"vnp_TransactionType": "03", "vnp_Amount": 100}, Outcome.PENDING),  # a refund that went well
    ],
)
def test_a_query_reads_the_state(monkeypatch, change, outcome):
    answering(monkeypatch, {**REPLY, **change})
    assert query().outcome == outcome


UNUSABLE = [
    pytest.param({"reply": REPLY, "sign": False}, id="unsigned"),
    pytest.param({"reply": {**REPLY, "vnp_SecureHash": "0" * 128}, "sign": False}, id="forged"),
    pytest.param({"reply": b"<html>"}, id="not json"),
    pytest.param({"reply": b"\xff\xfe"}, id="not text"),
    pytest.param({"reply": ["00"]}, id="not an object"),
    pytest.param({"reply": REPLY, "status": 500}, id="http 500"),
    pytest.param({"reply": REPLY, "status": 302}, id="elsewhere"),
    pytest.param({"reply": {**REPLY, "vnp_ResponseCode": "99"}}, id="other error"),
    pytest.param({"reply": {**REPLY, "vnp_ResponseCode": "94"}}, id="came before"),
    pytest.param({"reply": {**REPLY, "vnp_TxnRef": "DH000999"}}, id="of another order"),
]


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_answer_that_says_nothing_leaves_all_open(monkeypatch, case):
    answering(monkeypatch, **case)
    with pytest.raises(base.GatewayUnavailable):
        query()
    assert refund().outcome == RefundOutcome.UNKNOWN


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), httpx.ConnectError("refused")])
def test_silence_is_unknown_too(monkeypatch, error):
    def post(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(httpx, "post", post)
    with pytest.raises(base.GatewayUnavailable):
        query()
    assert refund() == base.RefundResult(RefundOutcome.UNKNOWN)


def test_an_unknown_payment_is_its_own_error(monkeypatch):
    answering(monkeypatch, {**REPLY, "vnp_ResponseCode": "91"})
    with pytest.raises(base.UnknownAtGateway):
        query()


@pytest.mark.parametrize("code", ["02", "03", "91", "95", "97"])
def test_a_signed_refusal_is_sure(monkeypatch, code):
    answering(monkeypatch, {**REPLY, "vnp_ResponseCode": code})
    assert (refund().outcome, refund().code) == (RefundOutcome.REFUSED, code)


def test_a_refund_is_taken_over_or_refused_by_its_state(monkeypatch):
    answering(monkeypatch, {**REPLY, "vnp_TransactionStatus": "05", "vnp_TransactionNo": "15000001"})
    assert (refund().outcome, refund().gateway_transaction) == (RefundOutcome.ACCEPTED, "15000001")
    assert refund(amount=140_000).outcome == RefundOutcome.UNKNOWN  # it speaks of another amount
    answering(monkeypatch, {**REPLY, "vnp_TransactionStatus": "09"})
    assert refund().outcome == RefundOutcome.REFUSED


def test_requests_are_signed_over_their_values(monkeypatch):
    sent = []

    def post(url: str, *, json: dict[str, str], timeout: httpx.Timeout) -> httpx.Response:
        sent.append(json)
        raise httpx.ReadTimeout("enough")

    monkeypatch.setattr(httpx, "post", post)
    refund(full=False, gateway_transaction="")
    (body,) = sent
    text = (
        "f1|2.1.0|refund|OCOPTST1|03|DH000123|15000000|0|20261122103000|Can bo tinh|20261122103000"
        "|203.0.113.5|Hoan tien don DH000123"
    )
    assert body["vnp_SecureHash"] == GATEWAY._sign(text)
    assert json.loads(json.dumps(body)) == body
