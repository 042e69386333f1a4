"""A province's recognition list from a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import MarketError
from ratings.services import imports

SHOWN = 200  # messages on the terminal; all of them are kept with the batch


class Command(BaseCommand):
    help = "Import recognitions from a .csv or .xlsx file. Importing a file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report, and change nothing")
        parser.add_argument("--quiet", action="store_true", help="only the table, not row by row")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {file}: {error.strerror}. Check the path.") from error
        try:
            report = imports.run(content=content, name=file.name, actor=None, dry_run=options["dry_run"])
        except MarketError as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            self._rows(report)
        self._table(report)

    def _rows(self, report: imports.Report) -> None:
        wanting = [
            line for line in report.lines if line.outcome == imports.ERROR or line.place != imports.PLACED
        ]
        for line in wanting[:SHOWN]:
            what = line.outcome if line.outcome == imports.ERROR else line.place
            name = line.raw.get("name", "")[:50]
            self.stdout.write(f"row {line.number:>5}  {what:<9} {name}: {line.message}")
        if len(wanting) > SHOWN:
            self.stdout.write(f"… and {len(wanting) - SHOWN} more, kept with the import.")

    def _table(self, report: imports.Report) -> None:
        title = f"{report.file_name}{' (dry run, nothing changed)' if report.dry_run else ''}"
        self.stdout.write(f"\n{title}")
        lines = [("rows read", len(report.lines))]
        lines += [(f"  {name}", count) for name, count in report.outcomes.items()]
        lines += [("places", sum(report.places.values()))]
        lines += [(f"  {name}", count) for name, count in report.places.items()]
        lines += [("stars left blank", report.blank_stars)]
        lines += [(f"province at the award: {name}", count) for name, count in report.before.items()]
        lines += [(f"province today: {name}", count) for name, count in report.now.items()]
        for name, count in lines:
            self.stdout.write(f"  {name:<40}{count:>7}")
