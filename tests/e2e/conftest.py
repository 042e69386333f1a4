"""A whole market for the browser: its own database, web server, Celery worker and outbox relay.

The tests talk to it only as people do, over HTTP; nothing is mocked and nothing is eager.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ocop_market.runtime import locate

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DESKTOP = {"width": 1280, "height": 900}
PASSWORD = "ocop-demo"
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SET_UP = (
    ("migrate", "--verbosity=0"),
    ("collectstatic", "--noinput", "--verbosity=0"),
    ("load_reference",),
    ("import_recognitions", "ratings/reference/recognised-products.csv", "--quiet"),
    ("seed_demo", "--products", "60"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skipif(not CHROMIUM, reason="no Chromium"))


@dataclass(frozen=True)
class Market:
    """Where the market under test answers, and where its mails are kept."""

    url: str
    mails: Path
    env: dict[str, str]

    def letters(self) -> list[EmailMessage]:
        """Every mail sent so far, oldest file first."""
        found = []
        for file in sorted(self.mails.glob("*.log"), key=lambda path: path.stat().st_mtime):
            for raw in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                if raw.strip():
                    letter = message_from_bytes(raw.lstrip(), policy=policy.default)
                    assert isinstance(letter, EmailMessage)
                    found.append(letter)
        return found

    def wait_for_letters(self, count: int, *, seconds: float = 30) -> list[EmailMessage]:
        """The mails, once there are ``count``; fails with what came when they do not."""
        deadline = time.monotonic() + seconds
        while len(letters := self.letters()) < count and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(letters) >= count, [letter["To"] for letter in letters]
        return letters

    def wait_for_letter(self, *, to: str, about: str, seconds: float = 30) -> EmailMessage:
        """The mail to this address that says this; fails when it does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for letter in self.letters():
                body = letter.get_body(("plain",))
                if to in str(letter["To"]) and body and about in body.get_content():
                    return letter
            time.sleep(0.2)
        raise AssertionError(f"nobody wrote to {to} about {about}")

    def manage(self, *words: str) -> str:
        """Run a management command beside the market; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=20)  # noqa: S310 - loopback
            return
        except OSError:  # refused, reset or too slow: not up yet
            assert process.poll() is None, "the web server ended"
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


def _web(module: str, port: int) -> list[str]:
    return ["gunicorn", module, f"--bind=127.0.0.1:{port}", "--threads=8"]


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    data = tmp_path_factory.mktemp("market")
    server = locate.database_url()
    name = f"e2e_{os.getpid()}"
    parts = urlsplit(server)
    port = _free_port()
    env = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
        "MARKET_DATA": str(data),
        "CELERY_KEY_PREFIX": f"{name}:",
        "REDIS_URL": urlunsplit(urlsplit(locate.redis_url())._replace(path="/3")),
        "PORT": str(port),
        "DEBUG": "false",
    }
    env.pop("SITE_URL", None)
    admin = psycopg2.connect(server)
    admin.autocommit = True
    admin.cursor().execute(f"CREATE DATABASE {name}")
    running: list[subprocess.Popen[bytes]] = []
    market = Market(f"http://127.0.0.1:{port}", data / "mail", env)
    try:
        for words in SET_UP:
            market.manage(*words)
        log = (data / "log.txt").open("wb")
        for command in (
            _web("ocop_market.wsgi", port),
            ["celery", "-A", "ocop_market", "worker", "--concurrency=1", "--loglevel=WARNING"],
        ):
            running.append(
                subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env, stdout=log, stderr=log)
            )
        relay = [sys.executable, "manage.py", "relay_outbox"]
        running.append(subprocess.Popen(relay, cwd=ROOT, env=env, stdout=log, stderr=log))
        _wait(market.url + "/healthz", running[0])
        yield market
        market.manage("check_invariants")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()


@pytest.fixture
def market_in_three_years(market: Market) -> Iterator[Market]:
    """The market 36 months and a day on: a web server over the same database and cache.

    It has no worker, relay or beat, so nothing but its clock tells it that time has passed.
    """
    port = _free_port()
    env = {**market.env, "MONTHS_LATER": "36", "PORT": str(port)}
    with (market.mails.parent / "later.txt").open("wb") as log:
        command = [sys.executable, "-m", *_web("tests.e2e.later", port)]
        web = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    later = replace(market, url=f"http://127.0.0.1:{port}", env=env)
    try:
        _wait(later.url + "/healthz", web)
        yield later
    finally:
        web.terminate()
        web.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, market: Market) -> Iterator[object]:
    """``visit(size=PHONE, javascript=False)`` opens a visitor's own window on the market."""
    contexts: list[BrowserContext] = []

    def open_window(size: dict[str, int] = PHONE, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=market.url,
            viewport=size,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            locale="vi-VN",
            has_touch=size in (PHONE, TABLET),
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page: Page, login: str) -> None:
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label(re.compile("email|điện thoại", re.IGNORECASE)).first.fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
