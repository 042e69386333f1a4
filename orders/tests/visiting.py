"""Visits to a gateway in tests: VNPay's words, signed by the stand-in's code and not by ours."""

from typing import Any
from urllib.parse import parse_qsl

from django.test import Client

from orders.models import Order
from orders.services import gateway_payments
from orders.tests.buying import buy
from payments.models import Attempt
from payments.standin import signing
from payments.standin.till import stamp
from payments.states import Method

TMN, SECRET = "OCOPTEST", "a secret of these tests"
IPN = "/thanh-toan/vnpay/ipn/"
BACK = "/thanh-toan/vnpay/ve/"


def offer(settings: Any, url: str = "http://127.0.0.1:9") -> None:
    """VNPay is set up; nothing answers at the default address."""
    settings.VNPAY_TMN_CODE, settings.VNPAY_HASH_SECRET = TMN, SECRET
    settings.VNPAY_PAY_URL = f"{url}/paymentv2/vpcpay.html"
    settings.VNPAY_API_URL = f"{url}/merchant_webapi/api/transaction"


def order_by_vnpay(*products: Any, **more: Any) -> Order:
    return buy(*products, method=Method.VNPAY, **more)


def address_for(order: Order, **more: Any) -> str:
    """Where a new visit begins."""
    words = {"return_url": f"http://testserver{BACK}", "ip": "203.0.113.5", "language": "vi"}
    return gateway_payments.start(order=order, **words | more)


def visit(order: Order, **more: Any) -> Attempt:
    address_for(order, **more)
    return Attempt.objects.filter(payment=order.payment).latest("pk")


def words(attempt: Attempt, *, paid: bool = True, number: str = "", **changes: Any) -> dict[str, str]:
    """What VNPay says of a visit, not signed yet. ``changes`` without "vnp_"."""
    said = {
        "Amount": attempt.amount * 100,
        "BankCode": "NCB",
        "OrderInfo": "Thanh toan",
        "PayDate": stamp(attempt.created_at),
        "ResponseCode": "00" if paid else "24",
        "TmnCode": TMN,
        "TransactionNo": (number or f"{14_000_000 + attempt.pk}") if paid else "0",
        "TransactionStatus": "00" if paid else "02",
        "TxnRef": attempt.txn_ref,
    }
    return {f"vnp_{name}": str(value) for name, value in (said | changes).items()}


def signed(said: dict[str, str], secret: str = SECRET) -> dict[str, str]:
    return dict(parse_qsl(signing.signed_query(secret, said)))


def tell(attempt: Attempt, client: Client | None = None, **changes: Any) -> str:
    """VNPay's server calls; what it hears."""
    answer = (client or Client()).get(IPN, signed(words(attempt, **changes)))
    assert answer.status_code == 200
    return str(answer.json()["RspCode"])
