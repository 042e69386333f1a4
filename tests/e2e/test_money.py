"""A guest pays three producers by VietQR; one parcel is refused, a line of another comes back.

Every screen is told by real processes: the worker mails, the bank speaks through the signed webhook.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from vietnam_qr_pay import QRPay

from tests.e2e.conftest import DESKTOP, PASSWORD, Market, sign_in
from tests.e2e.test_purchase import OPEN_OFFICES, fill_checkout, find_honey, place_order

Visit = Callable[..., Page]

# The producers' own steps, one after the other, as their desks would take them.
WALK = """
from orders.models import SubOrder
from orders.services import fulfilment
for step in {steps!r}:
    getattr(fulfilment, step)(sub_order=SubOrder.objects.get(code={code!r}), actor=None)
"""
# What the market owes and holds, from the books: one JSON line.
BOOKS = """
import json
from django.db.models import Sum
from orders.models import SubOrder
from payments.models import Posting
order = {order!r}
held = Posting.objects.filter(account__kind="deposits", reference=order).aggregate(s=Sum("amount"))["s"]
own = [
    -(Posting.objects.filter(account__kind="producer", reference=s.code).aggregate(s=Sum("amount"))["s"] or 0)
    for s in SubOrder.objects.filter(order__code=order).order_by("pk")
]
print(json.dumps({{
    "held": -(held or 0),
    "own": own,
    "totals": list(SubOrder.objects.filter(order__code=order).order_by("pk").values_list("total", flat=True)),
    "zero": Posting.objects.aggregate(s=Sum("amount"))["s"],
    "emails": list(
        SubOrder.objects.filter(order__code=order).order_by("pk").values_list("producer__email", flat=True)
    ),
}}))
"""


def books(market: Market, order: str) -> dict:
    return json.loads(market.manage("shell", "-v", "0", "-c", BOOKS.format(order=order)).splitlines()[-1])


def vnd(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"


def bank_reports(page: Page, market: Market, *, amount: int, memo: str) -> dict:
    """The bank's signed word, twice, as banks do."""
    facts = {
        "id": f"e2e-{memo[-8:]}",
        "account": "0900000000001",
        "amount": amount,
        "currency": "VND",
        "memo": f"MBVCB.77.{memo}.CT tu 0900000777",
        "booked_at": dt.datetime.now(dt.UTC).isoformat(),
    }
    body = json.dumps(facts).encode()
    signature = hmac.new(b"local-bank-webhook", body, hashlib.sha256).hexdigest()
    answers = [
        page.request.post(
            f"{market.url}/thanh-toan/ngan-hang/",
            data=body,
            headers={"X-Signature": signature, "Content-Type": "application/json"},
        )
        for _ in range(2)
    ]
    assert [answer.status for answer in answers] == [200, 200], answers[0].text()
    assert [answer.json()["is_new"] for answer in answers] == [True, False]
    return answers[0].json()


def as_buyer(visit: Visit, code: str) -> Page:
    """The guest comes back days later, on another phone."""
    page = visit()
    page.goto("/tra-cuu-don/")
    page.get_by_label("Số điện thoại").fill("0900 000 777")
    page.get_by_label("Mã đơn").fill(code)
    page.get_by_role("button", name="Tìm đơn").click()
    expect(page.locator(".ordercode")).to_have_text(code)
    return page


def no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def take_step(page: Page, button: str, fill: Callable[[], None] = lambda: None) -> None:
    """A step of an admin page: its button, its form, its confirmation."""
    page.get_by_role("link", name=button, exact=True).first.click()
    page.wait_for_url(re.compile(r"/buoc/"))
    fill()
    page.locator("form:visible").get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(lambda url: "/buoc/" not in url)


@pytest.fixture(scope="module")
def told() -> dict:
    """What one chapter of the story leaves for the next."""
    return {}


def test_a_guest_pays_three_producers_with_a_qr_code(visit: Visit, market: Market, told: dict) -> None:
    page = visit()
    makers = dict(find_honey(page))
    for address in list(makers.values())[:3]:
        page.goto(address)
        page.locator("button:visible", has_text=re.compile(r"^\s*(Thêm v|V)ào giỏ")).first.click()
        expect(page.locator("#cart-link .count")).to_be_visible()
    page.goto("/gio-hang/")
    no_sideways(page)
    page.goto("/thanh-toan/")
    fill_checkout(page)
    page.get_by_text("Chuyển khoản bằng mã VietQR").click()
    no_sideways(page)
    code = place_order(page)
    expect(page.locator("#tra-tien")).to_contain_text("Giữ hàng đến")
    no_sideways(page)

    picture = page.request.get(page.locator(".pay__code img").get_attribute("src") or "")
    found = zxingcpp.read_barcode(Image.open(BytesIO(picture.body())))
    assert found is not None
    payload = QRPay(found.text)
    memo = f"OCOP {code.replace('-', '')}"
    total = books(market, code)["totals"]
    assert payload.is_valid
    assert (int(payload.amount), payload.additional_data.purpose) == (sum(total), memo)
    assert payload.consumer.bank_number == "0900000000001"

    assert bank_reports(page, market, amount=sum(total), memo=memo)["outcome"] == "matched"
    expect(page.locator("main")).not_to_contain_text("Giữ hàng đến", timeout=30_000)
    expect(page.locator("main")).to_contain_text("Chờ xác nhận")
    found_books = books(market, code)
    assert (found_books["held"], found_books["zero"]) == (sum(total), 0)
    told.update(code=code, totals=total, emails=found_books["emails"])


