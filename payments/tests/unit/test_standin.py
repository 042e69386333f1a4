"""The stand-in end to end over loopback: a market that hears notices, and every kind of bad manners."""

import datetime as dt
import json
import queue
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from core.clock import now
from payments.gateways import base
from payments.gateways.base import Answer, Notice, Outcome, Pay, Refund, RefundOutcome
from payments.gateways.vnpay import VNPay
from payments.standin import signing
from payments.standin.manners import Manners
from payments.standin.server import API_PATH, PAY_PATH, StandIn

TMN, SECRET = "OCOPTEST", "a secret of these tests"
SECONDS = 10  # a notice that is not there by then does not come


class Market:
    """Hears notices: what it read of each stands in ``heard``; it answers with the next of ``answers``."""

    def __init__(self) -> None:
        self.heard: queue.Queue[Notice | str] = queue.Queue()
        self.answers: list[Answer | int] = []
        self.gateway: VNPay | None = None
        self.lock = threading.Lock()

    def hear(self, words: dict[str, str]) -> tuple[int, bytes]:
        assert self.gateway is not None
        with self.lock:
            answer: Answer | int = self.answers.pop(0) if self.answers else Answer.RECORDED
        try:
            self.heard.put(self.gateway.read_notice(words))
        except base.MarketError as error:
            self.heard.put(error.code)
            answer = Answer.BAD_SIGNATURE
        if isinstance(answer, int):
            return answer, b"out of order"
        reply = self.gateway.reply(answer)
        return reply.status, json.dumps(dict(reply.body)).encode()

    def next(self) -> Notice | str:
        return self.heard.get(timeout=SECONDS)


