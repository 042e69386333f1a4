"""``bin/check``: every check of the project, one table at the end."""

import argparse
import os
import shutil
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocop_market.runtime import cli
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.supervisor import Supervisor, run_foreground, say

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "Browser tests are skipped, no Chromium here: sudo apt-get install chromium"
NO_TESTS_COLLECTED = 5  # pytest's exit code


@dataclass
class Step:
    """One check: its name, what to run, what differs in its environment (None removes)."""

    name: str
    argv: list[str]
    changes: Mapping[str, str | None]
    report: Path | None = None  # pytest's results


@dataclass
class Row:
    """One line of the table."""

    name: str
    state: str
    seconds: float
    note: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def steps(data: DataDir) -> list[Step]:
    """All checks, quick ones first."""
    manage = [sys.executable, "manage.py"]
    report = data.path / "tests.xml"
    pytest = [sys.executable, "-m", "pytest", "--create-db", "-n", "2", "--no-loadscope-reorder"]
    # What an operator would set, so that Django's own advice for production can be heard.
    production: dict[str, str | None] = {
        "MARKET_DATA": None,
        "DEBUG": None,
        "SECRET_KEY": data.secret("secret_key") + data.secret("second_key"),
        "ALLOWED_HOSTS": "market.example",
        "SITE_URL": "https://market.example",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    }
    return [
        Step("ruff check", [_tool("ruff"), "check", "."], {}),
        Step("ruff format", [_tool("ruff"), "format", "--check", "."], {}),
        Step("lint-imports", [_tool("lint-imports")], {}),
        Step("mypy", [_tool("mypy"), "."], {}),
        Step("django check", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        Step("pytest", [*pytest, f"--junitxml={report}"], {}, report),
    ]


def main(argv: Sequence[str]) -> int:
    """Run the checks; 0 only if all passed."""
    line = argparse.ArgumentParser(
        prog="bin/check", description="Linters, contracts, migrations and all tests."
    )
    line.add_argument(
        "only", nargs="*", metavar="STEP", help="run only these, for example: bin/check mypy pytest"
    )
    line.add_argument("--data", metavar="DIR", help="keep the test services there (default: .data/check)")
    options = line.parse_args(argv)
    data = DataDir(Path(options.data or ROOT / ".data" / "check"))
    chosen = [step for step in steps_after_opening(data) if not options.only or step.name in options.only]
    if not chosen:
        raise Problem(f"No such step; there are: {', '.join(step.name for step in steps(data))}.")
    begun = time.monotonic()
    with Supervisor(data, say) as supervisor:
        env = cli.start_services(supervisor, data, dict(os.environ), durable=False)
        rows = [_run(supervisor, step, env) for step in chosen]
    return _summary(rows, time.monotonic() - begun)


def steps_after_opening(data: DataDir) -> list[Step]:
    """The steps, once the folder they write to is ours."""
    data.open()
    data.end_leftovers()
    return steps(data)


def _run(supervisor: Supervisor, step: Step, env: Mapping[str, str]) -> Row:
    """One step, its output straight to the terminal."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    in_ci = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    say(f"\n== {step.name}")
    wanted = {**env, **step.changes, "CHROMIUM": browser}
    begun = time.monotonic()
    code = run_foreground(supervisor, step.argv, {k: v for k, v in wanted.items() if v is not None}, cwd=ROOT)
    supervisor.check_stopped()
    row = Row(step.name, "FAILED" if code else "passed", time.monotonic() - begun)
    if step.report:
        _count(row, step.report)
        if not browser:
            say(NO_BROWSER)
        if code == NO_TESTS_COLLECTED:
            row.note = "no test was found"
        elif in_ci and row.skipped:
            row.state, row.note = "FAILED", "in CI a skipped test is a failure"
    return row


def _count(row: Row, report: Path) -> None:
    """Add what pytest wrote into its JUnit file."""
    try:
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - our own file
    except (OSError, ET.ParseError):
        row.note = "pytest ended without a report"
        return
    for suite in suites:
        total, row.skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        row.failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        row.passed = total - row.failed - row.skipped
    row.note = f"{row.passed} passed, {row.failed} failed, {row.skipped} skipped"
    report.unlink()


def _summary(rows: list[Row], seconds: float) -> int:
    """The table, then one line that counts the tests; the exit code."""
    write: Callable[[str], None] = say
    write(f"\n{'Check':<16}{'Result':<10}{'Seconds':>8}")
    for row in rows:
        write(f"{row.name:<16}{row.state:<10}{row.seconds:>8.1f}  {row.note}".rstrip())
    write(f"{'all':<16}{'':<10}{seconds:>8.1f}\n")
    bad = [row for row in rows if row.state == "FAILED"]
    passed = sum(row.passed for row in rows) + sum(row.state == "passed" and not row.note for row in rows)
    failed = sum(row.failed for row in rows) + sum(not row.failed for row in bad)
    skipped = sum(row.skipped for row in rows)
    write(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if bad else 0
