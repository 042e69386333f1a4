"""Refunds on the order's page: where they are, and the account for those that need one."""

import pytest

from orders.services import fulfilment, paying
from orders.tests.buying import buy
from orders.tests.test_order_pages import look_up, text
from orders.tests.test_paying import money
from orders.tests.visiting import offer, order_by_vnpay, tell, visit
from payments.models import Refund
from payments.services import refunds
from payments.states import Method, RefundStatus
from tests.books import all_invariants

ACCOUNT = {"bank_bin": "970436", "account_number": "0011 0012 34567", "account_name": "Nguyễn Thị Mua"}


@pytest.fixture
def order(cast, make_product):
    """Paid by transfer and cancelled: the money needs an account."""
    order = buy(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer, method=Method.TRANSFER)
    paying.receive(statement=money(order.total), order=order)
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=cast.buyer)
    return order


@pytest.fixture
def refund(order):
    return Refund.objects.get()


def address(order, refund):
    return f"/don-hang/{order.code}/hoan-tien/{refund.pk}/"


def fields(refund, **changes):
    return {f"{refund.pk}-{name}": value for name, value in (ACCOUNT | changes).items()}


def page(client, order):
    return text(client.get(f"/don-hang/{order.code}/"))


def test_the_buyer_names_an_account_that_is_shown_masked(cast, client_for, order, refund):
    client = client_for(cast.buyer)
    assert "Cho biết tài khoản" in page(client, order)
    answer = client.post(address(order, refund), fields(refund))
    assert answer.url == f"/don-hang/{order.code}/#hoan-tien"
    refund.refresh_from_db()
    assert (refund.status, refund.account_number, refund.account_name) == (
        RefundStatus.REQUESTED,
        "0011001234567",
        "NGUYEN THI MUA",
    )
    shown = page(client, order)
    assert "Vietcombank, •••• 4567" in shown
    assert "0011001234567" not in shown
    assert all_invariants() == {}


def test_a_guest_who_named_phone_and_code_may(client_for, order, refund):
    guest = client_for(None)
    assert guest.post(address(order, refund), fields(refund)).status_code == 404
    look_up(guest, order)
    assert guest.post(address(order, refund), fields(refund)).status_code == 302
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED


def test_nobody_else_may(cast, client_for, order, refund):
    for role, person in cast.people.items():
        if role != "buyer":
            assert client_for(person).post(address(order, refund), fields(refund)).status_code == 404, role
    refund.refresh_from_db()
    assert (refund.status, refund.account_number) == (RefundStatus.NEEDS_ACCOUNT, "")


def test_a_refund_of_another_order_is_not_there(cast, client_for, make_product, order, refund):
    other = buy(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer)
    client = client_for(cast.buyer)
    assert client.post(address(other, refund), fields(refund)).status_code == 404
    for pk in (0, 10**30):
        assert client.post(f"/don-hang/{order.code}/hoan-tien/{pk}/", fields(refund)).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"bank_bin": ""},
        {"bank_bin": "000000"},
        {"account_number": "12-34"},
        {"account_number": "٠١٢٣٤٥٦٧"},
        {"account_number": "1" * 40},
        {"account_name": "\x00"},
        {"account_name": "   "},
    ],
)
def test_a_crooked_account_is_told_beside_its_field(cast, client_for, order, refund, changes):
    answer = client_for(cast.buyer).post(address(order, refund), fields(refund, **changes))
    assert answer.status_code == 422
    assert 'class="field__error"' in text(answer)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.NEEDS_ACCOUNT


def test_a_second_form_changes_no_account(cast, client_for, order, refund):
    client = client_for(cast.buyer)
    client.post(address(order, refund), fields(refund))
    client.post(address(order, refund), fields(refund, account_number="9999999999"))
    refunds.approve(refund=refund, actor=cast.treasurer)
    answer = client.post(address(order, refund), fields(refund, account_number="9999999999"), follow=True)
    assert "không cho phép bước này" in text(answer)
    refund.refresh_from_db()
    assert refund.account_number == "0011001234567"


def test_an_account_that_was_wrong_is_asked_for_again(cast, client_for, order, refund):
    client = client_for(cast.buyer)
    client.post(address(order, refund), fields(refund))
    refunds.reject_account(refund=refund, reason="Sai tên", actor=cast.treasurer)
    assert "Tài khoản •••• 4567 không nhận được tiền" in page(client, order)


def test_each_state_is_told_in_plain_words(cast, client_for, order, refund):
    client = client_for(cast.buyer)
    client.post(address(order, refund), fields(refund))
    assert "Kế toán của chợ đang duyệt" in page(client, order)
    refund.refresh_from_db()
    refunds.approve(refund=refund, actor=cast.treasurer)
    assert "Đã duyệt, sắp chuyển" in page(client, order)
    refunds.done(refund=refund, actor=cast.treasurer)
    assert "Đã chuyển ngày" in page(client, order)


def test_refunds_by_the_gateway_need_nothing(cast, client_for, make_product, settings):
    offer(settings)
    order = order_by_vnpay(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer)
    tell(visit(order))
    fulfilment.cancel(sub_order=order.sub_orders.get(), actor=cast.buyer)
    client, refund = client_for(cast.buyer), Refund.objects.get()
    assert "trả lại vào thẻ hoặc ví" in page(client, order)
    refunds.failed(refund=refund, reason="95", actor=None)
    assert "kế toán của chợ đang xem" in page(client, order)
    refunds.send_again(refund=refund, actor=cast.treasurer)
    refunds.done(refund=refund, actor=None, gateway_transaction="1")
    assert "ngân hàng của bạn có thể ghi có muộn hơn" in page(client, order)
