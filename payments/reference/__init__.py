"""Rates of law, as dated data with their source."""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rate:
    """Withholding of one kind of revenue in basis points (1 % = 100), from the first day on."""

    category: str
    valid_from: dt.date
    vat: int
    pit: int
    source: str


@cache
def withholding_rates() -> tuple[Rate, ...]:
    """All rates, the latest first."""
    with (_FOLDER / "withholding.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Rate(
                row["category"],
                dt.date.fromisoformat(row["valid_from"]),
                int(row["vat"]),
                int(row["pit"]),
                row["source"],
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(rows, key=lambda rate: rate.valid_from, reverse=True))
