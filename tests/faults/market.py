"""A market of one's own, started as people start it, and ways to hurt it."""

import http.client
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ocop_market.runtime import ports, processes
from ocop_market.runtime.datadir import DataDir

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
TMN, SECRET, BANK_SECRET = "FAULTS01", "faults-vnpay", "faults-bank"
GATEWAY_PAGE = f"http://{HOST}:9/vpcpay.html"  # nobody listens there: buyers are told where to go, and pay
# What is said of another market on this machine must not reach this one.
_OUTSIDE = ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE", "SECRET_KEY", "PORT")
VICTIMS = ("web", "worker", "relay", "postgres")


class Market:
    """Use as a context manager: leaving it stops the market and removes its folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ocop-faults-"))
        self.folder.chmod(0o711)  # the user of Postgres must walk through
        self.data = DataDir(self.folder / "data")
        self.port = ports.pick(None, 18700)
        self.killed: Counter[str] = Counter()
        self.env = {name: value for name, value in os.environ.items() if name not in _OUTSIDE} | {
            "MARKET_DATA": str(self.data.path),
            "PORT": str(self.port),
            "VNPAY_TMN_CODE": TMN,
            "VNPAY_HASH_SECRET": SECRET,
            "VNPAY_PAY_URL": GATEWAY_PAGE,
            "VNPAY_API_URL": f"http://{HOST}:9/api",
            "BANK_WEBHOOK_SECRET": BANK_SECRET,
        }

    def __enter__(self) -> "Market":
        self.log = open(self.folder / "supervisor.log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ocop_market.runtime", "--no-demo", "--data", str(self.data.path)],
            env=self.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        if not processes.wait_until(lambda: "Ready:" in self.said() or self.process.poll() is not None, 400):
            self.__exit__()
            raise SystemExit("the market does not become ready")
        if self.process.poll() is not None:
            raise SystemExit(f"the market ended:\n{self.said()}")
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        return (self.folder / "supervisor.log").read_text(encoding="utf-8")

    def use_from_here(self) -> None:
        """Let this process read the market's database through Django."""
        for name in _OUTSIDE:
            os.environ.pop(name, None)
        os.environ |= {name: self.env[name] for name in ("MARKET_DATA", "BANK_WEBHOOK_SECRET")}
        os.environ["DJANGO_SETTINGS_MODULE"] = "ocop_market.settings"
        import django

        django.setup()

    # --- hurting ----------------------------------------------------------------------
    def kill(self, chance: random.Random) -> bool:
        """SIGKILL one process of this market, whole or (web, postgres) one that serves; False if none was up.

        Named by the register in its data folder, and only while the start time agrees.
        """
        name = chance.choice(VICTIMS)
        entry = self.data.read("processes.json").get(name)
        if not entry or processes.start_mark(entry["pid"]) != entry["mark"]:
            return False
        pid, what = entry["pid"], name
        serving = [
            child for child in _children(pid) if name == "web" or "ocop" in processes.command_line(child)
        ]
        if name in ("web", "postgres") and serving and chance.random() < 0.6:
            pid, what = chance.choice(serving), f"{name}, one of those serving"
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.killed[what] += 1
        return True

    def is_up(self) -> bool:
        running = self.data.read("processes.json")
        if not all(
            name in running and processes.start_mark(running[name]["pid"]) == running[name]["mark"]
            for name in VICTIMS
        ):
            return False
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def recover(self, seconds: float) -> float:
        """Wait until everything runs again; how long it took."""
        begun = time.monotonic()
        if not processes.wait_until(self.is_up, seconds, pause=0.3):
            raise SystemExit(f"the market did not come back:\n{self.said()[-3000:]}")
        return time.monotonic() - begun


def _children(pid: int) -> list[int]:
    try:
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
