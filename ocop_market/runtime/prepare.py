"""Bring a database and its files to what this version of the code expects.

One process does all steps, since starting Django costs more than most of them, and what has
not changed is skipped: a second start spends its time on serving.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RECOGNITIONS = ROOT / "ratings" / "reference" / "recognised-products.csv"
STAMPS = "prepared.json"
HAS_DEMO = "has_demo"


def prepare(data: Path, *, demo: bool) -> None:
    """Migrate, collect files, load reference data, fill an empty market; notes whether a demo lives in it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_market.settings")
    import django

    django.setup()
    stamps = _Stamps(data / STAMPS)
    _migrate()
    _collect_static(stamps)
    _load_reference(stamps)
    if demo:
        _fill(stamps)
    stamps.set(HAS_DEMO, "yes" if _has_demo() else None)


class _Stamps:
    """What was done last time, by step: a digest of everything the step depends on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.known: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.known = {}

    def set(self, step: str, digest: str | None) -> None:
        if digest is None:
            self.known.pop(step, None)
        else:
            self.known[step] = digest
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(self.known), encoding="utf-8")
        draft.replace(self.path)


def _step(title: str, action: Callable[[], object]) -> None:
    begun = time.monotonic()
    action()
    print(f"  {title} ({time.monotonic() - begun:.1f} s)", flush=True)


def _call(command: str, *args: str, **options: Any) -> None:
    from django.core.management import call_command

    call_command(command, *args, stdout=sys.stderr, **options)  # which is the log


def _migrate() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _step("Database brought up to date", lambda: _call("migrate", interactive=False, verbosity=1))


def _collect_static(stamps: _Stamps) -> None:
    """Skipped while no static file changed and the collected folder is still there."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    lines = [str(settings.STATIC_ROOT), str(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for path, storage in finder.list([]):
            seen = os.stat(storage.path(path))
            lines.append(f"{path} {seen.st_size} {seen.st_mtime_ns}")
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    if stamps.known.get("static") == digest and any(Path(settings.STATIC_ROOT).glob("*")):
        return
    _step(
        "Styles, scripts and pictures collected",
        lambda: _call("collectstatic", interactive=False, verbosity=0),
    )
    stamps.set("static", digest)


def _load_reference(stamps: _Stamps) -> None:
    """Skipped while neither the official files nor the database changed."""
    from django.apps import apps

    sources = [
        ROOT.glob(pattern) for pattern in ("*/reference/**/*", "*/management/commands/load_reference.py")
    ]
    digest = _digest(path for found in sources for path in found if path.is_file()) + _database_identity()
    if stamps.known.get("reference") == digest and apps.get_model("core", "Province").objects.exists():
        return
    _step("Official data loaded: places, product sets", lambda: _call("load_reference"))
    stamps.set("reference", digest)


def _fill(stamps: _Stamps) -> None:
    """The real recognitions and the demo province, while the market is empty or half filled."""
    from django.apps import apps

    if RECOGNITIONS.exists() and not apps.get_model("ratings", "Certificate").objects.exists():
        _step("Real recognitions imported", lambda: _call("import_recognitions", str(RECOGNITIONS)))
    identity = _database_identity()
    if apps.get_model("accounts", "User").objects.exists() and stamps.known.get("seeding") != identity:
        return
    stamps.set("seeding", identity)  # stays if this is killed, so that the next start goes on
    _step("Demo province built", lambda: _call("seed_demo"))
    stamps.set("seeding", None)


def _has_demo() -> bool:
    from django.contrib.auth import get_user_model

    return bool(get_user_model()._default_manager.filter(email="nguoimua@demo.example").exists())


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _database_identity() -> str:
    """Differs for every cluster and for a database that was dropped and made again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database"
            " WHERE datname = current_database()"
        )
        return str(cursor.fetchone()[0])
