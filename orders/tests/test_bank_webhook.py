"""The bank reports by itself what moved on the market's account."""

import hashlib
import hmac
import json

import pytest

from orders.models import Order
from orders.services import statements
from orders.states import SubOrderStatus
from orders.tests.buying import buy
from orders.tests.sheets import movement, statement
from payments.models import JournalEntry, NoticeEcho, Payment, PaymentNotice
from payments.services import files
from payments.states import Method, NoticeOutcome
from tests.books import all_invariants

URL = "/thanh-toan/ngan-hang/"
SECRET = "bi-mat-cua-ngan-hang"


@pytest.fixture(autouse=True)
def bank(settings):
    settings.BANK_WEBHOOK_SECRET = SECRET
    settings.MARKET_BANK_ACCOUNT = "0900000000001"


@pytest.fixture
def order(cast, make_product):
    product = make_product(cast.producer, stock=10, price=100_000)
    return buy(product, commune=cast.hoi_an, quantity=3, method=Method.TRANSFER)


def facts(**changes):
    return {
        "id": "A1",
        "account": "0900000000001",
        "amount": 330_000,
        "currency": "VND",
        "memo": "tien hang",
        "booked_at": "2025-11-26T10:00:00+07:00",
    } | changes


def sign(body, secret=SECRET):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(client, body, signature=None):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = {"X-Signature": sign(body) if signature is None else signature}
    return client.post(URL, body, content_type="application/json", headers=headers)


@pytest.fixture
def bring(cast, private_files):
    """A statement with these rows is booked; the file as it is then."""

    def do(*rows):
        file = files.upload(
            reader=statements.READER,
            content=statement(*rows),
            name="sao-ke.xlsx",
            source="0900000000001",
            actor=cast.treasurer,
        )
        return files.confirm(reader=statements.READER, file=file, actor=cast.treasurer)

    return do


def test_a_signed_report_pays_an_order(client, order):
    body = facts(memo=f"CT DEN {order.transfer_note} FT26331")
    assert post(client, body).json() == {"outcome": "matched", "is_new": True}
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
    assert post(client, body).json() == {"outcome": "matched", "is_new": False}
    assert (PaymentNotice.objects.count(), JournalEntry.objects.count()) == (1, 1)
    assert all_invariants() == {}


def test_no_session_and_no_csrf_token_are_needed(order):
    from django.test import Client

    assert post(Client(enforce_csrf_checks=True), facts()).status_code == 200


@pytest.mark.parametrize(
    "signature", ["", "00", "ký", "A" * 64, sign(b"something else"), sign(json.dumps(facts()).encode(), "")]
)
def test_a_bad_signature_is_refused_and_kept_once(client, db, signature):
    for _time in range(2):
        answer = post(client, facts(), signature)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    notice = PaymentNotice.objects.get()
    assert (notice.outcome, notice.source, notice.is_booked) == (NoticeOutcome.REFUSED, "webhook", False)
    assert all_invariants() == {}


def test_without_a_secret_nothing_is_believed(client, db, settings):
    settings.BANK_WEBHOOK_SECRET = ""
    body = json.dumps(facts()).encode()
    assert post(client, body, sign(body, "")).status_code == 401


def test_a_changed_body_is_refused(client, db):
    body = json.dumps(facts()).encode()
    assert post(client, body.replace(b"330000", b"930000"), sign(body)).status_code == 401


def test_refused_bodies_are_bounded_in_size_and_number(client, db, settings):
    settings.REFUSED_NOTICE_RATE = "3/10m"
    for number in range(6):
        assert post(client, b"\x00\xff" * 7_000 + bytes([number]), "00").status_code == 401
    assert PaymentNotice.objects.count() == 3
    assert max(len(notice.raw) for notice in PaymentNotice.objects.all()) <= 4_000
    assert post(client, b"x" * 20_000).status_code == 413
    assert PaymentNotice.objects.count() == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", "x" * 81),
        ("id", "có dấu"),
        ("id", 7),
        ("id", None),
        ("account", "0900000000002"),
        ("account", ["0900000000001"]),
        ("amount", 0),
        ("amount", 330_000.0),
        ("amount", "330000"),
        ("amount", True),
        ("amount", 10**13),
        ("amount", -(10**13)),
        ("amount", None),
        ("currency", "vnd"),
        ("currency", "₫"),
        ("memo", None),
        ("memo", "x" * 1001),
        ("booked_at", "hôm qua"),
        ("booked_at", "2025-11-26T10:00:00"),
        ("booked_at", "2999-01-01T00:00:00+07:00"),
        ("booked_at", "1026-11-26T10:00:00+07:00"),
        ("reference", 5),
    ],
)
def test_a_field_that_cannot_be_read_is_named(client, db, field, value):
    answer = post(client, facts(**{field: value}))
    assert (answer.status_code, answer.json()["data"]) == (400, {"field": field})
    assert not PaymentNotice.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"id": NaN}',
        b'{"id": "1", "id": "2"}',
        b"[" * 8_000,
        "{}".encode("utf-16"),
        b"\xff{}",
    ],
)
def test_a_body_that_is_no_object(client, db, body):
    assert post(client, body).status_code == 400
    assert not PaymentNotice.objects.exists()


