"""Lots: entered by the producer, with a code of their own from the first moment."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog import policies
from catalog.models import Product
from core import clock
from core.services import audit
from core.services.constraints import refusing
from core.text import clean, clean_lines
from traceability import gs1
from traceability.errors import BadDigitalLink, InvalidLot, LotExists
from traceability.models import Location, Lot
from traceability.services import codes, events


def create(
    *,
    product: Product,
    code: str,
    produced_on: dt.date,
    quantity: int,
    actor: Any,
    expires_on: dt.date | None = None,
    place: str = "",
    location: Location | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> Lot:
    """Enter a lot (units of ``quantity``: packs) and make its code.

    Raises NotAllowed, InvalidLot with the field, LotExists.
    """
    policies.require_manage(actor, product)
    lot = Lot(
        product=product,
        code=_code(code),
        produced_on=produced_on,
        expires_on=expires_on,
        quantity=quantity,
        place=clean(place)[:200],
        location=location,
        note=clean_lines(note),
    )
    _check(lot)
    with transaction.atomic():
        with refusing({"lot_code_unique": LotExists}):
            lot.save(force_insert=True)
        audit.record(action="traceability.lot.created", obj=lot, actor=actor, at=at)
        codes.ensure(lot=lot)
        events.commission(lot=lot, actor=actor, at=at or clock.now())
    return lot


def _code(text: str) -> str:
    try:
        return gs1.lot(clean(text))
    except BadDigitalLink as error:
        raise InvalidLot(str(error), data={"field": "code"}) from error


def _check(lot: Lot) -> None:
    if lot.produced_on > clock.today():
        raise InvalidLot(_("Ngày sản xuất không thể ở tương lai."), data={"field": "produced_on"})
    if lot.expires_on is not None and lot.expires_on < lot.produced_on:
        raise InvalidLot(_("Hạn sử dụng không thể trước ngày sản xuất."), data={"field": "expires_on"})
    if lot.location is not None and lot.location.producer_id != lot.product.producer_id:
        raise InvalidLot(_("Địa điểm này không phải của chủ thể."), data={"field": "location"})
    if not 0 < lot.quantity <= 2_000_000_000:
        raise InvalidLot(_("Số lượng phải là số nguyên từ 1 trở lên."), data={"field": "quantity"})
