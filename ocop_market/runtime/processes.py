"""Starting, recognising and ending processes so that none is left behind.

A child has a session of its own, so that Ctrl-C at the terminal reaches only the supervisor,
which then stops the children in order. On Linux the kernel signals each child when the
supervisor dies (PR_SET_PDEATHSIG), so that even ``kill -9`` leaves no orphan; elsewhere the
next start ends what the register of processes still names.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Spec:
    """What to run. ``patience`` is in seconds; ``run_as`` holds Popen's user and group."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    stop_signal: int = signal.SIGTERM
    patience: float = 15.0
    run_as: Mapping[str, Any] = field(default_factory=dict)
    talks: bool = False  # its stdout goes to the terminal, only its stderr to the log


def tie_to_parent(stop_signal: int) -> Callable[[], None] | None:
    """A hook for ``Popen(preexec_fn=…)``: the child gets ``stop_signal`` when its parent dies."""
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def hook() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def spawn(spec: Spec) -> subprocess.Popen[bytes]:
    """Start a child in its own session, its output appended to ``spec.log``."""
    with open(spec.log, "ab") as log:
        return subprocess.Popen(
            list(spec.argv),
            env=dict(spec.env),
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            stdout=None if spec.talks else log,
            stderr=log,
            start_new_session=True,
            preexec_fn=tie_to_parent(spec.stop_signal),
            **spec.run_as,
        )


def start_mark(pid: int) -> str | None:
    """When process ``pid`` started, in the system's own notation; None if it does not run.

    Together with the number this names one process for good: numbers are used again.
    """
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()  # the name before may hold blanks and brackets
        return None if fields[0] in "ZX" else fields[19]
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = shown.stdout.strip().partition(" ")
    return started.strip() if state and not state.startswith("Z") else None


def command_line(pid: int) -> str:
    """The command of a process, for messages; empty if it cannot be read."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def signal_group(pid: int, signum: int) -> None:
    """Signal everything in the session that ``pid`` leads; nothing if it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signum)


def end_known(pid: int, mark: str, *, stop_signal: int, patience: float) -> bool:
    """End a process that an earlier run left; True if it was still there.

    Raises PermissionError if it belongs to somebody else.
    """
    now = start_mark(pid)
    found = now is not None and now == mark
    if found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
        wait_until(lambda: start_mark(pid) != mark, patience)
    if found or now is None:  # what it started may live on: the number is not given out again until that ends
        signal_group(pid, signal.SIGKILL)
        wait_until(lambda: not _group_exists(pid), 5)
    return found


def _group_exists(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float, *, pause: float = 0.05) -> bool:
    """Wait for a condition; False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def listener(port: int) -> str:
    """Who listens on a TCP port of this machine: ``nginx (process 812)``; empty if unknown."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                cells = line.split()
                if cells[3] == "0A" and int(cells[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{cells[9]}]")
    for folder in Path("/proc").glob("[0-9]*/fd") if inodes else ():
        with contextlib.suppress(OSError):
            if any(os.readlink(entry) in inodes for entry in folder.iterdir()):
                pid = int(folder.parent.name)
                return f"process {pid} ({command_line(pid)[:60]})"
    return ""
