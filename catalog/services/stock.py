"""Stock: counters changed by conditional UPDATE, each change with its movement.

Locks are taken stock item by stock item in the order of variant ids, then products in the
order of theirs, so two orders over the same goods wait for each other and never deadlock.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from catalog import policies
from catalog.errors import InvalidQuantity, OutOfStock, StillReserved
from catalog.models import Product, Reservation, StockItem, StockMovement, Variant
from catalog.selectors import availability
from catalog.services import listing
from core import clock

MOST = 10_000_000  # units of one movement; far above any lot, far below the column's limit
_LAPSE_BATCH = 200
HELD = Reservation.Status.HELD


def take(*, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None) -> None:
    """Take units (variant id → units) for an order, all or nothing.

    Raises OutOfStock with every shortage; InvalidQuantity for anything below 1. Who may order
    is the caller's question.
    """
    _check(quantities)
    with transaction.atomic():
        _claim(quantities, at, on_hand=F("on_hand"), sign=-1)
        _move(quantities, -1, StockMovement.Kind.SALE, reference, actor, at)
        _count_sold(quantities, 1)
        _show_emptied(quantities)


def reserve(
    *,
    quantities: Mapping[int, int],
    reference: str,
    until: dt.datetime,
    at: dt.datetime | None = None,
) -> None:
    """Keep units for an order until it is paid, all or nothing. Raises as ``take`` does."""
    _check(quantities)
    with transaction.atomic():
        items = _claim(quantities, at, reserved=F("reserved"), sign=1)
        Reservation.objects.bulk_create(
            Reservation(
                item_id=items[variant_id],
                reference=reference,
                quantity=quantities[variant_id],
                expires_at=until,
                created_at=at or clock.now(),
            )
            for variant_id in sorted(quantities)
        )
        _show_emptied(quantities)


def sell(*, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None) -> None:
    """The order is paid: its units leave the stock, those it had reserved if they are still held.

    Where the reservation has lapsed, other units serve as well. Raises as ``take`` does.
    """
    _check(quantities)
    with transaction.atomic():
        lock(quantities)
        _uncount(_close(reference, Reservation.Status.SOLD))
        take(quantities=quantities, reference=reference, actor=actor, at=at)


def release(*, reference: str) -> bool:
    """The order will not be paid: its units can be had again. False when nothing was held."""
    with transaction.atomic():
        quantities = _close(reference, Reservation.Status.RELEASED)
        _uncount(quantities)
        _show_refilled(quantities)
    return bool(quantities)


def lapse(*, at: dt.datetime | None = None) -> int:
    """Release reservations whose time is over, a batch at a time; returns how many."""
    due = Reservation.objects.filter(status=HELD, expires_at__lte=at or clock.now())
    released = 0
    while references := list(due.values_list("reference", flat=True).distinct()[:_LAPSE_BATCH]):
        for reference in references:
            released += release(reference=reference)
    return released


def give_back(
    *,
    quantities: Mapping[int, int],
    reference: str,
    actor: Any,
    at: dt.datetime | None = None,
    kind: StockMovement.Kind = StockMovement.Kind.CANCEL,
) -> None:
    """Put units of a cancelled order, or of a return, back. Raises InvalidQuantity below 1."""
    _check(quantities)
    with transaction.atomic():
        for variant_id in sorted(quantities):
            StockItem.objects.filter(variant_id=variant_id).update(
                on_hand=F("on_hand") + quantities[variant_id]
            )
        _move(quantities, 1, kind, reference, actor, at)
        _count_sold(quantities, -1)
        _show_refilled(quantities)


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

    Raises NotAllowed, InvalidQuantity (below 0), StillReserved (fewer than orders being paid hold, or
    than are quarantined).
    """
    policies.require_manage(actor, variant.product)
    if not _whole(on_hand) or not 0 <= on_hand <= MOST:
        raise InvalidQuantity
    with transaction.atomic():
        StockItem.objects.get_or_create(variant=variant)
        lock([variant.pk])
        _release_lapsed([variant.pk], at)
        item = StockItem.objects.get(variant=variant)
        bound = max(item.reserved, min(item.quarantined, item.on_hand))
        if on_hand < bound:
            raise StillReserved(data={"reserved": bound})
        difference = on_hand - item.on_hand
        if not difference:
            return
        StockItem.objects.filter(pk=item.pk).update(on_hand=on_hand)
        sign = 1 if difference > 0 else -1
        _move({variant.pk: abs(difference)}, sign, StockMovement.Kind.COUNT, "", actor, at)
        listing.refresh(product_ids=[variant.product_id], stock_only=True)


def lock(variant_ids: Collection[int]) -> dict[int, int]:
    """Lock the stock items in the order of their variants; returns variant id → item id. For callers
    that take locks of their own after it, inside their transaction."""
    items = StockItem.objects.filter(variant_id__in=variant_ids).order_by("variant_id")
    return dict(items.select_for_update().values_list("variant_id", "pk"))


def quarantine(*, quantities: Mapping[int, int]) -> None:
    """Units that may not be sold from now on, whoever was about to buy them.

    The caller knows that so many are in the house (traceability counts its lots).
    """
    with transaction.atomic():
        lock(quantities)
        for variant_id in sorted(quantities):
            StockItem.objects.filter(variant_id=variant_id).update(
                quarantined=F("quarantined") + quantities[variant_id]
            )
        _show(list(quantities))


