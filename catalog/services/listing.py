"""Derived columns of products: what cards show and what search reads."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from catalog import search
from catalog.models import Product, ProductImage, SaleMode, Variant
from catalog.prices import unit_price
from catalog.selectors import availability
from core.services import freshness
from producers.models import ProducerStatus

_postponed: ContextVar[set[int] | None] = ContextVar("postponed", default=None)
_CHUNK = 1000

# One statement for any number of products; untouched rows are not written again.
_UPDATE = """
UPDATE catalog_product AS p SET
  price_from = d.price_from, price_pack = d.price_pack, unit_price = d.unit_price,
  main_variant_id = d.main_variant_id, on_sale = d.on_sale, in_stock = d.in_stock,
  cover = d.cover, search_name = d.search_name, search_rest = d.search_rest
FROM unnest(
  %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::boolean[], %s::boolean[],
  %s::text[], %s::text[], %s::text[]
) AS d(id, price_from, price_pack, unit_price, main_variant_id, on_sale, in_stock, cover,
       search_name, search_rest)
WHERE p.id = d.id
  AND (p.price_from, p.price_pack, p.unit_price, p.main_variant_id, p.on_sale, p.in_stock,
       p.cover, p.search_name, p.search_rest)
  IS DISTINCT FROM
      (d.price_from, d.price_pack, d.unit_price, d.main_variant_id, d.on_sale, d.in_stock,
       d.cover, d.search_name, d.search_rest)
"""


@contextmanager
def postponed() -> Iterator[None]:
    """Inside, ``refresh`` only remembers its products; they are refreshed once, at the end.

    For builders that make a product in many steps. Part of the surrounding transaction, if any.
    """
    if _postponed.get() is not None:
        yield
        return
    waiting: set[int] = set()
    token = _postponed.set(waiting)
    try:
        yield
    finally:
        _postponed.reset(token)
    refresh(product_ids=waiting)


def refresh(*, product_ids: Iterable[int], stock_only: bool = False) -> None:
    """Recompute the derived columns of products, in four statements per thousand of them.

    Makes the catalogue's pages and those of the products stale after commit; where only stock has
    changed, which pages read afresh, not unless a derived column did. Ids that do not exist are
    passed over.
    """
    ids = sorted(set(product_ids))
    waiting = _postponed.get()
    if waiting is not None:
        waiting.update(ids)
        return
    if not ids:
        return
    with transaction.atomic():
        changed = sum(_refresh(ids[start : start + _CHUNK]) for start in range(0, len(ids), _CHUNK))
        if len(ids) > _CHUNK:
            freshness.bump_on_commit()
        elif changed or not stock_only:
            freshness.bump_on_commit(freshness.CATALOGUE, *map(freshness.of_product, ids))


def _refresh(ids: list[int]) -> int:
    """The number of rows that changed."""
    # Locked, so that of two transactions at once the later sees what the earlier wrote.
    list(Product.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    variants = _variants(ids)
    covers = _covers(ids)
    rows = [_row(facts, variants, covers) for facts in _facts(ids)]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount


def _facts(ids: list[int]) -> Iterable[tuple[Any, ...]]:
    return Product.objects.filter(pk__in=ids).values_list(
        "pk",
        "name",
        "product_set__sale_mode",
        "product_set__group__name",
        "summary",
        "ingredients",
        "producer__name",
        "commune__name",
        "province__name",
        "gtin",
        "producer__status",
    )


def _variants(ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Active variants by product, the one to show first: in stock, then cheapest."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    rows = (
        Variant.objects.filter(product_id__in=ids, is_active=True)
        .annotate(units=availability.units(path="stock__"))
        .values_list("product_id", "pk", "name", "price", "net_quantity", "net_unit", "units")
    )
    for product_id, *variant in rows:
        found.setdefault(product_id, []).append(tuple(variant))
    for variants in found.values():
        variants.sort(key=lambda v: (not v[5], v[2], v[0]))
    return found


def _covers(ids: list[int]) -> dict[int, str]:
    """Storage name of the 640 px version of each product's first finished picture."""
    covers: dict[int, str] = {}
    rows = ProductImage.objects.filter(product_id__in=ids).order_by("product_id", "position", "id")
    for product_id, sizes in rows.values_list("product_id", "sizes"):
        if sizes.get("640") and product_id not in covers:
            covers[product_id] = sizes["640"]
    return covers


def _row(
    facts: tuple[Any, ...], variants: dict[int, list[tuple[Any, ...]]], covers: dict[int, str]
) -> tuple[Any, ...]:
    pk, name, sale_mode, group, summary, ingredients, producer, commune, province, gtin, state = facts
    shown = variants.get(pk, [])
    main = shown[0] if shown else None
    sells = sale_mode in (None, SaleMode.CART) and state == ProducerStatus.ACTIVE
    return (
        pk,
        main[2] if main else None,
        main[1] if main else "",
        unit_price(price=main[2], net_quantity=main[3], net_unit=main[4]) if main else "",
        main[0] if main else None,
        bool(main) and sells,
        any(variant[5] for variant in shown),
        covers.get(pk, ""),
        search.index_text(name)[:200],
        search.index_text(
            producer, commune or "", province or "", group or "", gtin or "", summary, ingredients
        ),
    )
