"""The data folder: writable, with room, used by one instance at a time."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import IO, Any

from ocop_market.runtime import processes
from ocop_market.runtime.locate import SERVICES_FILE
from ocop_market.runtime.problems import Problem

ROOM_NEW = 400 * 2**20  # bytes: an empty cluster, its write-ahead log and the demo
ROOM_USED = 50 * 2**20
LOG_LIMIT = 5 * 2**20


def explain(error: OSError, path: Path) -> Problem:
    """Turn a failed file operation into what a person can do about it."""
    if error.errno == errno.ENOSPC:
        return Problem(
            f"The disk that holds {path} is full: free some space, or use --data DIR on another disk."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Problem(
            f"Cannot write in the data folder {path} ({os.strerror(error.errno)}): "
            "make it writable for this user, or use --data DIR."
        )
    return Problem(
        f"Cannot use the data folder {path}: {error.strerror or error}. Use --data DIR to choose another."
    )


class DataDir:
    """The folder that holds everything a running market keeps (default ``.data``)."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))
        self.logs = self.path / "logs"
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Make the folder, check it and take its lock; Problem if that cannot be."""
        try:
            for folder in reversed([self.path, *self.path.parents]):
                if not folder.exists():
                    folder.mkdir(mode=0o700, exist_ok=True)
                    if os.geteuid() == 0:  # the user of Postgres must walk through, whatever the umask says
                        folder.chmod(0o711)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            self._take_lock()
            self._check_room()
            for log in self.logs.glob("*.log"):
                if log.stat().st_size > LOG_LIMIT:
                    log.replace(log.with_suffix(".log.1"))
        except OSError as error:
            raise explain(error, self.path) from error

    def _take_lock(self) -> None:
        path = self.path / "market.lock"
        lock = open(path, "a+", encoding="ascii")  # noqa: SIM115 - held as long as this runs
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise Problem(
                f"The data folder {self.path} is in use by another run (process {holder}): "
                "stop that one, or start this one with --data DIR and another PORT."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _check_room(self) -> None:
        probe = self.path / ".probe"
        probe.write_bytes(b"\0" * 65536)
        probe.unlink()
        needed = ROOM_USED if (self.path / "postgres").exists() else ROOM_NEW
        if shutil.disk_usage(self.path).free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def log(self, name: str) -> Path:
        """Where the output of a process goes."""
        return self.logs / f"{name}.log"

    def tail(self, name: str, lines: int = 12) -> str:
        """The last lines of a process's output."""
        with contextlib.suppress(OSError):
            return "\n".join(
                self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
            )
        return ""

    # --- small files ------------------------------------------------------------------
    def read(self, name: str) -> dict[str, Any]:
        """A JSON file of the folder; empty if it is missing or broken."""
        try:
            content = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise explain(error, self.path) from error
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Replace a JSON file at once, readable by its owner only."""
        target = self.path / name
        draft = target.with_name(f"{name}.new")
        try:
            with open(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(content, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as error:
            raise explain(error, self.path) from error

    def services(self, **changes: Any) -> dict[str, Any]:
        """What is known of the services, after the given changes (None removes a key)."""
        known = self.read(SERVICES_FILE)
        wanted = {key: value for key, value in {**known, **changes}.items() if value is not None}
        if wanted != known:
            self.write(SERVICES_FILE, wanted)
        return wanted

    def secret(self, key: str) -> str:
        """A password or key of this folder, made on first use."""
        return str(self.services().get(key) or self.services(**{key: secrets.token_urlsafe(32)})[key])

    # --- processes of an earlier run --------------------------------------------------
    def remember(self, running: dict[str, tuple[int, int]]) -> None:
        """Write down what runs: name to process number and stop signal."""
        self.write(
            "processes.json",
            {
                name: {"pid": pid, "mark": processes.start_mark(pid), "stop": stop}
                for name, (pid, stop) in running.items()
            },
        )

    def end_leftovers(self) -> list[str]:
        """End what a killed earlier run left running; the names of what was still there."""
        found = []
        known = list(self.read("processes.json").items())
        for name, entry in reversed(known):  # services were started first and go last
            try:
                if processes.end_known(entry["pid"], entry["mark"], stop_signal=entry["stop"], patience=15):
                    found.append(name)
            except PermissionError:
                raise Problem(
                    f"An earlier run left {name} (process {entry['pid']}) under another user: "
                    "stop it, then start again."
                ) from None
        if known:
            self.write("processes.json", {})
        return found
