"""Programs by others, from npm, that judge what the market writes (see package.json)."""

import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
LOCK_FILE = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / ".installed-lock"
HOW_TO_GET_NODE = "no Node.js here: sudo apt-get install nodejs npm"


class Judge:
    """The judges in one Node process, asked one question at a time."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", str(FOLDER / "judge.cjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, judge: str, **question: Any) -> Any:
        """The answer; AssertionError with the judge's own words where it has none."""
        said = self.words(judge, **question)
        assert "error" not in said, said["error"]
        return said.get("answer")

    def words(self, judge: str, **question: Any) -> dict[str, Any]:
        """``{"answer": …}`` or ``{"error": "…"}``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"judge": judge, **question}) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))


def install() -> None:
    """``npm ci`` where the lock changed; one of several test workers does it, the others wait."""
    with (FOLDER / "node_modules.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if INSTALLED.exists() and INSTALLED.read_bytes() == LOCK_FILE.read_bytes():
            return
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        INSTALLED.write_bytes(LOCK_FILE.read_bytes())


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip(HOW_TO_GET_NODE)
    install()
    judge = Judge()
    yield judge
    judge.process.terminate()
    judge.process.wait(10)
