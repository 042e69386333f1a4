"""Administrative units from the files beside this module (see SOURCES.md)."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.db import connection, models, transaction

from core import names
from core.models import Commune, LegacyCommune, LegacyTarget, Province
from core.text import fold, sort_key

HERE = Path(__file__).parent
TWO_LEVELS = dt.date(2025, 7, 1)  # the reform to two levels of local government
CITIES_OF_2026 = dt.date(2026, 4, 30)  # 30/2026/QH16, 237/NQ-UBTVQH16
# Names repeat: 10,602 rows know 7,573 wards, 681 districts and 63 provinces.
_words, _key, _sort_key = cache(names.words), cache(names.key), cache(sort_key)
CHANGED_IN_2026 = frozenset(
    [
        "75",
        "22",
        "24",
        "25270",
        "25357",
        "25363",
        "26116",
        "26170",
        "26248",
        "26326",
        "26368",
        "26425",
        "26485",
    ]
)


def load() -> dict[str, int]:
    """Insert or update all units, idempotent; returns how many of each kind there are."""
    provinces = {row["code"]: row for row in _read("units-provinces.csv")}
    links = list(_read("units-legacy-to-new.csv"))
    with transaction.atomic():
        _save(Province, [_province(row) for row in provinces.values()])
        _save(Commune, [_commune(row, provinces) for row in _read("units-communes.csv")])
        _save(LegacyCommune, list({_code(row): _legacy(row) for row in links}.values()))
        LegacyTarget.objects.bulk_create(
            [
                LegacyTarget(
                    legacy_id=_code(row), commune_id=row["new_code"], is_default=row["is_default"] == "1"
                )
                for row in links
            ],
            update_conflicts=True,
            unique_fields=["legacy", "commune"],
            update_fields=["is_default"],
            batch_size=2000,
        )
        # What comes next (an import, a type-ahead) meets full tables that the planner takes for
        # empty until autovacuum passes by: a hundred times slower.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE core_province, core_commune, core_legacycommune, core_legacytarget")
    return {
        "provinces": Province.objects.count(),
        "communes": Commune.objects.count(),
        "former communes": LegacyCommune.objects.count(),
        "former → present": LegacyTarget.objects.count(),
    }


def _read(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _save(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=fields, batch_size=1000
    )


def _since(code: str) -> dt.date:
    return CITIES_OF_2026 if code in CHANGED_IN_2026 else TWO_LEVELS


def _province(row: dict[str, str]) -> Province:
    return Province(
        code=row["code"],
        name=row["full_name"],
        short_name=row["short"],
        kind=row["type"],
        search_text=fold(row["full_name"]),
        sort_key=_sort_key(row["short"]),
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        valid_from=_since(row["code"]),
    )


def _commune(row: dict[str, str], provinces: dict[str, dict[str, str]]) -> Commune:
    return Commune(
        code=row["code"],
        name=row["name"],
        short_name=row["short"],
        kind=row["type"],
        province_id=row["province_code"],
        key=_words(row["short"]),
        search_text=_searchable(row["name"], provinces[row["province_code"]]["full_name"]),
        sort_key=_sort_key(row["short"]),
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        area_km2=float(row["area_km2"]) if row["area_km2"] else None,
        valid_from=_since(row["code"]),
    )


def _legacy(row: dict[str, str]) -> LegacyCommune:
    return LegacyCommune(
        code=_code(row),
        ward=row["old_ward"],
        district=row["old_district"],
        province=row["old_province"],
        ward_key=_key(row["old_ward"]),
        district_key=_key(row["old_district"]),
        province_key=_key(row["old_province"]),
        search_text=_searchable(row["old_ward"], row["old_district"], row["old_province"]),
        is_split=row["split"] == "1",
    )


def _code(row: dict[str, str]) -> str:
    """The former code; the five island districts without a commune get one after their successor."""
    return row["old_code"] or f"H{row['new_code']}"


def _searchable(*parts: str) -> str:
    return " ".join(_words(part) for part in parts if part)
