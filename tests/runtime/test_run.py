"""``run -- CMD``: services beside a command, gone with it, whatever ends them."""

import json
import os
import shutil
import signal
from pathlib import Path

import psycopg2
import pytest

from ocop_market.runtime import processes
from ocop_market.runtime.postgres import SHARED_HOME

from .conftest import Start, processes_of

SLEEP = ("--", "sleep", "60")


def wait_for_services(data: Path) -> dict[str, int]:
    """Numbers of the service processes, once both URLs are written down."""

    def known() -> bool:
        try:
            return "redis_url" in json.loads((data / "services.json").read_text())
        except (OSError, ValueError):
            return False

    assert processes.wait_until(known, 30)
    return {name: entry["pid"] for name, entry in json.loads((data / "processes.json").read_text()).items()}


def url(data: Path) -> str:
    return str(json.loads((data / "services.json").read_text())["database_url"])


def sql(data: Path, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url(data))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_returns_the_exit_code_and_leaves_no_process(start: Start, data: Path) -> None:
    script = 'test -n "$DATABASE_URL" && test -n "$REDIS_URL" && test "$MARKET_DATA" = "$0" && exit 7'
    process = start("run", "--data", str(data), "--", "sh", "-c", script, str(data))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (7, "", "")
    assert processes_of(data) == []
    assert (data / "services.json").stat().st_mode & 0o077 == 0


def test_a_command_that_dies_by_a_signal_counts_as_the_shell_counts_it(start: Start, data: Path) -> None:
    process = start("run", "--data", str(data), "--", "sh", "-c", "kill -9 $$")
    process.communicate(timeout=60)
    assert process.returncode == 137


def test_a_missing_command_is_one_line(start: Start, data: Path) -> None:
    process = start("run", "--data", str(data), "--", "no-such-program")
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "Cannot run no-such-program: No such file or directory.\n")


def test_sigterm_ends_everything(start: Start, data: Path) -> None:
    process = start("run", "--data", str(data), *SLEEP)
    wait_for_services(data)
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert processes_of(data) == []


def test_killed_supervisor_leaves_no_orphan_and_nothing_is_lost(start: Start, data: Path) -> None:
    process = start("run", "--data", str(data), *SLEEP)
    services = wait_for_services(data)
    sql(data, "CREATE TABLE kept AS SELECT 42 AS answer")
    process.kill()
    assert processes.wait_until(lambda: processes_of(data) == [], 15)
    assert all(processes.start_mark(pid) is None for pid in services.values())
    again = start("run", "--data", str(data), *SLEEP)
    assert processes.wait_until(lambda: wait_for_services(data).items().isdisjoint(services.items()), 30)
    assert processes.wait_until(lambda: _answers(data), 30)
    assert sql(data, "SELECT answer FROM kept") == [(42,)]
    assert again.poll() is None


@pytest.mark.parametrize("victim", ["postgres", "valkey"])
def test_a_killed_service_comes_back_at_the_same_address(start: Start, data: Path, victim: str) -> None:
    process = start("run", "--data", str(data), *SLEEP)
    old = wait_for_services(data)[victim]
    address = json.loads((data / "services.json").read_text())
    os.kill(old, signal.SIGKILL)
    assert processes.wait_until(lambda: wait_for_services(data).get(victim, old) != old, 20)
    assert processes.wait_until(lambda: _answers(data), 20)
    assert json.loads((data / "services.json").read_text()) == address
    process.terminate()
    out, _ = process.communicate(timeout=30)
    assert f"{victim} stopped (signal 9)" in out


def test_services_left_by_a_run_that_could_not_clean_up_are_ended(start: Start, data: Path) -> None:
    """As where the kernel has no parent-death signal: the register of processes is all there is."""
    stray = start("run", "--data", str(data.with_name("other")), *SLEEP)
    wait_for_services(data.with_name("other"))
    data.mkdir(mode=0o711)
    entry = {"pid": stray.pid, "mark": processes.start_mark(stray.pid), "stop": int(signal.SIGTERM)}
    (data / "processes.json").write_text(json.dumps({"web": entry}))
    start("run", "--data", str(data), "--", "true").communicate(timeout=60)
    assert stray.wait(30) == 128 + signal.SIGTERM


def test_a_number_that_was_given_to_somebody_else_is_left_alone(start: Start, data: Path) -> None:
    data.mkdir(mode=0o711)
    entry = {"pid": os.getpid(), "mark": "0", "stop": int(signal.SIGKILL)}
    (data / "processes.json").write_text(json.dumps({"web": entry}))
    process = start("run", "--data", str(data), "--", "true")
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_stale_lock_of_postgres_that_names_a_stranger_does_not_stop_it(start: Start, data: Path) -> None:
    start("run", "--data", str(data), "--", "true").communicate(timeout=60)
    lock = data / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{data}/postgres\n1700000000\n15999\n\n127.0.0.1\n")
    owner = (data / "postgres").stat()
    os.chown(lock, owner.st_uid, owner.st_gid)
    process = start("run", "--data", str(data), "--", "true")
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_lost_secrets_do_not_lose_the_database(start: Start, data: Path) -> None:
    start("run", "--data", str(data), "--", "true").communicate(timeout=60)
    (data / "services.json").unlink()
    process = start("run", "--data", str(data), *SLEEP)
    wait_for_services(data)
    assert sql(data, "SELECT 1") == [(1,)]
    assert process.poll() is None


def test_a_closed_folder_stays_closed_and_works(start: Start, tmp_path: Path) -> None:
    """As root the cluster moves to where Postgres can walk; as a user it stays in the folder."""
    tmp_path.chmod(0o700)
    data = tmp_path / "data"
    process = start("run", "--data", str(data), "--", "true")
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    home = (data / "postgres").resolve().parent
    if os.geteuid() != 0:
        assert home == data
        return
    try:
        assert home.parent == SHARED_HOME
        assert str(data) in (home / "README").read_text()
    finally:
        shutil.rmtree(home)


def _answers(data: Path) -> bool:
    try:
        return sql(data, "SELECT 1") == [(1,)]
    except psycopg2.OperationalError:
        return False
