"""A purchase as a browser makes it: product page, cart, checkout, order page."""

import itertools
import re
from collections.abc import Callable, Iterator

from bench.client import Browser
from catalog.models import Variant
from core.models import Commune

PRODUCERS_PER_ORDER = 3
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')
Action = Callable[[Browser, int], None]


def _goods() -> Iterator[tuple[int, str]]:
    """Variants with plenty in stock, each of another producer than its neighbours."""
    rows = (
        Variant.objects.buyable()
        .filter(stock__on_hand__gte=10)
        .order_by("product__producer_id", "pk")
        .distinct("product__producer_id")
        .values_list("pk", "product__slug")[:120]
    )
    return itertools.cycle(list(rows))


def add_to_cart() -> Action:
    """One POST; the product page that holds its form was fetched before, once per visitor."""
    goods = _goods()

    def action(browser: Browser, number: int) -> None:
        variant, slug = next(goods)
        if "csrfmiddlewaretoken" not in browser.page:
            browser.get(f"/san-pham/{slug}/")
        browser.post("/gio-hang/them/", variant=variant, quantity=1)

    return action


def buy() -> Action:
    """Three products of three producers, checkout by COD, the order page: eleven requests."""
    goods = _goods()
    commune = Commune.objects.order_by("pk")[0]

    def action(browser: Browser, number: int) -> None:
        browser.cookies.clear()
        for _ in range(PRODUCERS_PER_ORDER):
            variant, slug = next(goods)
            browser.get(f"/san-pham/{slug}/")
            browser.post("/gio-hang/them/", variant=variant, quantity=1)
        browser.get("/gio-hang/")
        key = KEY.search(browser.get("/thanh-toan/"))
        if key is None:
            raise SystemExit("the checkout page has no idempotency key")
        order = browser.post(
            "/thanh-toan/",
            recipient="Khách đo tốc độ",
            phone="0900000999",
            tinh=commune.province_id,
            xa=commune.pk,
            thon="Thôn 1",
            payment_method="cod",
            idempotency_key=key.group(1),
        )
        browser.get(order)

    return action