def test_one_parcel_is_refused_and_its_money_owed_back(visit: Visit, market: Market, told: dict) -> None:
    code = told["code"]
    market.manage("shell", "-c", OPEN_OFFICES.format(emails=told["emails"], password=PASSWORD))
    steps = ["confirm", "prepare", "hand_over"]
    market.manage("shell", "-c", WALK.format(code=f"{code}-2", steps=steps))
    office = visit(DESKTOP)
    sign_in(office, told["emails"][1])
    office.goto(f"/kenh-chu-the/orders/suborder/?q={code}")
    office.locator("#result_list tbody tr th a").first.click()
    expect(office.locator("main, #content").first).to_contain_text("Đã trả trước, không thu tiền")
    take_step(
        office,
        "Không nhận hàng",
        lambda: office.get_by_label("Lý do").fill("Người nhận đi vắng, hẹn lại hai lần"),
    )
    take_step(office, "Đã nhận lại hàng")
    expect(office.locator("body")).to_contain_text("Hoàn hàng")
    books_now = books(market, code)
    assert books_now["held"] == sum(told["totals"]) - told["totals"][1]
    page = as_buyer(visit, code)
    expect(page.locator("#hoan-tien")).to_contain_text(vnd(told["totals"][1]))


def test_a_line_comes_back_and_the_money_follows(visit: Visit, market: Market, told: dict) -> None:
    code = told["code"]
    steps = ["confirm", "prepare", "hand_over", "deliver"]
    for number in (1, 3):
        market.manage("shell", "-c", WALK.format(code=f"{code}-{number}", steps=steps))
    earned = books(market, code)["own"]
    assert all(0 < own <= total for own, total in zip(earned, told["totals"], strict=True) if own)
    page = as_buyer(visit, code)
    page.get_by_role("link", name="Yêu cầu trả hàng, hoàn tiền").first.click()
    page.locator(".stepper button[data-step='1']").first.click()
    page.get_by_label("Hàng hỏng, vỡ khi nhận").check()
    page.get_by_label("Chuyện gì đã xảy ra?").fill("Chai vỡ, mật chảy ra hộp.")
    no_sideways(page)
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.locator("main")).to_contain_text("Chờ người bán trả lời")

    office = visit(DESKTOP)
    sign_in(office, told["emails"][0])
    office.goto("/kenh-chu-the/orders/returncase/")
    office.locator("#result_list tbody tr th a").first.click()
    take_step(
        office, "Hoàn tiền ngay", lambda: office.locator("form:visible textarea").first.fill("Xin lỗi bạn.")
    )
    after = books(market, code)
    assert after["own"][0] < earned[0]
    assert after["own"][2] == earned[2]
    assert after["zero"] == 0

    page.goto(f"/don-hang/{code}/")
    forms = page.locator("#hoan-tien form")
    expect(forms).to_have_count(2)  # the refused parcel and the broken line
    for _ in range(2):
        form = page.locator("#hoan-tien form").first
        form.locator("select").select_option(index=1)
        form.get_by_label("Số tài khoản").fill("0900000000777")
        form.get_by_label("Tên chủ tài khoản").fill("KHACH MUA THU")
        form.get_by_role("button", name="Gửi tài khoản").click()
        page.wait_for_load_state()
    expect(page.locator("#hoan-tien")).to_contain_text("Kế toán của chợ đang duyệt")


def test_treasurers_send_the_refunds_and_the_books_balance(visit: Visit, market: Market, told: dict) -> None:
    desk = visit(DESKTOP)
    sign_in(desk, "lanhdao.tinh@demo.example")
    for _ in range(2):
        desk.goto(f"/quan-tri/payments/refund/?q={told['code']}&status__exact=requested")
        desk.locator("#result_list tbody tr th a").first.click()
        take_step(desk, "Duyệt hoàn tiền")
        take_step(
            desk, "Đã chuyển khoản", lambda: desk.locator("form:visible input[type=text]").first.fill("FT1")
        )
    page = as_buyer(visit, told["code"])
    expect(page.locator("#hoan-tien")).to_contain_text("Đã hoàn tiền")
    expect(page.locator("#hoan-tien form")).to_have_count(0)
    desk.goto("/quan-tri/payments/ledgeraccount/")
    expect(desk.locator("body")).to_contain_text("Sổ cân.")
    assert "invariants hold" in market.manage("check_invariants")

    office = visit(DESKTOP)
    sign_in(office, told["emails"][2])
    office.goto("/kenh-chu-the/payments/payout/")
    expect(office.locator("body")).to_contain_text("chưa hết hạn đổi trả")
    market.wait_for_letter(to="khach@demo.example", about=f"Đã hoàn {vnd(told['totals'][1])}")
