"""A lot's life: entered and noted by phone, labelled, sold, scanned, recalled; each buyer of it told once."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pypdfium2
import zxingcpp
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, Market, sign_in
from tests.e2e.test_journal import JOURNAL, choose
from tests.e2e.test_money import WALK
from tests.e2e.test_purchase import fill_checkout, find_honey, place_order

Visit = Callable[..., Page]
DELIVERED = ("confirm", "prepare", "hand_over", "deliver")

# A product without stock, so that what is sold can only come from the lot.
MAKE = """
import json
from accounts.models import User
from catalog.models import Product
from catalog.services import products
owner = User.objects.get(email="chuthe@demo.example")
model = Product.objects.owned_by(owner).buyable().order_by("pk").first()
product = products.create(
    producer=model.producer, name="Mứt gừng thử lô", product_set=model.product_set, commune=model.commune,
    is_illustrative=True, actor=None,
)
products.add_variant(
    product=product, name="gói 200 g", price=60000, net_quantity=200, net_unit="g", stock=0, actor=None
)
products.publish(product=product, actor=None)
print(json.dumps([product.pk, product.slug]))
"""
PARCELS = """
import json
from orders.models import SubOrder
print(json.dumps(list(SubOrder.objects.filter(order__code={order!r}).values_list("code", flat=True))))
"""


def told(market: Market, script: str) -> list:
    return json.loads(market.manage("shell", "-v", "0", "-c", script).splitlines()[-1])


def enter_lot(page: Page, product: int) -> str:
    """The address of the new lot's page."""
    page.goto("/kenh-chu-the/traceability/lot/add/")
    page.select_option("#id_product", str(product))
    page.fill("#id_code", "XAU-1")
    page.fill("#id_produced_on", f"{dt.date.today():%d/%m/%Y}")
    page.fill("#id_quantity", "20")
    page.locator("button[name=_save], input[name=_save]").first.click()
    page.wait_for_url(re.compile(r"/traceability/lot/(\?.*)?$"))
    page.locator("#result_list tbody tr", has_text="XAU-1").locator("th a").first.click()
    page.wait_for_url(re.compile(r"/lot/\d+/change/"))
    return page.url


def take_step(page: Page, lot: str, label: str, **fields: str | bool) -> None:
    """One of the lot's steps, with its form."""
    page.goto(lot)
    page.get_by_role("link", name=label, exact=True).first.click()
    page.wait_for_url(re.compile(r"/buoc/"))
    for name, value in fields.items():
        box = page.locator(f"#id_{name}")
        if isinstance(value, bool):
            box.set_checked(value)
        elif box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator("main form button[type=submit], #content form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/change/"))


def printed(page: Page) -> list[str]:
    """What the QR codes of the newest label sheet say, once the worker has drawn it."""
    for _ in range(60):
        page.goto("/kenh-chu-the/traceability/labeljob/?q=XAU-1")
        file = page.get_by_role("link", name="Tải PDF")
        if file.count():
            break
        page.wait_for_timeout(500)
    answer = page.request.get(file.first.get_attribute("href") or "")
    sheet = pypdfium2.PdfDocument(answer.body())[0].render(scale=150 / 72).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(sheet)]


def buy(visit: Visit, address: str, *, phone: str, email: str) -> str:
    """A guest buys one pack; the order's code."""
    page = visit()
    page.goto(address)
    page.locator("button:visible", has_text="Mua ngay").first.click()
    page.wait_for_url(re.compile("/thanh-toan/"))
    fill_checkout(page)
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_label(re.compile("^Email")).fill(email)
    return place_order(page)


def deliver(market: Market, order: str) -> None:
    for parcel in told(market, PARCELS.format(order=order)):
        market.manage("shell", "-c", WALK.format(steps=DELIVERED, code=parcel))


def open_recall(page: Page, lot: str) -> None:
    page.goto(lot)
    page.get_by_role("link", name="Thu hồi lô này").click()
    page.get_by_label("Ngừng dùng ngay, trả lại").check()
    page.get_by_label("Lý do").fill("Phát hiện tạp chất.")
    page.get_by_label("Người mua cần làm gì").fill("Ngừng dùng, giữ bao bì, chờ người bán gọi.")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator(".recall-tiles .is-people")).to_contain_text("1")
    page.get_by_role("button", name="Mở đợt thu hồi").click()
    page.wait_for_url(re.compile(r"/recall/\d+/change/"))


def test_from_the_field_to_the_recall(visit: Visit, market: Market) -> None:
    product, slug = told(market, MAKE)
    phone = visit()
    sign_in(phone, "chuthe@demo.example")
    lot = enter_lot(phone, product)
    phone.goto(JOURNAL)
    phone.locator("a[data-lot]", has_text="XAU-1").first.click()
    expect(phone.locator("[data-journal][data-ready]")).to_be_attached()
    choose(phone, "Đóng gói")
    expect(phone.locator("[data-entries]")).to_contain_text("Đóng gói")
    office = visit(DESKTOP)
    sign_in(office, "chuthe@demo.example")
    take_step(office, lot, "Nhập kho", quantity="5")
    take_step(office, lot, "In tem", paper="a4-3x8", count="2", with_serials=True)
    labels = printed(office)
    assert len(set(labels)) == 2

    buyer = buy(visit, f"/san-pham/{slug}/", phone="0900 000 771", email="mua-lo@demo.example")
    other = buy(visit, find_honey(visit())[0][1], phone="0900 000 772", email="mua-khac@demo.example")
    deliver(market, buyer)
    deliver(market, other)

    scanner = visit()
    scanner.goto(labels[0])
    page = scanner.locator("main")
    for words in ("Đóng gói", "Gửi cho người mua", "Người mua đã nhận", "XAU-1"):
        expect(page).to_contain_text(words)
    expect(page.get_by_role("button", name="Thêm vào giỏ")).to_be_visible()

    before = len(market.letters())
    open_recall(office, lot)
    scanner.goto(labels[0])
    expect(scanner.locator(".verdict--bad")).to_contain_text("thu hồi")
    expect(page.get_by_role("button", name="Thêm vào giỏ")).to_have_count(0)
    shop = visit()
    shop.goto(f"/san-pham/{slug}/")
    expect(shop.get_by_role("button", name="Mua ngay")).to_have_count(0)
    market.wait_for_letter(to="mua-lo@demo.example", about="XAU-1")
    scanner.wait_for_timeout(3000)  # a second letter would have come by now
    recalled = [
        str(letter["To"])
        for letter in market.letters()[before:]
        if "Thu hồi sản phẩm" in str(letter["Subject"])
    ]
    assert recalled == ["mua-lo@demo.example"]
