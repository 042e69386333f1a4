"""VNPay: known signatures, tampering with every word, what counts as paid, answers, settings."""

import datetime as dt
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import VIETNAM
from payments import gateways
from payments.gateways import base, vnpay
from payments.gateways.base import Answer, Outcome, Pay

SECRET = "TESTSECRET0123456789ABCDEFGHIJKL"
URL_HASH = (
    "841623e7be820357e36645caf320d3409b035837c58e579aaa505db0d19ed631"
    "136877df419e48b18f7d9237df8f7cbda436d14328edd5997352ea4e53671733"
)
URL_QUERY = (
    "vnp_Amount=15000000&vnp_BankCode=NCB&vnp_Command=pay&vnp_CreateDate=20261122103000&vnp_CurrCode=VND"
    "&vnp_ExpireDate=20261122104500&vnp_IpAddr=203.0.113.5&vnp_Locale=vn"
    "&vnp_OrderInfo=Thanh+toan+don+hang+DH000123&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Focop.example%2Fpay%2Fvnpay%2Freturn%3Fx%3D1&vnp_TmnCode=OCOPTST1"
    "&vnp_TxnRef=DH000123&vnp_Version=2.1.0"
)
IPN_QUERY = (
    "vnp_Amount=15000000&vnp_BankCode=NCB&vnp_BankTranNo=VNP14422574&vnp_CardType=ATM"
    "&vnp_OrderInfo=Thanh+toan+don+hang+DH000123&vnp_PayDate=20261122103112&vnp_ResponseCode=00"
    "&vnp_TmnCode=OCOPTST1&vnp_TransactionNo=14422574&vnp_TransactionStatus=00&vnp_TxnRef=DH000123"
)
IPN_HASH = (
    "56da426f1985da851b3f3c59f28352f03df407561cc5a11ce63706e9f0c65de7"
    "ed6a517cfdfddf4f42b787fb4e1efea7cc0c4994aaaeaa4b43f2ca5ff213dc17"
)
GATEWAY = vnpay.VNPay(
    tmn_code="OCOPTST1",
    secret=SECRET,
    pay_url="https://pay.example/paymentv2/vpcpay.html",
    api_url="https://pay.example/merchant_webapi/api/transaction",
)
MORNING = dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC)  # half past ten in Vietnam


def pay(**changes: object) -> Pay:
    known = {
        "txn_ref": "DH000123",
        "amount": 150_000,
        "description": "Thanh toán đơn hàng DH000123",
        "return_url": "https://ocop.example/pay/vnpay/return?x=1",
        "ip": "203.0.113.5",
        "created_at": MORNING,
        "expires_at": MORNING + dt.timedelta(minutes=15),
    }
    return Pay(**{**known, **changes})  # type: ignore[arg-type]


def notice(**changes: str) -> dict[str, str]:
    """A signed notice: the known one, or one that says something else."""
    words = {**dict(parse_qsl(IPN_QUERY)), **changes}
    return {**words, "vnp_SecureHash": GATEWAY._sign(vnpay._encode(words))}


# --- the buyer's way ----------------------------------------------------------------------
def test_known_signature_of_an_address():
    assert GATEWAY._sign(URL_QUERY) == URL_HASH
    assert vnpay._encode(dict(parse_qsl(URL_QUERY))) == URL_QUERY


def test_the_address_is_the_known_one_without_a_bank():
    address = urlsplit(GATEWAY.payment_url(pay()))
    query, _, signature = address.query.rpartition("&vnp_SecureHash=")
    assert query == URL_QUERY.replace("vnp_BankCode=NCB&", "")
    assert signature == GATEWAY._sign(query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == GATEWAY.pay_url


def test_the_buyers_language_goes_along():
    assert parse_qs(GATEWAY.payment_url(pay(locale="en")))["vnp_Locale"] == ["en"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"txn_ref": ""},
        {"txn_ref": "DH-000123"},
        {"txn_ref": "D" * 101},
        {"amount": 0},
        {"amount": -5},
        {"expires_at": MORNING},
        {"created_at": dt.datetime(2026, 11, 22), "expires_at": dt.datetime(2026, 11, 23)},
    ],
)
def test_what_vnpay_would_refuse_is_a_programming_error(wrong):
    with pytest.raises(ValueError):
        GATEWAY.payment_url(pay(**wrong))


