"""A market of one's own: the command line in a process, with its own data folder."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ocop_market.runtime import ports, processes

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = [sys.executable, "-m", "ocop_market.runtime"]
# What the machine that runs the tests says about its own market must not reach these.
OUTSIDE = (
    "DATABASE_URL",
    "REDIS_URL",
    "DATABASE_URL_FILE",
    "REDIS_URL_FILE",
    "MARKET_DATA",
    "PORT",
    "SECRET_KEY",
)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def clean_env() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OUTSIDE}


@pytest.fixture
def data() -> Iterator[Path]:
    """Not in pytest's own folders: they are closed, and as root the user of Postgres must walk through."""
    folder = Path(tempfile.mkdtemp(prefix="ocop-run-"))
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def start(clean_env: dict[str, str], data: Path) -> Iterator[Start]:
    """Start the runtime with arguments; what still runs at the end is ended, then ``data`` goes."""
    begun: list[subprocess.Popen[str]] = []

    def run(*args: str, **env: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [*RUNTIME, *args],
            env={**clean_env, **env},
            cwd=ROOT,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def processes_of(folder: Path) -> list[int]:
    """Every live process that names a folder in its command or works in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        try:
            inside = os.readlink(entry / "cwd").startswith(str(folder))
        except OSError:
            inside = False
        named = re.search(rf"{re.escape(str(folder))}(/|\s|$)", processes.command_line(pid))
        if (inside or named) and pid != os.getpid() and processes.start_mark(pid):
            found.append(pid)
    return found


@pytest.fixture
def free_port() -> int:
    return ports.pick(None, 18600)