def set_free(*, quantities: Mapping[int, int]) -> None:
    """Quarantined units may be sold again."""
    with transaction.atomic():
        lock(quantities)
        for variant_id in sorted(quantities):
            StockItem.objects.filter(variant_id=variant_id).update(
                quarantined=F("quarantined") - quantities[variant_id]
            )
        _show(list(quantities))


def destroy(
    *, quantities: Mapping[int, int], reference: str, actor: Any, at: dt.datetime | None = None
) -> None:
    """Quarantined units are no more. Raises StillReserved where orders count on them still."""
    with transaction.atomic():
        lock(quantities)
        _release_lapsed(quantities, at)
        for variant_id in sorted(quantities):
            gone = quantities[variant_id]
            rows = StockItem.objects.filter(
                variant_id=variant_id, quarantined__gte=gone, on_hand__gte=F("reserved") + gone
            )
            if not rows.update(on_hand=F("on_hand") - gone, quarantined=F("quarantined") - gone):
                raise StillReserved(data={"reserved": gone})
        _move(quantities, -1, StockMovement.Kind.DESTROY, reference, actor, at)
        _show(list(quantities))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check(quantities: Mapping[int, int]) -> None:
    if not quantities or not all(_whole(n) and 1 <= n <= MOST for n in quantities.values()):
        raise InvalidQuantity


def _claim(
    quantities: Mapping[int, int], at: dt.datetime | None, *, sign: int, **column: F
) -> dict[int, int]:
    """Move one counter by each quantity where that much is free; raises with every shortage."""
    items = lock(quantities)
    _release_lapsed(quantities, at)
    [(name, before)] = column.items()
    shortages = {}
    for variant_id in sorted(quantities):
        wanted = quantities[variant_id]
        needed = F("reserved") + F("quarantined") + wanted
        enough = StockItem.objects.filter(variant_id=variant_id, on_hand__gte=needed)
        if not enough.update(**{name: before + sign * wanted}):
            left = availability.of_variants([variant_id], at=at).get(variant_id, 0)
            shortages[variant_id] = max(left, 0)
    if shortages:
        raise OutOfStock(data={"shortages": shortages})
    return items


def _close(reference: str, status: Reservation.Status) -> dict[int, int]:
    """End the held reservations of a reference; returns variant id → units that they held."""
    held = Reservation.objects.filter(reference=reference, status=HELD)
    variants = list(held.values_list("item__variant_id", flat=True))
    if not variants:
        return {}
    lock(variants)
    # Read again under the lock: somebody may have ended them in between.
    rows = list(held.values_list("pk", "item__variant_id", "quantity"))
    Reservation.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(status=status)
    return {variant_id: quantity for _, variant_id, quantity in rows}


def _release_lapsed(variant_ids: Collection[int], at: dt.datetime | None) -> None:
    """Under the items' locks: what lapsed on them is free before anybody asks for it."""
    due = Reservation.objects.filter(
        item__variant_id__in=variant_ids, status=HELD, expires_at__lte=at or clock.now()
    )
    freed: Counter[int] = Counter()
    rows = list(due.values_list("pk", "item__variant_id", "quantity"))
    for _, variant_id, quantity in rows:
        freed[variant_id] += quantity
    if rows:
        Reservation.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(
            status=Reservation.Status.RELEASED
        )
        _uncount(freed)


def _uncount(quantities: Mapping[int, int]) -> None:
    for variant_id in sorted(quantities):
        StockItem.objects.filter(variant_id=variant_id).update(
            reserved=F("reserved") - quantities[variant_id]
        )


def _move(
    quantities: Mapping[int, int],
    sign: int,
    kind: str,
    reference: str,
    actor: Any,
    at: dt.datetime | None,
) -> None:
    """Book the movements."""
    items = StockItem.objects.filter(variant_id__in=quantities).values_list("pk", "variant_id")
    StockMovement.objects.bulk_create(
        StockMovement(
            item_id=pk,
            kind=kind,
            quantity=sign * quantities[variant_id],
            reference=reference[:60],
            actor_id=getattr(actor, "pk", None),
            at=at or clock.now(),
        )
        for pk, variant_id in items
    )


def _count_sold(quantities: Mapping[int, int], sign: int) -> None:
    sold: Counter[int] = Counter()
    for variant_id, product_id in Variant.objects.filter(pk__in=quantities).values_list("pk", "product_id"):
        sold[product_id] += sign * quantities[variant_id]
    for product_id in sorted(sold):
        Product.objects.filter(pk=product_id).update(
            sold_count=Greatest(F("sold_count") + sold[product_id], 0)
        )


def _show_emptied(quantities: Mapping[int, int]) -> None:
    """Lists say "hết hàng" where nothing can be had any more."""
    left = availability.of_variants(quantities)
    _show([variant_id for variant_id in quantities if left.get(variant_id, 0) <= 0])


def _show_refilled(quantities: Mapping[int, int]) -> None:
    """Lists offer again what could not be had before these units came."""
    left = availability.of_variants(quantities)
    _show([variant_id for variant_id, units in quantities.items() if left.get(variant_id, 0) <= units])


def _show(variant_ids: list[int]) -> None:
    if variant_ids:
        products = Variant.objects.filter(pk__in=variant_ids).values_list("product_id", flat=True)
        listing.refresh(product_ids=products, stock_only=True)
