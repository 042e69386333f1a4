"""Vietnamese banks by BIN, as VietQR names them (source: reference/SOURCES.md)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "reference" / "banks.csv"


@dataclass(frozen=True)
class Bank:
    """``bin``: six digits. ``code``: short Latin name as on statements. ``name``: what people call it."""

    bin: str
    code: str
    name: str


@cache
def all_banks() -> tuple[Bank, ...]:
    """Every bank that takes VietQR transfers, by name."""
    with open(_FILE, encoding="utf-8", newline="") as file:
        return tuple(
            sorted((Bank(**row) for row in csv.DictReader(file)), key=lambda bank: bank.name.lower())
        )


def by_bin(bin: str) -> Bank | None:
    """The bank with this BIN; None if the list does not know it."""
    return next((bank for bank in all_banks() if bank.bin == bin), None)
