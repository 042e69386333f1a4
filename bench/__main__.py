"""Benchmarks: the shop under gunicorn beside a bare Django view, in turns, in one run.

Reports medians over rounds: CPU of the web worker and of its Postgres backends per request,
requests per second over four connections, database queries per page, and ratios. Each volume has
a database of its own, kept for the next run. Bounded in requests and time; loopback only.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

from bench.figures import Figures
from ocop_market.runtime import locate

LIMITS = {"listing, facets": 2.5, "search “mat ong”": 2.5, "product": 1.5}
SMALL, LARGE = 400, 20_000


def environment(volume: int) -> dict[str, str]:
    """The environment of one volume: its database, made and filled if it is not there yet."""
    server = locate.database_url()
    name = f"bench_{volume}"
    address = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    env = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "ocop_market.settings"}
    admin = psycopg2.connect(server)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {name}")
    admin.close()
    for words in (
        ["migrate", "--verbosity=0"],
        ["load_reference"],
        ["seed_demo", f"--products={volume}"],
    ):
        subprocess.run([sys.executable, "manage.py", *words], env=env, check=True, stdout=sys.stderr)  # noqa: S603
    return env


def measured(volume: int, rounds: int, times: int) -> dict[str, Figures]:
    """Figures by page name, from a process that has only this volume before it."""
    command = [sys.executable, "-m", "bench.measure", str(volume), str(rounds), str(times)]
    done = subprocess.run(command, env=environment(volume), check=True, stdout=subprocess.PIPE)  # noqa: S603
    return {name: Figures(**values) for name, values in json.loads(done.stdout).items()}


def table(volume: int, found: dict[str, Figures]) -> None:
    """Print one volume's figures; ratios are against the bare view of the same run."""
    out = sys.stdout.write
    out(f"\n{volume:,} products\n")
    out(f"{'page':<22}{'web CPU ms':>11}{'+DB ms':>9}{'ratio':>8}{'+DB':>8}{'req/s':>8}{'queries':>9}\n")
    for name, figures in found.items():
        limit = LIMITS.get(name)
        mark = f"  (≤ {limit})" if limit else ""
        count = "–" if figures.query_count is None else str(figures.query_count)
        out(
            f"{name:<22}{figures.web:>11.2f}{figures.both:>9.2f}{figures.ratio:>8.2f}"
            f"{figures.ratio_of_both:>8.2f}{figures.rate:>8.0f}{count:>9}{mark}\n"
        )


def compare(small: dict[str, Figures], large: dict[str, Figures]) -> None:
    """Print what volume and depth cost: web and database CPU together, relative to the bare view."""
    out = sys.stdout.write
    out(f"\nCost of {LARGE:,} products against {SMALL} (web and database CPU)\n")
    out(f"{'page':<22}{'ratios':>8}{'milliseconds':>14}\n")
    for name in small:
        if name != "bare view":
            times = large[name].ratio_of_both / small[name].ratio_of_both
            plain = large[name].both / small[name].both
            out(f"{name:<22}{times:>8.2f}{plain:>14.2f}\n")
    deep = large["listing, last page"].both / large["listing"].both
    out(f"last page against first pages at {LARGE:,}: {deep:.2f}\n")


def labels() -> str:
    """One sheet of labels, drawn in a process that has done nothing else."""
    command = [sys.executable, "-m", "bench.labels"]
    done = subprocess.run(command, env=environment(SMALL), check=True, stdout=subprocess.PIPE)  # noqa: S603
    return done.stdout.decode()


def main() -> None:
    options = argparse.ArgumentParser(prog="bin/bench")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--times", type=int, default=60, help="requests per page and round")
    given = options.parse_args()
    small = measured(SMALL, given.rounds, given.times)
    large = measured(LARGE, given.rounds, given.times)
    sys.stdout.write(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"Django {django.__version__}; one gunicorn worker each, "
        f"{given.rounds} rounds of {given.times} requests, medians\n"
    )
    table(SMALL, small)
    table(LARGE, large)
    compare(small, large)
    sys.stdout.write(labels())


main()