@pytest.mark.parametrize("memo", ["\ud800", "a\x00b", "<script>", "'; DROP TABLE--", "Đã trả ✓" * 30])
def test_any_memo_is_kept(client, db, memo):
    assert post(client, facts(memo=memo)).json()["outcome"] == "unknown"
    assert all_invariants() == {}


def test_money_going_out_and_foreign_money_are_kept_and_not_booked(client, order):
    assert post(client, facts(id="out", amount=-5_000)).json()["outcome"] == "outgoing"
    foreign = facts(id="usd", currency="USD", memo=order.code)
    assert post(client, foreign).json()["outcome"] == "wrong_amount"
    assert JournalEntry.objects.count() == 0


def test_the_same_id_with_another_amount_is_for_a_person(client, order):
    post(client, facts(memo=order.code))
    for _time in range(2):
        assert post(client, facts(memo=order.code, amount=990_000)).json()["outcome"] == "wrong_amount"
    assert (PaymentNotice.objects.count(), Payment.objects.get().received) == (2, 330_000)
    assert all_invariants() == {}


# --- The same movement in a statement ---


def test_a_row_with_the_same_reference_is_known(client, order, bring):
    post(client, facts(memo=f"{order.code} x", reference="FT26331-77"))
    file = bring(movement(330_000, "another wording", reference="ft2633177", day="27/11/2025"))
    assert (file.new_rows, file.known_rows) == (0, 1)
    assert (Payment.objects.get().received, JournalEntry.objects.count()) == (330_000, 1)
    assert NoticeEcho.objects.get().file == file
    assert bring(movement(330_000, "another wording", reference="ft2633177", day="27/11/2025")).new_rows == 0
    assert all_invariants() == {}


def test_without_a_reference_amount_memo_and_day_tell(client, order, bring):
    post(client, facts(memo=f"CT DEN 123 {order.transfer_note}"))
    assert bring(movement(330_000, f"{order.transfer_note} GD 99", day="26/11/2025")).new_rows == 0
    assert Payment.objects.get().received == 330_000


def test_the_statement_may_be_first(client, order, bring):
    assert bring(movement(330_000, order.transfer_note)).new_rows == 1
    assert post(client, facts(memo=order.transfer_note)).json() == {"outcome": "matched", "is_new": False}
    assert post(client, facts(memo=order.transfer_note)).json()["is_new"] is False
    assert Payment.objects.get().received == 330_000
    assert all_invariants() == {}


def test_two_equal_transfers_each_find_their_own(client, order, bring):
    """Paid twice: two reports, two rows; and a third row that the bank did not report is new."""
    for number in (1, 2):
        post(client, facts(id=f"A{number}", memo=order.transfer_note))
    row = movement(330_000, order.transfer_note, day="26/11/2025")
    file = bring(row, row, row)
    assert (file.new_rows, file.known_rows) == (1, 2)
    assert Payment.objects.get().received == 990_000
    assert all_invariants() == {}


@pytest.mark.parametrize(
    "row",
    [
        movement(330_001, "tien hang"),
        movement(330_000, "tien khac"),
        movement(330_000, "tien hang", day="30/11/2025"),
        movement(330_000, "tien hang", day="22/11/2025"),
    ],
)
def test_another_movement_is_not_taken_for_the_reported_one(client, db, bring, row):
    post(client, facts())
    assert bring(row).new_rows == 1


def test_reports_are_never_taken_for_each_other(client, db):
    post(client, facts(id="A1"))
    assert post(client, facts(id="A2")).json()["is_new"] is True
    assert PaymentNotice.objects.count() == 2
    assert not Order.objects.exists()
