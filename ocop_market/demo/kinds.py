"""Kinds of goods that the demo province makes, read from the shipped lists."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
_MEASURE = re.compile(r"(\d+) (ml|lít|g|kg)$")
_FACTOR = {"ml": ("ml", 1), "lít": ("ml", 1000), "g": ("g", 1), "kg": ("g", 1000)}


@dataclass(frozen=True)
class Kind:
    """One row: province code, product set, usual pack and price range in đồng."""

    name: str
    province: str
    product_set: int
    pack: str
    low: int
    high: int
    family: str
    places: tuple[str, ...]  # short names of communes; empty: anywhere in the province
    ingredients: str
    months: tuple[int, ...]  # of harvest

    @property
    def sector(self) -> int:
        """Ngành 1 to 6 by product set."""
        return next(i for i, last in enumerate((13, 17, 20, 22, 25, 26), 1) if self.product_set <= last)


@dataclass(frozen=True)
class Pack:
    """What a pack is called and holds; ``unit`` g, ml or piece."""

    name: str
    quantity: int
    unit: str

    @property
    def double(self) -> "Pack":
        """The same with twice as much in it."""
        if self.unit == "piece":
            return Pack(f"bộ 2 × {self.name}", 2 * self.quantity, self.unit)
        amount = 2 * self.quantity
        small, large = ("g", "kg") if self.unit == "g" else ("ml", "lít")
        text = f"{amount} {small}" if amount % 1000 else f"{amount // 1000} {large}"
        container = _MEASURE.sub("", self.name).strip() or "túi"
        return Pack(f"{container} {text}", amount, self.unit)


def pack_of(text: str) -> Pack:
    """ "chai 500 ml" → 500 ml; "kg" → "túi 1 kg"; "cái", "hộp 20 túi" → one piece; "chục" → ten."""
    if text == "kg":
        return Pack("túi 1 kg", 1000, "g")
    measure = _MEASURE.search(text)
    if measure:
        unit, factor = _FACTOR[measure[2]]
        return Pack(text, int(measure[1]) * factor, unit)
    return Pack(text, 10 if text == "chục" else 1, "piece")


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of the list."""
    facts = {row["product"]: row for row in _rows("kind-facts.tsv")}
    return tuple(_kind(row, facts[row["product"]]) for row in _rows("demo-product-kinds.tsv"))


def _kind(row: dict[str, str], fact: dict[str, str]) -> Kind:
    return Kind(
        name=row["product"],
        province=row["prov"].zfill(2),
        product_set=int(row["set"]),
        pack=row["unit"],
        low=int(row["min"]),
        high=int(row["max"]),
        family=fact["family"],
        places=tuple(filter(None, fact["places"].split(";"))),
        ingredients=fact["ingredients"],
        months=tuple(int(month) for month in fact["months"].split(",") if month),
    )


def named(name: str) -> Kind:
    return next(kind for kind in all_kinds() if kind.name == name)