@given(st.text(max_size=400))
def test_descriptions_become_what_everybody_signs_alike(text):
    bare = base.plain(text, vnpay.TEXT_MAX)
    assert bare.isascii()
    assert all(c.isalnum() or c == " " for c in bare)
    assert len(bare) <= vnpay.TEXT_MAX
    assert base.plain(bare, vnpay.TEXT_MAX) == bare


def test_marks_go_and_letters_stay():
    assert base.plain("Đặc sản: Mật ong – Hà Giang (5*)", 255) == "Dac san Mat ong Ha Giang 5"


# --- notices ------------------------------------------------------------------------------
def test_known_notice():
    said = GATEWAY.read_notice({**dict(parse_qsl(IPN_QUERY)), "vnp_SecureHash": IPN_HASH})
    assert (said.gateway, said.txn_ref, said.amount, said.currency) == ("vnpay", "DH000123", 150_000, "VND")
    assert (said.outcome, said.gateway_transaction) == (Outcome.PAID, "14422574")
    assert said.occurred_at == dt.datetime(2026, 11, 22, 10, 31, 12, tzinfo=VIETNAM)
    assert said.raw["vnp_BankTranNo"] == "VNP14422574"


def test_capital_letters_and_words_of_others_do_not_matter():
    words = {**dict(parse_qsl(IPN_QUERY)), "vnp_SecureHash": IPN_HASH.upper()}
    plain = GATEWAY.read_notice(words)
    assert GATEWAY.read_notice({**words, "utm": "1", "vnp_SecureHashType": "HmacSHA512", "vnp_Empty": ""})
    assert GATEWAY.read_notice({**words, "utm": "1"}).notice_id == plain.notice_id


@pytest.mark.parametrize("name", [*dict(parse_qsl(IPN_QUERY)), "vnp_SecureHash"])
def test_every_word_is_signed(name):
    good = notice()
    for wrong in (good[name][:-1] + ("1" if good[name][-1] != "1" else "2"), "", good[name] + "0"):
        with pytest.raises(base.BadSignature):
            GATEWAY.read_notice({**good, name: wrong})
    with pytest.raises(base.BadSignature):
        GATEWAY.read_notice({**good, "vnp_Added": "1"})
    with pytest.raises(base.BadSignature):
        GATEWAY.read_notice({key: value for key, value in good.items() if key != name})


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=6))
def test_whatever_comes_unsigned_is_only_a_bad_signature(words):
    with pytest.raises(base.BadSignature):
        GATEWAY.read_notice(
            {**{f"vnp_{name}": value for name, value in words.items()}, "vnp_SecureHash": "é"}
        )


def test_our_own_signed_address_is_no_notice():
    with pytest.raises(base.BadNotice):
        GATEWAY.read_notice(dict(parse_qsl(urlsplit(GATEWAY.payment_url(pay())).query)))


def test_a_gateway_without_a_secret_believes_nobody():
    open_house = vnpay.VNPay(tmn_code="OCOPTST1", secret="", pay_url="", api_url="")
    words = dict(parse_qsl(IPN_QUERY))
    with pytest.raises(base.BadSignature):
        open_house.read_notice({**words, "vnp_SecureHash": open_house._sign(IPN_QUERY)})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vnp_Amount", "15000050"),  # half a đồng
        ("vnp_Amount", "-15000000"),
        ("vnp_Amount", "1.5e7"),
        ("vnp_Amount", "１５００"),
        ("vnp_Amount", ""),
        ("vnp_TmnCode", "SOMEBODY"),
        ("vnp_TxnRef", ""),
        ("vnp_PayDate", "20261322103112"),
        ("vnp_PayDate", "2026112210311"),
        ("vnp_ResponseCode", ""),
        ("vnp_TransactionStatus", ""),
    ],
)
def test_signed_but_unreadable_is_named(field, value):
    words = {**dict(parse_qsl(IPN_QUERY)), field: value}
    signed = {key: text for key, text in words.items() if text}
    words["vnp_SecureHash"] = GATEWAY._sign(vnpay._encode(signed))
    with pytest.raises(base.BadNotice) as refused:
        GATEWAY.read_notice(words)
    assert refused.value.data == {"field": field}


