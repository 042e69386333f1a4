"""What must always hold, asked of the database itself."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

SHOWN = 20  # rows of each broken invariant


def collect() -> dict[str, str]:
    """Name → SQL, of every app that has ``<app>.invariants.INVARIANTS``."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.invariants"):
            found |= import_module(f"{app.name}.invariants").INVARIANTS
    return found


class Command(BaseCommand):
    help = "Run the statements that must return no rows; exit 1 and print the rows if any does."

    def handle(self, *args: Any, **options: Any) -> None:
        statements = collect()
        broken = 0
        for name, sql in statements.items():
            with connection.cursor() as cursor:
                cursor.execute(sql)
                rows = cursor.fetchmany(SHOWN + 1)
                columns = [column.name for column in cursor.description]
            if not rows:
                continue
            broken += 1
            self.stdout.write(f"BROKEN {name}")
            for row in rows[:SHOWN]:
                self.stdout.write("  " + ", ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True)))
            if len(rows) > SHOWN:
                self.stdout.write("  …")
        if broken:
            raise CommandError(f"{broken} of {len(statements)} invariants do not hold.")
        self.stdout.write(f"{len(statements)} invariants hold.")
