"""The command line behind ``bin/market`` and ``bin/check``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ocop_market.runtime import market, ports, processes
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.postgres import Postgres
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.supervisor import Stopped, Supervisor, run_foreground, say
from ocop_market.runtime.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000


def parser() -> argparse.ArgumentParser:
    """Options of ``bin/market``, and the inner commands ``run``, ``check`` and ``prepare``."""
    top = argparse.ArgumentParser(
        prog="bin/market",
        description="Set up and run the market: database, pages, tasks. Safe to run again at any time.",
        epilog="PORT=8080 bin/market: another port. DATABASE_URL, REDIS_URL: servers of your own.",
    )
    top.add_argument(
        "--no-demo", action="store_true", help="start with an empty market instead of the demo province"
    )
    top.add_argument("--data", metavar="DIR", help="keep database, pictures and logs there (default: .data)")
    top.add_argument("--setup-only", action="store_true", help="set everything up, then stop before serving")
    return top


def main(argv: Sequence[str]) -> int:
    """Run a command; 1 with one line on stderr for what a person can mend."""
    try:
        match list(argv):
            case ["run", *rest]:
                return run(rest)
            case ["check", *rest]:
                from ocop_market.runtime import checks

                return checks.main(rest)
            case ["prepare", data, mode]:
                from ocop_market.runtime.prepare import prepare

                prepare(Path(data), demo=mode == "demo")
                return 0
            case rest:
                return serve(parser().parse_args(rest))
    except Problem as problem:
        print(f"\n{problem}" if sys.stderr.isatty() else str(problem), file=sys.stderr, flush=True)
        return 1
    except Stopped as stopped:
        return 130 if stopped.signum == 2 else 128 + stopped.signum


def data_folder(named: str | None, default: Path) -> DataDir:
    """``--data``, else ``MARKET_DATA``, else the default."""
    return DataDir(Path(named or os.environ.get("MARKET_DATA") or default).expanduser())


def serve(options: argparse.Namespace) -> int:
    """``bin/market``: everything up, until somebody stops it."""
    port = _port()
    data = data_folder(options.data, ROOT / ".data")
    data.open()
    for name in data.end_leftovers():
        say(f"Ended {name}, left by an earlier run that was killed.")
    if not options.setup_only:
        _check_port(port)
    with Supervisor(data, say) as supervisor:
        try:
            env = start_services(supervisor, data, {**os.environ, "PORT": str(port)})
            market.set_up(supervisor, data, env, demo=not options.no_demo)
            if options.setup_only:
                say("Set up. bin/market starts it.")
                return 0
            market.serve(supervisor, data, env, port)
        except Stopped:
            say("\nStopping; tasks that run are finished first. Ctrl-C again to stop at once.")
    say("Stopped.")
    return 0


def start_services(
    supervisor: Supervisor, data: DataDir, env: dict[str, str], *, durable: bool = True
) -> dict[str, str]:
    """Start what the environment does not name; the environment for the market's processes."""
    env = {
        "DJANGO_SETTINGS_MODULE": "ocop_market.settings",
        "PYTHONUNBUFFERED": "1",
        **env,
        "MARKET_DATA": str(data.path),
    }
    if not (env.get("SECRET_KEY") or env.get("SECRET_KEY_FILE")):
        env["SECRET_KEY"] = data.secret("secret_key")
    for name, service in (
        ("DATABASE_URL", Postgres(data, durable=durable)),
        ("REDIS_URL", Valkey(data, durable=durable)),
    ):
        if not (env.get(name) or env.get(f"{name}_FILE")):
            env[name] = supervisor.start_service(service)
    return env


def run(argv: list[str]) -> int:
    """``run [--data DIR] -- CMD…``: a command with throw-away-safe services beside it; its exit code."""
    line = argparse.ArgumentParser(prog="python -m ocop_market.runtime run")
    line.add_argument("--data", metavar="DIR")
    line.add_argument("command", nargs="+", metavar="-- CMD")
    options = line.parse_args(argv)
    data = data_folder(options.data, ROOT / ".data" / "check")
    data.open()
    data.end_leftovers()
    with Supervisor(data, say) as supervisor:
        env = start_services(supervisor, data, dict(os.environ), durable=False)
        return run_foreground(supervisor, options.command, env)


def _port() -> int:
    given = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise Problem(f"PORT={given} is not a port: use a number from 1024 to 65535, for example PORT=8080.")
    if int(given) < 1024 and os.geteuid() != 0:
        raise Problem(f"Port {given} is reserved for root: use one from 1024 up, for example PORT=8080.")
    return int(given)


def _check_port(port: int) -> None:
    if ports.is_free(port):
        return
    holder = processes.listener(port)
    raise Problem(
        f"Port {port} is in use{f' by {holder}' if holder else ' by another program'}: "
        f"stop it, or choose another port, for example PORT={port + 1 if port < 65535 else 8080} bin/market."
    )
