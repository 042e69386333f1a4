"""A guest on a phone buys from three producers; each sees one parcel; a QR leads back."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from urllib.parse import urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, PASSWORD, Market, sign_in

Visit = Callable[..., Page]

# Gives a producer of the demo, known by the address that its mail went to, a login of its own.
OPEN_OFFICES = """
from accounts.models import User
from accounts.services import users
from producers.models import Producer
from producers.services import producers
for email in {emails!r}:
    if not User.objects.filter(email=email).exists():
        user = users.register(full_name=email, password={password!r}, email=email)
        producers.add_member(
            producer=Producer.objects.get(email=email), user=user, role="owner", actor=None
        )
"""


def find_honey(page: Page) -> list[tuple[str, str]]:
    """Search as a hurried person types, filter four stars: (producer, product address) of each card."""
    page.goto("/")
    box = page.get_by_label("Tìm sản phẩm, chủ thể, xã")
    box.fill("mat ong")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("mat ong")
    drawer = page.get_by_text("Lọc sản phẩm")
    if drawer.is_visible():
        drawer.click()
    page.get_by_label(re.compile(r"^4 sao")).check()
    page.wait_for_url(re.compile(r"sao=4"))
    close = page.get_by_role("button", name=re.compile(r"^Xem \d+ sản phẩm"))
    if close.is_visible():
        close.click()
    expect(page.locator(".chips")).to_contain_text("4 sao")
    cards = page.locator(".card").all()
    assert cards
    for card in cards:
        expect(card.locator(".rank")).to_contain_text("4 sao")
    expect(cards[0]).to_contain_text(re.compile("mật ong", re.IGNORECASE))  # names before ingredients
    return [
        (
            card.locator(".card__maker").inner_text(),
            card.get_by_role("link").first.get_attribute("href") or "",
        )
        for card in cards
        if card.locator(".price").count() and not card.locator(".card__state").count()
    ]


def fill_checkout(page: Page) -> None:
    page.get_by_label("Số điện thoại").fill("0900 000 777")
    page.get_by_label("Họ tên người nhận").fill("Khách mua thử")
    page.get_by_label(re.compile("^Xã, phường$")).fill("xã Duy Sơn, huyện Duy Xuyên, Quảng Nam")
    page.get_by_label("Thôn, tổ, số nhà, đường").fill("Thôn Trà Kiệu Tây")
    page.get_by_label(re.compile("^Email")).fill("khach@demo.example")


def place_order(page: Page) -> str:
    """Press the button that is in sight; the order's code."""
    page.locator("button:visible", has_text="Đặt hàng").last.click()
    page.wait_for_url(re.compile(r"/don-hang/[^/]+/$"))
    return page.locator(".ordercode").inner_text()


def addressees(letters: list[EmailMessage]) -> list[str]:
    return sorted(str(letter["To"]) for letter in letters)


def test_a_guest_buys_from_three_producers_by_cod(visit: Visit, market: Market) -> None:
    before = len(market.letters())
    page = visit()
    makers = dict(find_honey(page))
    assert len(makers) >= 3, makers
    chosen = list(makers.items())[:3]
    for _, address in chosen:
        page.goto(address)
        page.locator("button:visible", has_text=re.compile(r"^\s*(Thêm v|V)ào giỏ")).first.click()
        expect(page.locator("#cart-link .count")).to_be_visible()
    page.goto("/gio-hang/")
    for maker, _ in chosen:
        expect(page.locator("main")).to_contain_text(maker)
    page.goto("/thanh-toan/")
    fill_checkout(page)
    code = place_order(page)
    expect(page.locator("main")).to_contain_text("Xã Duy Xuyên, Thành phố Đà Nẵng")
    for number in (1, 2, 3):
        expect(page.locator("main")).to_contain_text(f"{code}-{number}")
    assert page.locator("main").get_by_text(f"{code}-4").count() == 0

    letters = market.wait_for_letters(before + 4)[before:]
    assert len(letters) == 4
    producers = [to for to in addressees(letters) if to != "khach@demo.example"]
    assert len(set(producers)) == 3
    for letter in letters:
        assert code in str(letter["Subject"]) + str(letter.get_body(("plain",)))

    market.manage("shell", "-c", OPEN_OFFICES.format(emails=producers, password=PASSWORD))
    seen = set()
    for login in producers:
        office = visit(DESKTOP)
        sign_in(office, login)
        office.goto(f"/kenh-chu-the/orders/suborder/?q={code}")
        rows = office.locator("#result_list tbody tr")
        assert rows.count() == 1, login
        seen.add(re.search(rf"{code}-\d", rows.inner_text()).group())  # type: ignore[union-attr]
    assert seen == {f"{code}-1", f"{code}-2", f"{code}-3"}


def test_the_order_is_found_again_by_phone_and_code(visit: Visit) -> None:
    page = visit()
    page.goto(find_honey(page)[0][1])
    page.locator("button:visible", has_text="Mua ngay").first.click()
    page.wait_for_url(re.compile("/thanh-toan/"))
    fill_checkout(page)
    code = place_order(page)
    other = visit(DESKTOP)
    other.goto("/tra-cuu-don/")
    other.get_by_label("Số điện thoại").fill("+84 900.000.777")
    other.get_by_label("Mã đơn").fill(code.lower())
    other.get_by_role("button", name="Tìm đơn").click()
    expect(other.locator(".ordercode")).to_have_text(code)


def test_a_purchase_without_javascript(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/san-pham/?q=mat+ong&sao=4&ban=1")
    page.goto(page.locator(".card a").first.get_attribute("href") or "")
    page.locator("button:visible", has_text="Mua ngay").first.click()
    fill_checkout(page)
    assert place_order(page)


def test_a_qr_decodes_to_the_page_that_opens(visit: Visit, market: Market) -> None:
    page = visit()
    page.goto(find_honey(page)[0][1])
    product = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Mở trang truy xuất").click()
    expect(page.locator("main")).to_contain_text(product)
    address = page.url
    for _ in range(40):
        answer = page.request.get(f"{address}qr.png")
        if answer.ok:
            break
        page.wait_for_timeout(500)  # the worker draws it after the seeding
    found = zxingcpp.read_barcode(Image.open(BytesIO(answer.body())))
    assert found is not None
    assert found.text.startswith(market.url)
    # With a GTIN the picture holds a GS1 Digital Link, else the short address.
    assert urlsplit(found.text).path.startswith(("/01/", urlsplit(address).path))
    opened = visit()
    opened.goto(found.text)
    expect(opened.locator("main")).to_contain_text(product)
    expect(opened.locator(".verdict")).to_be_visible()
