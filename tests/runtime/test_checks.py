"""The table of ``bin/check``, and a browser that is not there."""

import shutil
from pathlib import Path

import pytest

from ocop_market.runtime import checks
from ocop_market.runtime.checks import Row, Step
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.supervisor import Supervisor

SKIPPED = '<testsuites><testsuite tests="5" skipped="1" failures="0" errors="0"/></testsuites>'


@pytest.fixture
def idle(tmp_path: Path) -> Supervisor:
    """Never entered: signals of the test run stay as they are."""
    return Supervisor(DataDir(tmp_path), print)


@pytest.mark.parametrize(("ci", "state", "code"), [("", "passed", 0), ("true", "FAILED", 1)])
def test_no_browser_is_a_skip_for_a_person_and_a_failure_for_ci(
    idle: Supervisor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    state: str,
    code: int,
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    report = tmp_path / "report.xml"
    report.write_text(SKIPPED)
    row = checks._run(idle, Step("pytest", ["true"], {}, report), {"PATH": "/usr/bin:/bin"})
    assert row.state == state
    assert checks._summary([row], 0.1) == code
    assert "sudo apt-get install chromium" in capsys.readouterr().out


def test_a_skipped_test_fails_in_ci(
    idle: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.xml"
    step = Step("pytest", ["true"], {}, report)
    for ci, state in (("", "passed"), ("true", "FAILED")):
        monkeypatch.setenv("CI", ci)
        report.write_text(SKIPPED)
        row = checks._run(idle, step, {"PATH": "/usr/bin:/bin"})
        assert (row.state, row.passed, row.skipped) == (state, 4, 1)


def test_last_line_counts_tests_and_steps(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        Row("ruff check", "passed", 0.2),
        Row("mypy", "FAILED", 9.0),
        Row("pytest", "FAILED", 60.0, "40 passed, 2 failed, 0 skipped", passed=40, failed=2),
    ]
    assert checks._summary(rows, 70) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "41 passed, 3 failed"


def test_pytest_that_ended_without_a_report_says_so(
    idle: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    step = Step("pytest", ["false"], {}, tmp_path / "none.xml")
    row = checks._run(idle, step, {"PATH": "/usr/bin:/bin"})
    assert (row.state, row.note) == ("FAILED", "pytest ended without a report")


def test_every_lane_is_run(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    data.open()
    names = [step.name for step in checks.steps(data)]
    assert set(names) == {
        "ruff check",
        "ruff format",
        "mypy",
        "lint-imports",
        "django check",
        "migrations",
        "pytest",
    }
    data.close()
