"""Children that die, children that do not want to die, and what they started."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocop_market.runtime import processes, supervisor
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.processes import Spec
from ocop_market.runtime.supervisor import Stopped, Supervisor

FOREVER = "import time\nwhile True: time.sleep(1)"
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\n{FOREVER}"
PARENT = (
    "import subprocess, sys\n"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\n"
    + FOREVER
)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watch(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    data = DataDir(tmp_path)
    data.open()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with Supervisor(data, said.append) as running:
        yield running
    for number, handler in handlers.items():
        signal.signal(number, handler)
    data.close()


def spec(watch: Supervisor, code: str, *, name: str = "web", patience: float = 5) -> Spec:
    return Spec(
        name=name,
        argv=[sys.executable, "-c", code],
        env=dict(os.environ),
        cwd=watch.data.path,
        log=watch.data.log(name),
        patience=patience,
    )


def printed(watch: Supervisor, name: str = "web") -> str:
    assert processes.wait_until(lambda: watch.data.tail(name) != "", 10)
    return watch.data.tail(name)


def tend_until(watch: Supervisor, condition: object, seconds: float = 10) -> bool:
    def step() -> bool:
        watch.tend()
        return bool(condition())  # type: ignore[operator]

    return processes.wait_until(step, seconds)


def test_a_dead_child_comes_back_later_each_time(watch: Supervisor, said: list[str]) -> None:
    child = watch.start(lambda: spec(watch, "raise SystemExit(3)"))
    assert tend_until(watch, lambda: child.deaths == 3)
    assert [line.rpartition(" in ")[2] for line in said] == ["0.5 s.", "1 s.", "2 s."]
    assert "web stopped (exit code 3)" in said[0]


def test_before_the_first_page_a_child_that_keeps_dying_ends_the_start_with_its_last_words(
    watch: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GIVE_UP_BEFORE_READY", 1)
    child = watch.start(lambda: spec(watch, "raise SystemExit('no such module')"))
    child.process.wait(10)
    with pytest.raises(Problem, match="no such module"):
        watch.tend(ready=False)


def test_what_a_killed_child_started_dies_with_it(watch: Supervisor) -> None:
    child = watch.start(lambda: spec(watch, PARENT))
    grandchild = int(printed(watch))
    child.process.kill()
    assert tend_until(watch, lambda: processes.start_mark(grandchild) is None)


def test_stopping_ends_also_what_ignores_it(watch: Supervisor) -> None:
    child = watch.start(lambda: spec(watch, STUBBORN, patience=0.3))
    printed(watch)
    begun = time.monotonic()
    watch.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert time.monotonic() - begun < 5
    assert watch.data.read("processes.json") == {}


def test_asked_twice_it_does_not_wait(watch: Supervisor) -> None:
    child = watch.start(lambda: spec(watch, STUBBORN, patience=60))
    printed(watch)
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Stopped):
        watch.check_stopped()
    watch.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_a_full_disk_does_not_end_what_runs(
    watch: Supervisor, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Problem("The disk is full.")

    child = watch.start(lambda: spec(watch, FOREVER))
    old = child.process.pid
    monkeypatch.setattr(watch.data, "remember", full)
    child.process.kill()
    assert tend_until(watch, lambda: child.process.pid != old)
    assert "The disk is full." in said
