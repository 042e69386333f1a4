"""``verify_trace FILE|LOT``: does the chain of events hold?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from traceability import chain, exports
from traceability.models import Lot


class Command(BaseCommand):
    help = (
        "Recompute a lot's chain of events, from an export or from the database; exit 1 and why if it fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", metavar="FILE|LOT", help="a chain export, or the code printed for a lot")

    def handle(self, *args: Any, **options: Any) -> None:
        export = self._read(options["what"])
        found = chain.faults(export)
        for fault in found:
            self.stdout.write(str(fault))
        if found:
            raise CommandError(f"{len(found)} faults: this chain does not hold.")
        self.stdout.write(f"{export['lot']}: {export['count']} events, head {export['head']}")
        if proof := export.get("proof"):
            self.stdout.write(f"first {proof['count']} under the root of {proof['day']}: {proof['root']}")

    def _read(self, what: str) -> dict[str, Any]:
        path = Path(what)
        if path.is_file():
            try:
                export = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise CommandError(f"{path} is no JSON: {error}") from error
            if isinstance(export, dict):
                return export
            raise CommandError(f"{path} is no chain export.")
        lot = Lot.objects.select_related("product", "code_row").filter(code_row__value=what.upper()).first()
        if lot is None:
            raise CommandError(f"No file and no lot with the printed code {what}.")
        return exports.of_chain(lot)
