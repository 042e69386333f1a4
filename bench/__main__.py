"""Benchmarks: the shop under gunicorn beside a bare Django view, in turns, in one run.

Reports medians over rounds: CPU of the web worker and of its Postgres backends per request,
requests per second over four connections, database queries per page, and ratios. Bounded in
requests and time; talks to loopback only.
"""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_market.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import purchase, queries  # noqa: E402
from bench.client import Browser, repeat  # noqa: E402
from bench.servers import Server, serve  # noqa: E402
from catalog.models import Product  # noqa: E402

LIMITS = {"listing, facets": 2.5, "search “mat ong”": 2.5, "product": 1.5}
SMALL, LARGE = 400, 20_000


@dataclass
class Figures:
    """What was measured of one page at one volume; milliseconds per request."""

    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    query_count: int | None = None

    @property
    def web(self) -> float:
        return statistics.median(self.web_ms)

    @property
    def both(self) -> float:
        return statistics.median(a + b for a, b in zip(self.web_ms, self.database_ms, strict=True))


def measure(server: Server, action: Callable[[Browser, int], None], times: int, figures: Figures) -> None:
    """One round of one page: CPU over one connection, then throughput over four."""
    browser = Browser(server.port)
    for number in range(3):
        action(browser, -1 - number)
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
    last = max(1, Product.objects.public().count() // 20)
    filters = [f"tinh={code}&sao={star}" for code in provinces for star in (3, 4)]

    def visit(path: Callable[[int], str]) -> Callable[[Browser, int], None]:
        def action(browser: Browser, number: int) -> None:
            browser.get(path(number))

        return action

    return {
        "home": visit(lambda n: "/"),
        "listing": visit(lambda n: f"/san-pham/?trang={1 + n % 5}"),
        "listing, facets": visit(lambda n: f"/san-pham/?{filters[n % len(filters)]}"),
        "listing, cold facets": visit(lambda n: f"/san-pham/?gia_tu={20_000 + n}&sao=4"),
        "listing, last page": visit(lambda n: f"/san-pham/?trang={last - n % 3}"),
        "search “mat ong”": visit(
            lambda n: f"/san-pham/?q={('mat+ong', 'tra', 'nuoc+mam', 'ca+phe')[n % 4]}"
        ),
        "product": visit(lambda n: f"/san-pham/{sample[n % len(sample)]}/"),
        "add to cart": purchase.add_to_cart(),
        "whole purchase": purchase.buy(),
    }


def front_page(browser: Browser, number: int) -> None:
    """The bare view's only page."""
    browser.get("/")


def run(volume: int, rounds: int, times: int) -> dict[str, Figures]:
    """Measure every page ``rounds`` times, the bare view in turn with each."""
    present = Product.objects.filter(is_illustrative=True).count()
    if present < volume:
        call_command("seed_demo", products=volume)
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
                measure(bare, front_page, times, found["bare view"])
                heavy = name in ("whole purchase", "add to cart")
                measure(shop, action, max(times // 6, 6) if heavy else times, found[name])
            sys.stderr.write(f"{volume} products: round {number + 1} of {rounds} done\n")
    return found


def table(volume: int, found: dict[str, Figures]) -> None:
    """Print one volume's figures; ratios are against the bare view of the same run."""
    bare = found["bare view"]
    out = sys.stdout.write
    out(f"\n{volume:,} products\n")
    out(f"{'page':<22}{'web CPU ms':>11}{'+DB ms':>9}{'ratio':>8}{'+DB':>8}{'req/s':>8}{'queries':>9}\n")
    for name, figures in found.items():
        limit = LIMITS.get(name)
        ratio = figures.web / bare.web
        mark = f"  (≤ {limit})" if limit else ""
        count = "–" if figures.query_count is None else str(figures.query_count)
        out(
            f"{name:<22}{figures.web:>11.2f}{figures.both:>9.2f}{ratio:>8.2f}"
            f"{figures.both / bare.both:>8.2f}{statistics.median(figures.per_second):>8.0f}{count:>9}{mark}\n"
        )


def compare(small: dict[str, Figures], large: dict[str, Figures]) -> None:
    """Print what volume and depth cost: web and database CPU together, relative to the bare view."""
    out = sys.stdout.write
    out(f"\nCost of {LARGE:,} products against {SMALL} (web and database CPU, each against its bare view)\n")
    for name in small:
        if name != "bare view":
            few = small[name].both / small["bare view"].both
            many = large[name].both / large["bare view"].both
            out(f"{name:<22}{many / few:>8.2f}\n")
    deep = large["listing, last page"].both / large["listing"].both
    out(f"last page against first pages at {LARGE:,}: {deep:.2f}\n")


def main() -> None:
    options = argparse.ArgumentParser(prog="bin/bench")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--times", type=int, default=60, help="requests per page and round")
    given = options.parse_args()
    sys.stdout.write(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"Django {django.__version__}; "
        f"one gunicorn worker each, {given.rounds} rounds of {given.times} requests, medians\n"
    )
    small = run(SMALL, given.rounds, given.times)
    table(SMALL, small)
    large = run(LARGE, given.rounds, given.times)
    table(LARGE, large)
    compare(small, large)


main()
