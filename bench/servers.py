"""gunicorn under measurement: CPU time of its worker and of Postgres from /proc."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(_stat(int(entry.name))[1]) == parent:
                    found.append(int(entry.name))
            except (OSError, IndexError):
                continue
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far, in seconds (clock ticks of 10 ms)."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK


@dataclass
class Server:
    """One gunicorn with one synchronous worker, so that CPU per request is not blurred."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def worker_cpu(self) -> float:
        """Seconds used by gunicorn's worker so far."""
        return sum(cpu_seconds(pid) for pid in _children(self.process.pid))

    def database_cpu(self) -> float:
        """Seconds used by this server's Postgres backends; 0 where they run elsewhere."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.name])
            pids = [row[0] for row in cursor.fetchall()]
        total = 0.0
        for pid in pids:
            try:
                total += cpu_seconds(pid)
            except OSError:
                continue
        return total


@contextmanager
def serve(name: str, module: str, settings: str) -> Iterator[Server]:
    """Start a server on a free loopback port and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--keep-alive", "30", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--threads", "4"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "DEBUG": "false", "PGAPPNAME": name}
    process = subprocess.Popen(command, env=env, stdout=sys.stderr)  # noqa: S603
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise SystemExit(f"{name} did not start")
        yield Server(name, port, process)
    finally:
        process.terminate()
        process.wait(30)
