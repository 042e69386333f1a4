"""What a return is worth, and the one transaction in which it is given back."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import StockMovement
from catalog.services import stock
from core.services.transitions import transition
from orders.models import CaseLine, ReturnCase
from orders.selectors.cases import refund_key
from orders.services import settlement
from orders.services.settlement import Wanted, part_of
from orders.states import CASE, SHIPPING_COMES_BACK, CaseStatus
from payments.selectors.balances import written_off_for
from payments.services import refunds
from traceability.services import lot_stock

_AMOUNTS = ("goods", "market_discount", "commission", "vat", "pit")


@dataclass(frozen=True)
class Worth:
    """What a case gives back, in đồng: as booked once it is closed, else as it stands today.

    ``written_off``: what the buyer of an underpaid order never paid, and the market did without.
    """

    parts: list[CaseLine]
    shipping: int
    written_off: int

    @property
    def paid(self) -> int:
        """What the buyer gets."""
        return sum(part.paid for part in self.parts) + self.shipping - self.written_off

    @property
    def kept_back(self) -> int:
        """Fee and tax on the goods, which the producer gets back."""
        return sum(part.commission + part.vat + part.pit for part in self.parts)


def worth(case: ReturnCase) -> Worth:
    """What the case is about in money."""
    lines = list(case.lines.select_related("order_line"))
    fee = case.sub_order.shipping_fee
    if case.status == CaseStatus.CLOSED:
        return Worth(lines, fee if case.refunds_shipping else 0, case.written_off)
    before = _closed_before(case)
    parts, shipping = _parts(lines, before), fee if _with_shipping(case, lines, before) else 0
    return Worth(parts, shipping, _written_off(case, parts, shipping))


def close(
    *,
    case: ReturnCase,
    actor: Any,
    at: dt.datetime,
    fates: Mapping[int, str] | None = None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> bool:
    """The case is won: stock, ledger and refund follow, or none of them. True when it closed now.

    ``fates``: case line id → what became of the goods; None where they do not come back. The
    caller holds the order's lock and has asked who may.
    """
    sub = case.sub_order
    lines = list(case.lines.select_related("order_line"))
    before = _closed_before(case)
    parts, with_shipping = _parts(lines, before), _with_shipping(case, lines, before)
    columns = {
        **(values or {}),
        "closed_at": at,
        "needs_goods_back": fates is not None,
        "refunds_shipping": with_shipping,
        "written_off": _written_off(case, parts, sub.shipping_fee if with_shipping else 0),
    }
    if not transition(
        case, machine=CASE, to=CaseStatus.CLOSED, actor=actor, at=at, reason=reason, values=columns
    ):
        return False
    _keep(lines, parts, fates or {})
    _restock(case, lines, actor, at)
    earning = settlement.take_back(
        key=case.code,
        sub_order=sub,
        parts=parts,
        with_shipping=with_shipping,
        written_off=case.written_off,
        actor=actor,
        at=at,
        memo=f"Trả hàng {case.code}",
    )
    if earning.paid:
        refunds.request(
            key=refund_key(case),
            reference=case.code,
            amount=earning.paid,
            payment=sub.order.payment,
            reason=f"Trả hàng {case.code}",
            actor=actor,
            at=at,
        )
    return True


def shipping_is_gone(case: ReturnCase) -> bool:
    """An earlier case of the parcel gave the shipping back."""
    return _closed(case).filter(refunds_shipping=True).exists()


def _closed(case: ReturnCase) -> Any:
    return ReturnCase.objects.filter(sub_order=case.sub_order_id, status=CaseStatus.CLOSED).exclude(
        pk=case.pk
    )


def _closed_before(case: ReturnCase) -> list[CaseLine]:
    return list(CaseLine.objects.filter(case__in=_closed(case)).select_related("case"))


def _parts(lines: Sequence[CaseLine], before: Sequence[CaseLine]) -> list[CaseLine]:
    return part_of(wanted=[Wanted(line.order_line, line.quantity) for line in lines], before=before)


def _with_shipping(case: ReturnCase, lines: Sequence[CaseLine], before: Sequence[CaseLine]) -> bool:
    """Once per parcel: as the province ruled; else with its last unit, where that is the seller's doing."""
    if any(line.case.refunds_shipping for line in before):
        return False
    if case.ruling:
        return case.refunds_shipping
    back = sum(line.quantity for line in (*lines, *before))
    sent = sum(line.quantity for line in case.sub_order.lines.all())
    return case.reason in SHIPPING_COMES_BACK and back == sent


def _written_off(case: ReturnCase, parts: Sequence[CaseLine], shipping: int) -> int:
    """How much of their price was never paid, as far as the market has not got it back already."""
    price = sum(part.paid for part in parts) + shipping
    order = case.sub_order.order
    return min(price, written_off_for(order.code)) if order.payment_id else 0


def _keep(lines: Sequence[CaseLine], parts: Sequence[CaseLine], fates: Mapping[int, str]) -> None:
    for line, part in zip(lines, parts, strict=True):
        line.fate = fates.get(line.pk, "")
        for name in _AMOUNTS:
            setattr(line, name, getattr(part, name))
    CaseLine.objects.bulk_update(lines, ["fate", *_AMOUNTS])


def _restock(case: ReturnCase, lines: Sequence[CaseLine], actor: Any, at: dt.datetime) -> None:
    units: Counter[int] = Counter()
    for line in lines:
        if line.fate == CaseLine.Fate.RESTOCKED:
            units[line.order_line.variant_id] += line.quantity
    if units:
        stock.give_back(
            quantities=units, reference=case.code, actor=actor, at=at, kind=StockMovement.Kind.RETURN
        )
        lot_stock.give_back(quantities=units, reference=case.sub_order.code, actor=None, at=at)
