"""Take docs/screenshots/ from a running demo market: ``.venv/bin/python tools/screenshots/take.py [URL]``.

Phone (390 px) and desktop (1280 px) of each screen, as WebP. Places two orders in the demo.
"""

import io
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

OUT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 860}}
TALLEST = 2400
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def keep(page: Page, name: str) -> None:
    """Scroll through once, so that lazy pictures load, then keep the top of the page."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for y in range(0, min(height, TALLEST), 600):
        page.evaluate(f"window.scrollTo(0, {y})")
        page.wait_for_timeout(120)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(400)
    # Sticky bars would stand in the middle of a long picture.
    page.add_style_tag(content=".bar, .buybar { position: static !important; }")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    picture.save(OUT / f"{name}.webp", quality=80, method=6)


def sign_in(page: Page, login: str) -> None:
    page.goto("/tai-khoan/dang-nhap/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", "ocop-demo")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)


def choose(page: Page, addresses: list[str]) -> None:
    for address in addresses:
        page.goto(address)
        page.locator("button:visible", has_text=re.compile(r"^\s*(Thêm v|V)ào giỏ")).first.click()
        page.wait_for_load_state()


def fill(page: Page) -> None:
    page.goto("/thanh-toan/")
    page.get_by_label("Số điện thoại").fill("0900 000 777")
    page.get_by_label("Họ tên người nhận").fill("Khách minh họa")
    page.get_by_label(re.compile("^Xã, phường$")).fill("xã Duy Sơn, huyện Duy Xuyên, Quảng Nam")
    page.get_by_label("Thôn, tổ, số nhà, đường").fill("Thôn Trà Kiệu Tây")
    page.wait_for_timeout(800)  # the fees are counted for that place


def order(page: Page) -> None:
    page.locator("button:visible", has_text="Đặt hàng").last.click()
    page.wait_for_url(re.compile(r"/don-hang/[^/]+/$"))


def shop(page: Page) -> Iterator[str]:
    """Visit the shop's screens one after the other, buying on the way; yields each one's name."""
    page.goto("/")
    yield "home"
    page.goto("/san-pham/?q=mat+ong")
    cards = page.locator(".card:not(:has(.card__state))")
    addresses = [link.get_attribute("href") or "" for link in cards.locator("a").all()][:3]
    yield "listing"
    page.goto(addresses[0])
    yield "product"
    page.goto(page.locator("main a[href^='/chu-the/']").last.get_attribute("href") or "/chu-the/")
    yield "producer"
    page.goto(addresses[0])
    page.get_by_role("link", name="Mở trang truy xuất").click()
    yield "trace"
    choose(page, addresses)
    page.goto("/gio-hang/")
    yield "cart"
    fill(page)
    yield "checkout"
    order(page)
    yield "order"
    choose(page, addresses[:1])
    fill(page)
    page.get_by_text("Chuyển khoản bằng mã VietQR").click()
    order(page)
    yield "pay"
    page.goto("/chung-nhan/")
    yield "register"


def offices(page: Page, context: BrowserContext) -> Iterator[str]:
    """Both admin homes."""
    for login, address, name in (
        ("chuthe@demo.example", "/kenh-chu-the/", "admin-producer"),
        ("canbo.tinh@demo.example", "/quan-tri/", "admin-province"),
    ):
        context.clear_cookies()
        sign_in(page, login)
        page.goto(address)
        yield name


# Login, the page to begin at, which links to follow one after the other, the picture's name.
DESKS = (
    (
        "chuthe",
        "/kenh-chu-the/ratings/dossier/?status__exact=draft",
        ["#result_list tbody a"],
        "rating-dossier",
    ),
    ("canbo.xa", "/quan-tri/ratings/dossier/", [], "rating-commune"),
    ("canbo.tinh", "/quan-tri/ratings/dossier/", [], "rating-province"),
    ("canbo.tinh", "/hoi-dong/", ["main a[href$='/dieu-hanh/']"], "rating-secretary"),
    ("hoidong3", "/hoi-dong/", ["main a:has-text('Vào chấm')", "main a[href*='/phieu/']"], "rating-ballot"),
    ("lanhdao.tinh", "/quan-tri/ratings/ratingdecision/", ["#result_list tbody a"], "rating-decision"),
    ("chuthe", "/kenh-chu-the/orders/suborder/", ["#result_list tbody th a"], "money-parcel"),
    ("chuthe", "/kenh-chu-the/orders/returncase/", ["#result_list tbody th a"], "money-return"),
    ("chuthe", "/kenh-chu-the/payments/payout/", [], "money-payouts"),
    ("canbo.tinh", "/quan-tri/payments/paymentnotice/", [], "money-notices"),
    ("canbo.tinh", "/quan-tri/payments/ledgeraccount/", [], "money-ledger"),
    ("lanhdao.tinh", "/quan-tri/payments/payoutbatch/", ["#result_list tbody th a"], "money-batch"),
)


def desks(page: Page, context: BrowserContext) -> Iterator[str]:
    """One screen of each desk that a dossier passes, and of each that money passes."""
    for login, address, links, name in DESKS:
        context.clear_cookies()
        sign_in(page, f"{login}@demo.example")
        page.goto(address)
        for link in links:
            page.locator(link).first.click()
            page.wait_for_load_state()
        yield name


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for width, size in SIZES.items():
            context = browser.new_context(base_url=url, viewport=size, locale="vi-VN", bypass_csp=True)  # type: ignore[arg-type]
            page = context.new_page()
            for screens in (shop(page), offices(page, context), desks(page, context)):
                for name in screens:
                    keep(page, f"{name}-{width}")
        browser.close()


main()
