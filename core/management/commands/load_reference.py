"""Official data of every app: units, taxonomy, criteria sets."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction


class Command(BaseCommand):
    help = "Load the official data that each app keeps in its reference package. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for app in apps.get_app_configs():
                if find_spec(f"{app.name}.reference") is None:
                    continue
                reference = import_module(f"{app.name}.reference")
                if not hasattr(reference, "load"):
                    continue
                counts = ", ".join(f"{count:,} {name}" for name, count in reference.load().items())
                self.stdout.write(f"{app.name}: {counts}")
                # What the data is known to lack is said, not repaired.
                for line in getattr(reference, "problems", list)():
                    self.stdout.write(f"  {line}")
