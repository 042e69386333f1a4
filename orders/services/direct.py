"""Orders that name their goods themselves instead of filling a cart first: what programs send."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from catalog.models import Variant
from orders.errors import KeyReused, NoPickupThere, NotEnough, NotForSale
from orders.models import Cart, Order, PickupPoint
from orders.services import cart as carts
from orders.services import checkout, vouchers
from orders.services.checkout import Contact

# Carts of direct orders: the key of such a cart follows from who asks and the idempotency key.
_NAMESPACE = uuid.UUID("6f0b8f0e-6c0e-4d5c-9a43-0b1f5f1f2c11")


@dataclass(frozen=True)
class Placed:
    order: Order
    is_new: bool  # False: the same request was served before


def place(
    *,
    wishes: Mapping[int, int],
    contact: Contact,
    idempotency_key: str,
    fingerprint: str,
    actor: Any,
    language: str,
    method: str,
    points: Collection[int],
    voucher_codes: Collection[str],
    agreed_total: int,
) -> Placed:
    """Order so many units of these packs (variant id → units), all or nothing.

    The same key and ``fingerprint`` (digest of the whole request) give the same order, however
    often and however fast they come; the same key with another fingerprint raises KeyReused.
    ``points``: ids of pick-up points, at most one of a producer. Raises NotForSale, SoldOut,
    NotEnough, NoPickupThere, VoucherRefused and what ``checkout.place`` raises; then the key is
    still unused.
    """
    cart_key = uuid.uuid5(_NAMESPACE, f"{actor.pk if actor else 'guest'}:{idempotency_key}")
    with transaction.atomic():
        # The unique key makes equal requests wait for each other. A refusal takes the cart back
        # with everything else, so a cart that exists already stands for an order.
        cart, is_new = Cart.objects.get_or_create(key=cart_key)
        if not is_new:
            return Placed(_known(cart, fingerprint), is_new=False)
        variants = _variants(wishes)
        for variant in variants:
            put = carts.add(cart=cart, variant=variant, quantity=wishes[variant.pk])
            if put.is_short:
                raise NotEnough(data={"variant": variant.pk, "available": put.quantity})
        for code in voucher_codes:
            vouchers.enter(cart=cart, code=code)
        order = checkout.place(
            cart=cart,
            contact=contact,
            idempotency_key=fingerprint,
            actor=actor,
            language=language,
            method=method,
            pickups=_pickups(points, {variant.product.producer_id for variant in variants}),
            agreed_total=agreed_total,
        )
    return Placed(order, is_new=True)


def _known(cart: Cart, fingerprint: str) -> Order:
    key = checkout.scoped_key(cart=cart, idempotency_key=fingerprint)
    known = Order.objects.filter(idempotency_key=key).first()
    if known is None:
        raise KeyReused
    return known


def _variants(wishes: Mapping[int, int]) -> list[Variant]:
    """In the order wished for. Raises NotForSale for an id that no pack has."""
    found = Variant.objects.select_related("product").in_bulk(list(wishes))
    missing = [pk for pk in wishes if pk not in found]
    if missing:
        raise NotForSale(data={"variant": missing[0]})
    return [found[pk] for pk in wishes]


def _pickups(points: Collection[int], producers: set[int]) -> dict[int, int]:
    """Producer id → point id. Raises NoPickupThere for an unknown point, two of one producer, or one
    of somebody who sends nothing."""
    rows = PickupPoint.objects.filter(pk__in=points, producer__in=producers)
    found = dict(rows.values_list("producer_id", "pk"))
    if len(found) != len(points):
        raise NoPickupThere
    return found
