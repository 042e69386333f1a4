"""Our VNPay against the client of npm ``vnpay``: both build, both verify, both talk to the stand-in.

Its faults, which these tests step around: it signs every parameter of a query, not only VNPay's
own; it wants signatures in small letters; a refund's reply it always calls unverified, because it
divides the amount before hashing; and ``isSuccess`` says nothing of the signature.
"""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import VIETNAM
from payments.gateways import vnpay
from payments.gateways.base import BadSignature, Outcome, Pay
from payments.standin import signing
from payments.standin.server import API_PATH, PAY_PATH, StandIn
from tests.judges.conftest import Judge

HOST = "https://sandbox.vnpayment.vn"
TMN, SECRET = "OCOPTST1", "TESTSECRET0123456789ABCDEFGHIJKL"
MERCHANT = {"tmn": TMN, "secret": SECRET, "host": HOST}
GATEWAY = vnpay.VNPay(tmn_code=TMN, secret=SECRET, pay_url=HOST + PAY_PATH, api_url=HOST + API_PATH)

moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2036, 1, 1), timezones=st.just(dt.UTC))
pays = st.builds(
    Pay,
    txn_ref=st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=20),
    amount=st.integers(1, 10**11),
    description=st.text(max_size=60),
    # What a return address may hold, ``~`` and ``*`` among it.
    return_url=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40).map(
        lambda tail: f"https://ocop.example/{tail}"
    ),
    ip=st.sampled_from(["203.0.113.5", "2001:db8::1"]),
    created_at=moments,
    expires_at=st.just(dt.datetime(2040, 1, 1, tzinfo=dt.UTC)),
    locale=st.sampled_from(["vi", "en"]),
)


def as_they_say_it(pay: Pay) -> dict[str, object]:
    def stamp(moment: dt.datetime) -> int:
        return int(moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S"))

    return {
        "vnp_Amount": pay.amount,
        "vnp_TxnRef": pay.txn_ref,
        "vnp_OrderInfo": vnpay.plain(pay.description, vnpay.TEXT_MAX),
        "vnp_ReturnUrl": pay.return_url,
        "vnp_IpAddr": pay.ip,
        "vnp_CreateDate": stamp(pay.created_at),
        "vnp_ExpireDate": stamp(pay.expires_at),
        "vnp_Locale": vnpay.LOCALES[pay.locale],
    }


@settings(deadline=None)
@given(pay=pays)
def test_both_build_the_same_address(judge: Judge, pay: Pay):
    assert judge.ask("build", merchant=MERCHANT, pay=as_they_say_it(pay)) == GATEWAY.payment_url(pay)


words_of_a_notice = st.fixed_dictionaries(
    {
        "vnp_Amount": st.integers(1, 10**11).map(lambda amount: str(amount * 100)),
        "vnp_OrderInfo": st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40),
        "vnp_PayDate": st.just("20261122103112"),
        "vnp_ResponseCode": st.sampled_from(["00", "24", "51"]),
        "vnp_TmnCode": st.just(TMN),
        "vnp_TransactionNo": st.integers(0, 10**9).map(str),
        "vnp_TransactionStatus": st.sampled_from(["00", "02"]),
        "vnp_TxnRef": st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=20),
    }
)


@settings(deadline=None)
@given(words=words_of_a_notice)
def test_both_believe_the_same_notice(judge: Judge, words: dict[str, str]):
    query = vnpay._encode(words)
    url = f"https://ocop.example/ipn?{query}&vnp_SecureHash={GATEWAY._sign(query)}"
    said = GATEWAY.read_notice(dict(parse_qsl(urlsplit(url).query)))
    for call in ("verifyIpn", "verifyReturn"):
        theirs = judge.ask(call, merchant=MERCHANT, url=url)
        assert theirs["isVerified"] is True
        assert (theirs["vnp_TxnRef"], theirs["vnp_Amount"]) == (said.txn_ref, said.amount)
        if said.outcome == Outcome.PAID:
            assert theirs["isSuccess"] is True


@pytest.mark.parametrize("name", ["vnp_Amount", "vnp_TxnRef", "vnp_ResponseCode", "vnp_SecureHash"])
def test_both_refuse_a_changed_notice(judge: Judge, name: str):
    words = {"vnp_Amount": "15000000", "vnp_ResponseCode": "00", "vnp_TxnRef": "DH000123"}
    query = vnpay._encode(words)
    changed = {**words, "vnp_SecureHash": GATEWAY._sign(query)}
    changed[name] = changed[name][:-1] + ("1" if changed[name][-1] != "1" else "2")
    url = f"https://ocop.example/ipn?{vnpay._encode(changed)}"
    assert judge.ask("verifyIpn", merchant=MERCHANT, url=url)["isVerified"] is False
    with pytest.raises(BadSignature):
        GATEWAY.read_notice(changed)


# --- the stand-in, seen by their client ---------------------------------------------------
@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(ipn_url="http://127.0.0.1:9/ipn/", tmn_code=TMN, secret=SECRET) as running:
        running.manners = running.manners.but({"drop": True})
        yield running


def test_the_standin_takes_their_client_for_a_market(judge: Judge, standin: StandIn):
    merchant = {**MERCHANT, "host": standin.url}
    pay = {
        "vnp_Amount": 150_000,
        "vnp_TxnRef": "DH000123",
        "vnp_OrderInfo": "Thanh toan DH000123",
        "vnp_ReturnUrl": "https://ocop.example/ve",
        "vnp_IpAddr": "203.0.113.5",
        "vnp_CreateDate": 20261122103000,
        "vnp_ExpireDate": 20991122103000,
    }
    assert httpx.get(judge.ask("build", merchant=merchant, pay=pay)).status_code == 200
    back = standin.choose("DH000123", "paid")
    assert judge.ask("verifyReturn", merchant=merchant, url=back)["isVerified"] is True

    asked = {
        "vnp_RequestId": "q1",
        "vnp_TxnRef": "DH000123",
        "vnp_TransactionDate": 20261122103000,
        "vnp_CreateDate": 20261122104000,
        "vnp_IpAddr": "203.0.113.5",
        "vnp_OrderInfo": "Truy van",
    }
    answer = judge.ask("query", merchant=merchant, body={**asked, "vnp_TransactionNo": 0})
    assert (answer["isVerified"], answer["isSuccess"]) == (True, True)
    assert (answer["vnp_Amount"], answer["vnp_TransactionStatus"]) == ("15000000", "00")

    refund = {
        **asked,
        "vnp_RequestId": "f1",
        "vnp_TransactionNo": standin.till.payments["DH000123"].number,
        "vnp_TransactionType": "03",
        "vnp_Amount": 50_000,
        "vnp_CreateBy": "Can bo",
    }
    assert judge.ask("refund", merchant=merchant, body=refund)["isSuccess"] is True
    assert standin.till.payments["DH000123"].refunded == 5_000_000
    forged = judge.ask(
        "query", merchant={**merchant, "secret": "wrong"}, body={**asked, "vnp_RequestId": "q2"}
    )
    assert (forged["isVerified"], forged["vnp_ResponseCode"]) == (False, "97")


def test_the_standin_signs_notices_as_their_client_expects(judge: Judge):
    query = signing.signed_query(SECRET, {"vnp_Amount": "15000000", "vnp_OrderInfo": "Mật ong (Hà Giang)!"})
    url = f"https://ocop.example/ipn?{query}"
    assert judge.ask("verifyIpn", merchant=MERCHANT, url=url)["isVerified"] is True
