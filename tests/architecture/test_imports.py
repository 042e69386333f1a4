"""An arrow only goes down: the import contracts hold, and they bite."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOMS, ROOT


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    only_python = shutil.ignore_patterns("__pycache__", "tests", "*.csv", "*.webp")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=only_python)
    return folder


def test_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("core", "import orders.models"),  # upward
        ("ratings", "from traceability import models"),  # to a sibling
        ("orders", "import ratings.models"),  # downward, but forbidden by a contract of its own
    ],
)
def test_a_planted_import_breaks_them(copy, place, line):
    planted = copy / place / "planted.py"
    planted.write_text(line + "\n", encoding="utf-8")
    try:
        result = lint(copy)
    finally:
        planted.unlink()
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{place}.planted" in result.stdout