@pytest.fixture
def market() -> Iterator[tuple[Market, str]]:
    heard = Market()

    class Ears(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = heard.hear(dict(parse_qsl(urlsplit(self.path).query)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Ears) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield heard, f"http://127.0.0.1:{server.server_port}/ipn/"
        server.shutdown()


class Shop:
    """The market's gateway client and the stand-in beside it."""

    def __init__(self, standin: StandIn, market: Market) -> None:
        self.standin, self.market = standin, market
        self.gateway = market.gateway = VNPay(
            tmn_code=TMN,
            secret=SECRET,
            pay_url=standin.url + PAY_PATH,
            api_url=standin.url + API_PATH,
            timeout=httpx.Timeout(SECONDS),
        )
        self.browser = httpx.Client(base_url=standin.url)
        self.created = now()

    def pay(self, ref: str = "DH000123", *, minutes: int = 15, amount: int = 150_000) -> Pay:
        expires = self.created + dt.timedelta(minutes=minutes)
        return Pay(
            txn_ref=ref,
            amount=amount,
            description="Thanh toán đơn hàng",
            return_url="http://market.example/ve/?x=1",
            ip="127.0.0.1",
            created_at=expires - dt.timedelta(minutes=15),
            expires_at=expires,
        )

    def open(self, ref: str = "DH000123", **changes: int) -> httpx.Response:
        return self.browser.get(self.gateway.payment_url(self.pay(ref, **changes)))

    def choose(self, choice: str = "paid", ref: str = "DH000123") -> httpx.Response:
        return self.browser.post("/paymentv2/choose", data={"ref": ref, "choice": choice})

    def behave(self, **manners: object) -> None:
        assert self.browser.post("/control", json=manners).status_code == 200

    def buy(self, choice: str = "paid", ref: str = "DH000123", **changes: int) -> httpx.Response:
        assert self.open(ref, **changes).status_code == 200
        return self.choose(choice, ref)

    def diary(self, event: str) -> list[dict[str, object]]:
        return [line for line in self.browser.get("/control").json()["diary"] if line["event"] == event]

    def query(self, request_id: str = "q1", ref: str = "DH000123") -> Notice:
        return self.gateway.query(
            request_id=request_id, txn_ref=ref, created_at=self.created, at=now(), ip="127.0.0.1"
        )

    def refund(
        self, request_id: str = "f1", amount: int = 150_000, *, full: bool = True
    ) -> base.RefundResult:
        return self.gateway.refund(
            Refund(
                request_id=request_id,
                txn_ref="DH000123",
                amount=amount,
                full=full,
                gateway_transaction="14000001",
                paid_created_at=self.created,
                requested_by="Cán bộ",
                requested_at=now(),
                description="Hoàn tiền",
                ip="127.0.0.1",
            )
        )


@pytest.fixture
def shop(market: tuple[Market, str]) -> Iterator[Shop]:
    heard, ipn_url = market
    manners = Manners(tries=3, pause=0.01)
    with StandIn(ipn_url=ipn_url, tmn_code=TMN, secret=SECRET, manners=manners) as standin:
        yield Shop(standin, heard)


def paid(shop: Shop) -> Notice:
    said = shop.market.next()
    assert isinstance(said, Notice)
    return said


def test_the_page_says_what_is_to_be_paid_and_that_it_is_not_real(shop):
    page = shop.open().text
    assert "Cổng giả lập – dữ liệu minh họa" in page
    assert "150.000&nbsp;₫" in page
    assert re.findall(r"<button[^>]*>([^<]+)</button>", page) == ["Trả tiền", "Thẻ hết tiền", "Hủy"]
    assert shop.browser.get("/style.css").headers["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    ("choice", "outcome"), [("paid", "paid"), ("cancelled", "failed"), ("no_balance", "failed")]
)
def test_the_market_hears_it_before_the_buyer_is_back(shop, choice, outcome):
    back = shop.buy(choice)
    said = shop.market.heard.get_nowait()
    assert (said.txn_ref, said.amount, said.outcome) == ("DH000123", 150_000, outcome)
    assert bool(said.gateway_transaction) == (choice == "paid")
    assert back.status_code == 303
    assert back.headers["Location"].startswith("http://market.example/ve/?x=1&vnp_Amount=15000000")
    returned = dict(parse_qsl(urlsplit(back.headers["Location"]).query))
    assert shop.gateway.read_return(returned) == said


def test_a_second_click_or_visit_changes_nothing(shop):
    first = shop.buy()
    assert shop.choose("cancelled").headers["Location"] == first.headers["Location"]
    assert shop.open().headers["Location"] == first.headers["Location"]
    assert len(shop.diary("settled")) == 1


def test_after_its_time_a_payment_only_fails(shop):
    shop.buy(minutes=-1)
    assert paid(shop).outcome == Outcome.FAILED
    assert shop.diary("settled")[0]["response"] == "11"


@pytest.mark.parametrize(
    "change", [("15000000", "1500"), ("vnp_SecureHash=", "vnp_SecureHash=0"), ("OCOP", "X")]
)
def test_a_changed_address_is_not_opened(shop, change):
    address = shop.gateway.payment_url(shop.pay())
    assert change[0] in address
    answer = shop.browser.get(address.replace(*change))
    assert (answer.status_code, "Sai chữ ký" in answer.text) == (400, True)
    assert shop.choose().status_code == 404


def test_a_client_that_signs_otherwise_than_it_encodes_is_found_out():
    text = "vnp_A=a%2Ab&vnp_B=1"
    signature = signing.of_text(SECRET, text)
    assert signing.address_is_genuine(SECRET, f"{text}&vnp_SecureHash={signature.upper()}&utm=1")
    assert not signing.address_is_genuine(SECRET, f"{text.replace('%2A', '*')}&vnp_SecureHash={signature}")
    assert not signing.address_is_genuine(SECRET, text)


def test_words_from_outside_do_not_become_html(shop):
    shop.gateway.tmn_code = shop.standin.tmn_code = "<b>OCOP"
    page = shop.open().text
    assert "<b>" not in page
    assert "&lt;b&gt;OCOP" in page


# --- bad manners --------------------------------------------------------------------------
def test_it_tells_again_until_the_market_has_written_it_down(shop):
    shop.market.answers = [500, Answer.FAILED, Answer.ALREADY_CONFIRMED]
    shop.buy()
    assert len({paid(shop).notice_id for _ in range(3)}) == 1
    wait_for(lambda: len(shop.diary("told")) == 3)
    assert [line["answer"] for line in shop.diary("told")] == ["HTTP 500", "99", "02"]


def test_it_gives_up_in_the_end(shop):
    shop.market.answers = [Answer.FAILED] * 9
    shop.buy()
    wait_for(lambda: len(shop.diary("told")) == 3)
    assert len(shop.market.answers) == 6


def test_delay(shop):
    shop.behave(delay=3600)
    assert shop.buy(ref="DH1").status_code == 303  # the buyer does not wait for it
    shop.behave(delay=0.05)
    shop.buy(ref="DH2")
    assert paid(shop).txn_ref == "DH2"


@pytest.mark.parametrize("at_once", [False, True])
def test_repeat(shop, at_once):
    shop.behave(repeat=4, at_once=at_once)
    shop.buy()
    assert len({paid(shop).notice_id for _ in range(4)}) == 1


def test_reorder(shop):
    shop.behave(reorder=3)
    for ref in ("DH1", "DH2"):
        shop.buy(ref=ref)
    assert shop.market.heard.empty()
    shop.buy(ref="DH3")
    assert [paid(shop).txn_ref for _ in range(3)] == ["DH3", "DH2", "DH1"]


def test_held_back_and_let_go(shop):
    shop.behave(reorder=9, lie="failed_after_paid")
    shop.buy()
    assert shop.browser.post("/control/release").json() == {"sent": 2}
    assert [paid(shop).outcome for _ in range(2)] == [Outcome.FAILED, Outcome.PAID]


def test_forge(shop):
    shop.behave(forge=True, tries=1)
    shop.buy()
    assert shop.market.next() == "bad_signature"


@pytest.mark.parametrize(
    ("lie", "field", "value"),
    [
        ("amount", "amount", 15_000),
        ("currency", "currency", "USD"),
        ("reference", "txn_ref", "KHONGCODON0001"),
    ],
)
def test_lies_are_signed(shop, lie, field, value):
    shop.behave(lie=lie)
    shop.buy()
    assert getattr(paid(shop), field) == value


def test_failed_after_paid(shop):
    shop.behave(lie="failed_after_paid")
    shop.buy()
    first, second = paid(shop), paid(shop)
    assert (first.outcome, second.outcome) == (Outcome.PAID, Outcome.FAILED)
    assert first.notice_id != second.notice_id


def test_drop_leaves_the_query(shop):
    shop.behave(drop=True)
    shop.buy()
    assert len(shop.diary("dropped")) == 1
    assert shop.market.heard.empty()
    assert (shop.query().outcome, shop.query("q2").amount) == (Outcome.PAID, 150_000)


# --- query and refund ---------------------------------------------------------------------
def test_query(shop):
    with pytest.raises(base.UnknownAtGateway):
        shop.query("q1")
    shop.open()
    assert shop.query("q2").outcome == Outcome.PENDING
    shop.choose("cancelled")
    assert shop.query("q3").outcome == Outcome.FAILED
    with pytest.raises(base.GatewayUnavailable):  # a number that came before
        shop.query("q3")


def test_refunds_in_parts_never_more_than_was_paid(shop):
    assert shop.refund("f0").code == "91"
    shop.open()
    assert (shop.refund("f1").outcome, shop.refund("f1b").code) == (RefundOutcome.REFUSED, "95")
    shop.choose()
    assert shop.refund("f2", 100_000, full=True).outcome == RefundOutcome.REFUSED  # not all of it
    assert shop.refund("f3", 100_000, full=False).outcome == RefundOutcome.ACCEPTED
    assert shop.refund("f4", 60_000, full=False).outcome == RefundOutcome.UNKNOWN  # 99 says nothing
    assert shop.refund("f3", 50_000, full=False).outcome == RefundOutcome.UNKNOWN  # 94: came before
    assert shop.refund("f5", 50_000, full=False).outcome == RefundOutcome.ACCEPTED
    assert [line["amount"] for line in shop.diary("refunded")] == [10_000_000, 5_000_000]
    assert shop.browser.get("/control").json()["payments"]["DH000123"]["refunded"] == 15_000_000


@pytest.mark.parametrize(
    ("fault", "outcome", "done"),
    [
        ("lost", RefundOutcome.UNKNOWN, 1),
        ("forge", RefundOutcome.UNKNOWN, 1),
        ("broken", RefundOutcome.UNKNOWN, 0),
        ("refuse", RefundOutcome.REFUSED, 0),
    ],
)
def test_faults_of_the_api(shop, fault, outcome, done):
    shop.buy()
    shop.behave(api=fault)
    assert shop.refund().outcome == outcome
    assert len(shop.diary("refunded")) == done


def test_a_request_signed_with_another_secret_is_refused(shop):
    shop.buy()
    shop.standin.secret = "another"
    with pytest.raises(base.GatewayUnavailable):
        shop.query()
    assert shop.diary("querydr")[0]["answer"] == "97"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"vnp_Command":"pay"}', b"\xff"])
def test_nonsense_is_a_bad_request(shop, body):
    assert shop.browser.post(API_PATH, content=body).status_code == 400


def test_manners_that_do_not_exist_are_refused(shop):
    assert shop.browser.post("/control", json={"lie": "colour"}).status_code == 400
    assert shop.browser.post("/control", json={"speed": 1}).status_code == 400
    assert shop.browser.get("/control").json()["manners"]["lie"] == ""


def test_reset_forgets(shop):
    shop.buy()
    shop.behave(drop=True)
    shop.browser.post("/control/reset")
    assert shop.browser.get("/control").json()["payments"] == {}
    assert shop.browser.get("/control").json()["manners"]["drop"] is False


def wait_for(condition) -> None:
    deadline = dt.datetime.now() + dt.timedelta(seconds=SECONDS)
    while not condition():
        assert dt.datetime.now() < deadline, "it did not happen in time"
        threading.Event().wait(0.01)
