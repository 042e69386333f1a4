"""Measure every page at one volume; the figures as JSON on standard output.

Called by ``python -m bench`` with the database of that volume in DATABASE_URL.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_market.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench import purchase, queries  # noqa: E402
from bench.client import Browser, repeat  # noqa: E402
from bench.figures import Figures  # noqa: E402
from bench.servers import Server, serve  # noqa: E402
from catalog.models import Product  # noqa: E402
from core.services import freshness  # noqa: E402
from traceability.models import Code  # noqa: E402


def measure(server: Server, action: Callable[[Browser, int], None], times: int, figures: Figures) -> None:
    """One round of one page, each address visited before: CPU over one connection, throughput over four."""
    browser = Browser(server.port)
    for number in range(times):
        action(browser, number)
    web, database = server.worker_cpu(), server.database_cpu()
    repeat(lambda number: action(browser, number), times=times, threads=1)
    figures.web_ms.append((server.worker_cpu() - web) * 1000 / times)
    figures.database_ms.append((server.database_cpu() - database) * 1000 / times)
    browsers = [Browser(server.port) for _ in range(4)]
    free = list(browsers)

    def concurrent(number: int) -> None:
        mine = free.pop()
        try:
            action(mine, 1000 + number)
        finally:
            free.append(mine)

    seconds = repeat(concurrent, times=max(times // 2, 8), threads=4)
    figures.per_second.append(max(times // 2, 8) / seconds)


def pages() -> dict[str, Callable[[Browser, int], None]]:
    """Name → one request. Filters rotate, so that a single cached answer cannot flatter the figure."""
    sample = list(
        Product.objects.buyable().filter(in_stock=True).order_by("pk").values_list("slug", flat=True)[:40]
    )
    provinces = list(
        Product.objects.public().exclude(province=None).values_list("province_id", flat=True).distinct()[:20]
    )
    codes = list(Code.objects.exclude(lot=None).order_by("pk").values_list("value", flat=True)[:40])
    last = max(1, Product.objects.public().count() // 20)
    filters = [f"tinh={code}&sao={star}" for code in provinces for star in (3, 4)]

    def visit(path: Callable[[int], str]) -> Callable[[Browser, int], None]:
        def action(browser: Browser, number: int) -> None:
            browser.get(path(number))

        return action

    def forgotten(visited: Callable[[Browser, int], None]) -> Callable[[Browser, int], None]:
        """The same with nothing remembered of any page: as after a change of everything."""

        def action(browser: Browser, number: int) -> None:
            freshness.bump()
            visited(browser, number)

        return action

    product = visit(lambda n: f"/san-pham/{sample[n % len(sample)]}/")
    return {
        "home": visit(lambda n: "/"),
        "home, cold": forgotten(visit(lambda n: "/")),
        "listing": visit(lambda n: f"/san-pham/?trang={1 + n % 5}"),
        "listing, facets": visit(lambda n: f"/san-pham/?{filters[n % len(filters)]}"),
        "listing, cold facets": forgotten(visit(lambda n: f"/san-pham/?gia_tu={15_000 + n}&sao=4")),
        "listing, last page": visit(lambda n: f"/san-pham/?trang={last - n % 3}"),
        "search “mat ong”": visit(
            lambda n: f"/san-pham/?q={('mat+ong', 'tra', 'nuoc+mam', 'ca+phe')[n % 4]}"
        ),
        "product": product,
        "product, cold": forgotten(product),
        "trace page of a lot": visit(lambda n: f"/truy-xuat/{codes[n % len(codes)]}/"),
        "add to cart": purchase.add_to_cart(),
        "whole purchase": purchase.buy(),
    }


def front_page(browser: Browser, number: int) -> None:
    """The bare view's only page."""
    browser.get("/")


def run(volume: int, rounds: int, times: int) -> dict[str, Figures]:
    """Measure every page ``rounds`` times, the bare view in turn with each."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    actions = pages()
    found = {name: Figures() for name in ["bare view", *actions]}
    for name, count in queries.per_page().items():
        found[name].query_count = count
    with (
        serve("bench-bare", "bench.bare.wsgi", "bench.bare.settings") as bare,
        serve("bench-shop", "ocop_market.wsgi", "ocop_market.settings") as shop,
    ):
        for number in range(rounds):
            for name, action in actions.items():
                beside = Figures()
                measure(bare, front_page, times, beside)
                found["bare view"].add(beside, beside)
                heavy = name in ("whole purchase", "add to cart")
                page = Figures()
                measure(shop, action, max(times // 6, 6) if heavy else times, page)
                found[name].add(page, beside)
            sys.stderr.write(f"{volume} products: round {number + 1} of {rounds} done\n")
    return found


def main() -> None:
    volume, rounds, times = (int(word) for word in sys.argv[1:4])
    found = run(volume, rounds, times)
    json.dump({name: asdict(figures) for name, figures in found.items()}, sys.stdout)


main()
