"""The processes of a running market, and the moment when it is ready."""

import http.client
import os
import sys
import time
from pathlib import Path

from ocop_market.runtime import standin
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.ports import HOST
from ocop_market.runtime.prepare import HAS_DEMO, STAMPS
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.processes import Spec
from ocop_market.runtime.supervisor import TICK, Supervisor

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 120.0  # seconds
MENDS_WITHIN = 10.0  # seconds a page may answer with an error: services may still come up
PAGES = ("/healthz", "/")
DEMO_LOGINS = (
    ("nguoimua@demo.example", "buyer"),
    ("chuthe@demo.example", "producer, owner"),
    ("nhanvien@demo.example", "producer, staff"),
    ("doithu@demo.example", "producer, a rival's owner"),
    ("canbo.xa@demo.example", "commune officer"),
    ("canbo.tinh@demo.example", "province officer"),
    ("lanhdao.tinh@demo.example", "province, who signs"),
    ("canbo.tinhkhac@demo.example", "officer of another province"),
    ("hoidong1@demo.example", "council member (also hoidong2 … hoidong5)"),
    ("quantri@demo.example", "system administrator"),
)
DEMO_PASSWORD = "ocop-demo"  # noqa: S105 - printed for everybody to see


def set_up(supervisor: Supervisor, data: DataDir, env: dict[str, str], *, demo: bool) -> None:
    """Migrations, files, official data and demo, in one process beside the services."""
    data.log("prepare").unlink(missing_ok=True)
    argv = [
        sys.executable,
        "-m",
        "ocop_market.runtime",
        "prepare",
        str(data.path),
        "demo" if demo else "empty",
    ]
    code = supervisor.run_once(
        Spec(name="prepare", argv=argv, env=env, cwd=ROOT, log=data.log("prepare"), talks=True),
    )
    if code:
        tail = data.tail("prepare", 1)
        if "No space left" in tail:
            raise Problem(f"The disk that holds {data.path} is full: free some space, or use --data DIR.")
        raise Problem(f"Setting up stopped ({tail or f'exit code {code}'}). All of it: {data.log('prepare')}")


def programs(data: DataDir, env: dict[str, str], port: int) -> list[Spec]:
    """Web, worker, beat and relay; in a demo without a real gateway also the stand-in for one."""
    env, gateway = standin.attach(data, env, port, demo=has_demo(data))

    def spec(name: str, *argv: str) -> Spec:
        return Spec(name=name, argv=[sys.executable, *argv], env=env, cwd=ROOT, log=data.log(name))

    celery = ("-m", "celery", "-A", "ocop_market")
    return [
        spec(
            *("web", "-m", "gunicorn", "ocop_market.wsgi:application", "--bind", f"{HOST}:{port}"),
            *("--workers", "2", "--threads", "4", "--graceful-timeout", "10", "--no-control-socket"),
        ),
        spec("worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-mingle"),
        spec("beat", *celery, "beat", "--schedule", str(data.path / "beat-schedule"), "--pidfile="),
        spec("relay", "manage.py", "relay_outbox"),
        *gateway,
    ]


def serve(supervisor: Supervisor, data: DataDir, env: dict[str, str], port: int) -> None:
    """Start the programs, say when pages answer, and keep all alive. Ends by Stopped.

    Pages come first and have the processors to themselves; what waits in the outbox loses nothing.
    """
    web, *others = programs(data, env, port)
    supervisor.start(lambda: web)
    end = time.monotonic() + READY_WITHIN
    while trouble := next(filter(None, (_trouble(port, page) for page in PAGES)), ""):
        supervisor.check_stopped()
        supervisor.tend(ready=False)
        if "status" in trouble:
            end = min(end, time.monotonic() + MENDS_WITHIN)
        if time.monotonic() > end:
            raise Problem(f"{trouble}; the end of {data.log('web')}:\n{data.tail('web', 20)}")
        time.sleep(0.25)
    for spec in others:
        supervisor.start(lambda spec=spec: spec)  # type: ignore[misc]
    announce(supervisor, data, port)
    while True:
        supervisor.check_stopped()
        supervisor.tend()
        time.sleep(TICK)


def has_demo(data: DataDir) -> bool:
    """Whether the demo province lives in this market."""
    return bool(data.read(STAMPS).get(HAS_DEMO))


def announce(supervisor: Supervisor, data: DataDir, port: int) -> None:
    """Where to go, and who can sign in."""
    supervisor.say(f"\nReady: http://{HOST}:{port}/\n")
    if has_demo(data):
        supervisor.say(f"Demo logins, password {DEMO_PASSWORD}:")
        for login, who in DEMO_LOGINS:
            supervisor.say(f"  {login:<30}{who}")
    supervisor.say(f"\nLogs: {os.path.relpath(data.logs)}/    Stop: Ctrl-C")


def _trouble(port: int, path: str) -> str:
    """Why a page is not there yet; empty if it is."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return f"The page {path} does not answer"
    finally:
        connection.close()
    return f"The page {path} answers with status {status}" if status >= 400 else ""
