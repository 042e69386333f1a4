"""Every public page on phone and desktop: nothing overflows, nothing is unreachable, no axe violation."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import DESKTOP, PHONE

Visit = Callable[..., Page]
PAGES = [
    "/",
    "/san-pham/",
    "/san-pham/?q=mat+ong&sao=4",
    "/san-pham/?q=khong+co+thu+nay+dau",
    "/chu-the/",
    "/gio-hang/",
    "/thanh-toan/",
    "/tra-cuu-don/",
    "/chung-nhan/",
    "/truy-xuat/",
    "/truy-xuat/KHONGCO1/",
    "/tai-khoan/dang-nhap/",
    "/khong-co-trang-nay/",
]
FIRST_LINK_OF = {"product": "/san-pham/", "producer": "/chu-the/", "certificate": "/chung-nhan/"}


def first_link(page: Page, listing: str) -> str:
    page.goto(listing)
    links = page.locator("main a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    return next(link for link in links if link.startswith(listing) and link != listing and "xuat" not in link)


def inspect(page: Page, address: str) -> None:
    page.goto(address)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{address} is {overflow} px too wide"
    assert page.locator("h1").count() == 1, address
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_and_is_accessible(visit: Visit, address: str, size: dict[str, int]) -> None:
    inspect(visit(size), address)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("kind", FIRST_LINK_OF)
def test_a_detail_page_fits_and_is_accessible(visit: Visit, kind: str, size: dict[str, int]) -> None:
    page = visit(size)
    inspect(page, first_link(page, FIRST_LINK_OF[kind]))


def test_a_page_loads_without_errors_in_the_console(visit: Visit) -> None:
    page = visit()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    for address in ("/", "/san-pham/", first_link(page, "/san-pham/"), "/gio-hang/", "/thanh-toan/"):
        page.goto(address)
    assert errors == []