@pytest.mark.parametrize(
    ("response", "status", "outcome"),
    [
        ("00", "00", Outcome.PAID),
        ("24", "02", Outcome.FAILED),
        ("51", "02", Outcome.FAILED),
        ("11", "02", Outcome.FAILED),
        ("09", "02", Outcome.FAILED),  # no internet banking, not "refund refused"
        ("00", "02", Outcome.FAILED),
        ("07", "02", Outcome.PENDING),  # the bank took the money
        ("24", "04", Outcome.PENDING),
        ("00", "01", Outcome.PENDING),
        ("24", "00", Outcome.PENDING),
    ],
)
def test_paid_only_if_both_codes_say_so(response, status, outcome):
    words = notice(vnp_ResponseCode=response, vnp_TransactionStatus=status)
    assert GATEWAY.read_notice(words).outcome == outcome


def test_a_statement_keeps_its_name_and_another_has_its_own():
    first = GATEWAY.read_notice(notice())
    assert GATEWAY.read_notice(dict(reversed(notice().items()))).notice_id == first.notice_id
    others = [
        GATEWAY.read_notice(notice(**change)).notice_id
        for change in (
            {"vnp_TransactionStatus": "02"},
            {"vnp_Amount": "1500000"},
            {"vnp_TxnRef": "DH000124"},
            {"vnp_CurrCode": "USD"},
        )
    ]
    assert len({first.notice_id, *others}) == 5


def test_a_cancelled_payment_has_no_number_and_another_currency_is_told():
    said = GATEWAY.read_notice(notice(vnp_TransactionNo="0", vnp_CurrCode="USD"))
    assert (said.gateway_transaction, said.currency) == ("", "USD")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer.RECORDED, "00"),
        (Answer.ORDER_NOT_FOUND, "01"),
        (Answer.ALREADY_CONFIRMED, "02"),
        (Answer.WRONG_AMOUNT, "04"),
        (Answer.BAD_SIGNATURE, "97"),
        (Answer.FAILED, "99"),
    ],
)
def test_vnpay_hears_its_own_codes(answer, code):
    reply = GATEWAY.reply(answer)
    assert (reply.status, reply.body["RspCode"]) == (200, code)
    assert set(reply.body) == {"RspCode", "Message"}
    assert set(vnpay.REPLIES) == set(Answer)


# --- settings -----------------------------------------------------------------------------
def test_a_gateway_is_offered_once_it_is_named(settings):
    settings.VNPAY_TMN_CODE, settings.VNPAY_HASH_SECRET = "OCOPTST1", SECRET
    settings.VNPAY_PAY_URL, settings.VNPAY_API_URL = GATEWAY.pay_url, GATEWAY.api_url
    assert gateways.offered() == ["vnpay"]
    assert gateways.get("vnpay").payment_url(pay()) == GATEWAY.payment_url(pay())


@pytest.mark.parametrize("missing", ["VNPAY_TMN_CODE", "VNPAY_HASH_SECRET", "VNPAY_PAY_URL", "VNPAY_API_URL"])
def test_without_its_settings_it_is_not_offered(settings, missing):
    settings.VNPAY_TMN_CODE, settings.VNPAY_HASH_SECRET = "OCOPTST1", SECRET
    settings.VNPAY_PAY_URL, settings.VNPAY_API_URL = GATEWAY.pay_url, GATEWAY.api_url
    setattr(settings, missing, "")
    assert gateways.offered() == []
    for name in ("vnpay", "momo"):
        with pytest.raises(gateways.GatewayNotOffered):
            gateways.get(name)
