"""Keeps a set of processes alive, and ends all of them together."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ocop_market.runtime import processes
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.processes import Spec
from ocop_market.runtime.services import Service

TICK = 0.1  # seconds between two looks at the children
LONGEST_WAIT = 30.0  # seconds before a child that keeps dying is tried again
STEADY = 60.0  # a child that lived this long starts again at once
SERVICE_START = 60.0  # seconds
RECOVERY = 600.0  # seconds a database may need after a power failure
GIVE_UP_BEFORE_READY = 3  # deaths of one child


class Stopped(Exception):
    """Somebody asked this run to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


@dataclass
class Child:
    """One process that should run, its present incarnation and when to try again."""

    respec: Callable[[], Spec]
    spec: Spec
    process: subprocess.Popen[bytes]
    since: float
    deaths: int = 0
    again_at: float | None = None

    @property
    def name(self) -> str:
        return self.spec.name


class Supervisor:
    """Use as a context manager: leaving it ends every child, newest first."""

    def __init__(self, data: DataDir, say: Callable[[str], None]) -> None:
        self.data = data
        self.say = say
        self.children: list[Child] = []
        self.hurry = False
        self._signum: int | None = None

    def __enter__(self) -> "Supervisor":
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._on_signal)
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self.hurry = self._signum is not None  # asked twice
        self._signum = self._signum or signum

    def check_stopped(self) -> None:
        """Raises Stopped once a signal came; called wherever this waits."""
        if self._signum is not None:
            raise Stopped(self._signum)

    # --- starting ---------------------------------------------------------------------
    def start(self, respec: Callable[[], Spec]) -> Child:
        """Run a process from now on; ``respec`` describes it again at every restart."""
        self.check_stopped()
        spec = respec()
        child = Child(respec, spec, processes.spawn(spec), time.monotonic())
        self.children.append(child)
        self._remember()
        return child

    def start_service(self, service: Service) -> str:
        """Start an embedded server and wait for it; its URL. Problem if it does not come up."""
        end = time.monotonic() + SERVICE_START
        while True:
            child = self.start(service.prepare)
            if self._wait_for_service(child, service):
                return service.publish()
            self.children.remove(child)
            if time.monotonic() > end:
                raise Problem(
                    f"{service.name} does not start; the end of {self.data.log(service.name)}:\n"
                    + self.data.tail(service.name)
                )
            time.sleep(0.3)  # the last processes of a killed server may still hold its memory or port

    def _wait_for_service(self, child: Child, service: Service) -> bool:
        end = time.monotonic() + RECOVERY
        while child.process.poll() is None:
            self.check_stopped()
            if service.answers():
                return True
            if time.monotonic() > end:
                raise Problem(f"{service.name} does not answer: see {self.data.log(service.name)}.")
            time.sleep(0.05)
        return False

    def run_once(self, spec: Spec) -> int:
        """Run a process to its end while the others are kept alive; its exit code."""
        child = Child(lambda: spec, spec, processes.spawn(spec), time.monotonic())
        try:
            while child.process.poll() is None:
                self.check_stopped()
                self.tend()
                time.sleep(TICK)
        finally:
            self._end([child])
        return child.process.returncode

    # --- keeping alive ----------------------------------------------------------------
    def tend(self, *, ready: bool = True) -> None:
        """Notice dead children and start them again, each time a little later."""
        now = time.monotonic()
        for child in self.children:
            if child.again_at is not None:
                if now >= child.again_at:
                    self._restart(child)
            elif child.process.poll() is not None:
                self._mourn(child, now, ready=ready)

    def _mourn(self, child: Child, now: float, *, ready: bool) -> None:
        processes.signal_group(child.process.pid, signal.SIGKILL)  # what it started dies with it
        child.deaths = 1 if now - child.since > STEADY else child.deaths + 1
        if not ready and child.deaths >= GIVE_UP_BEFORE_READY:
            raise Problem(
                f"{child.name} does not stay up; the end of {child.spec.log}:\n"
                + self.data.tail(child.name, 20)
            )
        wait = min(0.5 * 2 ** (child.deaths - 1), LONGEST_WAIT)
        child.again_at = now + wait
        self.say(
            f"{child.name} stopped ({_reason(child.process.returncode)}); starting it again in {wait:g} s."
        )

    def _restart(self, child: Child) -> None:
        try:
            child.spec = child.respec()
        except Problem as problem:
            child.deaths += 1
            child.again_at = time.monotonic() + LONGEST_WAIT
            self.say(f"{child.name} cannot start: {problem}")
            return
        child.process = processes.spawn(child.spec)
        child.since, child.again_at = time.monotonic(), None
        self._remember()

    def _remember(self) -> None:
        running = [child for child in self.children if child.again_at is None]
        try:
            self.data.remember({child.name: (child.process.pid, child.spec.stop_signal) for child in running})
        except Problem as problem:  # a full disk must not end a market that runs
            self.say(str(problem))

    # --- ending -----------------------------------------------------------------------
    def stop(self) -> None:
        """End every child: programs first and together, then the servers they need."""
        servers = [child for child in self.children if child.spec.name in ("postgres", "valkey")]
        self._end([child for child in self.children if child not in servers])
        self._end(servers)
        self.children.clear()
        self._remember()

    def _end(self, children: list[Child]) -> None:
        alive = [child for child in children if child.process.poll() is None]
        for child in alive:
            child.process.send_signal(child.spec.stop_signal)
        begun = time.monotonic()
        for child in alive:
            is_server = child.name in ("postgres", "valkey")
            while child.process.poll() is None:
                if time.monotonic() - begun > child.spec.patience or (self.hurry and not is_server):
                    processes.signal_group(child.process.pid, signal.SIGKILL)
                    child.process.wait()
                time.sleep(0.02)
        for child in children:
            if child.again_at is None:  # else its number was given back long ago
                processes.signal_group(child.process.pid, signal.SIGKILL)


def run_foreground(
    supervisor: Supervisor, argv: list[str], env: Mapping[str, str], *, cwd: Path | None = None
) -> int:
    """Run a command that keeps the terminal, with the services beside it; its exit code.

    Ctrl-C at a terminal reaches it directly; other requests to end are passed on.
    """
    try:
        process = subprocess.Popen(
            argv, env=dict(env), cwd=cwd, preexec_fn=processes.tie_to_parent(signal.SIGTERM)
        )
    except OSError as error:
        raise Problem(f"Cannot run {argv[0]}: {error.strerror}.") from error
    told = False
    while process.poll() is None:
        try:
            supervisor.check_stopped()
        except Stopped as stopped:
            if not told and not (stopped.signum == signal.SIGINT and sys.stdin.isatty()):
                process.send_signal(signal.SIGTERM)
            told = True
        supervisor.tend()
        time.sleep(TICK / 2)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _reason(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {-code}"
    return f"exit code {code}"


def say(text: str) -> None:
    """One line on the terminal, at once."""
    with contextlib.suppress(OSError):  # nobody reads any more
        print(text, flush=True)
