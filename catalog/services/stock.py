"""Stock: counters changed by conditional UPDATE, each change with its movement.

Locks are taken stock item by stock item in the order of variant ids, then products in the
order of theirs, so two orders over the same goods wait for each other and never deadlock.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from catalog import policies
from catalog.errors import InvalidQuantity, OutOfStock
from catalog.models import Product, StockItem, StockMovement, Variant
from catalog.services import listing
from core import clock

MOST = 10_000_000  # units of one movement; far above any lot, far below the column's limit


def take(*, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None) -> None:
    """Take units (variant id → units) for an order, all or nothing.

    Raises OutOfStock with every shortage; InvalidQuantity for anything below 1. Who may order
    is the caller's question.
    """
    _check(quantities)
    with transaction.atomic():
        emptied, shortages = [], {}
        for variant_id in sorted(quantities):
            wanted = quantities[variant_id]
            enough = StockItem.objects.filter(variant_id=variant_id, on_hand__gte=wanted)
            if not enough.update(on_hand=F("on_hand") - wanted):
                shortages[variant_id] = _on_hand(variant_id)
        if shortages:
            raise OutOfStock(data={"shortages": shortages})
        rows = _move(quantities, -1, StockMovement.Kind.SALE, reference, actor, at)
        emptied = [product_id for _, product_id, on_hand in rows if on_hand == 0]
        _count_sold(quantities, rows, 1)
        if emptied:
            listing.refresh(product_ids=emptied, stock_only=True)


def give_back(
    *, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None
) -> None:
    """Put units of a cancelled order back. Raises InvalidQuantity for anything below 1."""
    _check(quantities)
    with transaction.atomic():
        for variant_id in sorted(quantities):
            StockItem.objects.filter(variant_id=variant_id).update(
                on_hand=F("on_hand") + quantities[variant_id]
            )
        rows = _move(quantities, 1, StockMovement.Kind.CANCEL, reference, actor, at)
        _count_sold(quantities, rows, -1)
        refilled = [p for variant_id, p, on_hand in rows if on_hand == quantities[variant_id]]
        if refilled:
            listing.refresh(product_ids=refilled, stock_only=True)


def receive(
    *, variant: Variant, quantity: int, actor: Any, reference: str = "", at: dt.datetime | None = None
) -> None:
    """Goods come in (nhập kho). Raises NotAllowed, InvalidQuantity."""
    policies.require_manage(actor, variant.product)
    _check({variant.pk: quantity})
    with transaction.atomic():
        StockItem.objects.get_or_create(variant=variant)
        StockItem.objects.filter(variant=variant).update(on_hand=F("on_hand") + quantity)
        _move({variant.pk: quantity}, 1, StockMovement.Kind.RECEIVE, reference, actor, at)
        listing.refresh(product_ids=[variant.product_id], stock_only=True)


def count(*, variant: Variant, on_hand: int, actor: Any, at: dt.datetime | None = None) -> None:
    """A stock-take (kiểm kê): what was counted becomes what is on hand; the difference is booked.

    Raises NotAllowed, InvalidQuantity (below 0).
    """
    policies.require_manage(actor, variant.product)
    if not _whole(on_hand) or not 0 <= on_hand <= MOST:
        raise InvalidQuantity
    with transaction.atomic():
        StockItem.objects.get_or_create(variant=variant)
        item = StockItem.objects.select_for_update().get(variant=variant)
        difference = on_hand - item.on_hand
        if not difference:
            return
        StockItem.objects.filter(pk=item.pk).update(on_hand=on_hand)
        _move(
            {variant.pk: abs(difference)},
            1 if difference > 0 else -1,
            StockMovement.Kind.COUNT,
            "",
            actor,
            at,
        )
        listing.refresh(product_ids=[variant.product_id], stock_only=True)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check(quantities: Mapping[int, int]) -> None:
    if not quantities or not all(_whole(n) and 1 <= n <= MOST for n in quantities.values()):
        raise InvalidQuantity


def _on_hand(variant_id: int) -> int:
    return StockItem.objects.filter(variant_id=variant_id).values_list("on_hand", flat=True).first() or 0


def _move(
    quantities: Mapping[int, int],
    sign: int,
    kind: str,
    reference: str,
    actor: Any,
    at: dt.datetime | None,
) -> list[tuple[int, int, int]]:
    """Book the movements; returns (variant id, product id, units now on hand) of each."""
    items = list(
        StockItem.objects.filter(variant_id__in=quantities).values_list(
            "pk", "variant_id", "variant__product_id", "on_hand"
        )
    )
    StockMovement.objects.bulk_create(
        StockMovement(
            item_id=pk,
            kind=kind,
            quantity=sign * quantities[variant_id],
            reference=reference[:60],
            actor_id=getattr(actor, "pk", None),
            at=at or clock.now(),
        )
        for pk, variant_id, _, _ in items
    )
    return [(variant_id, product_id, on_hand) for _, variant_id, product_id, on_hand in items]


def _count_sold(quantities: Mapping[int, int], rows: list[tuple[int, int, int]], sign: int) -> None:
    sold: Counter[int] = Counter()
    for variant_id, product_id, _ in rows:
        sold[product_id] += sign * quantities[variant_id]
    for product_id in sorted(sold):
        Product.objects.filter(pk=product_id).update(
            sold_count=Greatest(F("sold_count") + sold[product_id], 0)
        )
