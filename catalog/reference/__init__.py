"""The OCOP taxonomy: 6 sectors, 17 groups, 26 product sets, each row with its source.

The counts are those reported of QĐ 26/2026/QĐ-TTg; names that could not be compared with the
text of the decision say so in their source. Sale modes are the market's own: community tourism
is booked, not put into a cart, and alcohol is only shown.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import models, transaction

from catalog.models import Product, ProductGroup, ProductSet, Sector
from catalog.services import listing

FILE = Path(__file__).with_name("taxonomy.csv")


def rows(level: str) -> Iterator[dict[str, str]]:
    """Rows of one level: "sector", "group" or "set"."""
    with FILE.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["level"] == level)


def load() -> dict[str, int]:
    """Write the taxonomy; running it again changes nothing. Returns rows by kind."""
    with transaction.atomic():
        sectors = [
            Sector(code=int(r["code"]), name=r["name"], slug=r["slug"], source=r["source"])
            for r in rows("sector")
        ]
        groups = [
            ProductGroup(code=int(r["code"]), sector_id=int(r["parent"]), name=r["name"], source=r["source"])
            for r in rows("group")
        ]
        sets = [
            ProductSet(
                code=int(r["code"]),
                group_id=int(r["parent"]),
                name=r["name"],
                slug=r["slug"],
                sale_mode=r["sale_mode"],
                source=r["source"],
            )
            for r in rows("set")
        ]
        before = dict(ProductSet.objects.values_list("code", "sale_mode"))
        _upsert(Sector, sectors, ["name", "slug", "source"])
        _upsert(ProductGroup, groups, ["sector", "name", "source"])
        _upsert(ProductSet, sets, ["group", "name", "slug", "sale_mode", "source"])
        moved = [s.code for s in sets if before.get(s.code, s.sale_mode) != s.sale_mode]
        if moved:
            listing.refresh(
                product_ids=Product.objects.filter(product_set__in=moved).values_list("pk", flat=True)
            )
    return {"sectors": len(sectors), "groups": len(groups), "sets": len(sets)}


def _upsert(model: type[models.Model], objects: Sequence[models.Model], fields: list[str]) -> None:
    model._default_manager.bulk_create(
        objects, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
