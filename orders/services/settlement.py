"""A delivered parcel in money: fee and tax per line, booked once; a return takes back its share."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from orders.models import CaseLine, OrderLine, Settlement, SettlementLine, SubOrder
from orders.services.deadlines import due_on
from payments.services import settlement as booking
from payments.services.settlement import Earning
from payments.tax import Category, share, withheld


def settle(*, sub_order: SubOrder, actor: Any, at: dt.datetime) -> Settlement:
    """The parcel is delivered and paid: its producer has earned it. Once per parcel."""
    producer, day = sub_order.producer, clock.day_of(at)
    lines = [_line(line, producer.kind, day) for line in sub_order.lines.order_by("pk")]
    transport = withheld(
        kind=producer.kind, category=Category.TRANSPORT, revenue=sub_order.shipping_fee, on=day
    )
    row = Settlement.objects.create(
        sub_order=sub_order,
        shipping_vat=transport.vat,
        shipping_pit=transport.pit,
        due_on=due_on(at),
        settled_at=at,
    )
    for line in lines:
        line.settlement = row
    SettlementLine.objects.bulk_create(lines)
    booking.settle(
        reference=sub_order.code,
        order_code=sub_order.order.code,
        producer=producer,
        earning=Earning(
            **_by_category((line.order_line.tax_category, line.order_line.earned) for line in lines),
            shipping=sub_order.shipping_fee,
            market_discount=sub_order.market_discount,
            commission=sum(line.commission for line in lines),
            vat=transport.vat + sum(line.vat for line in lines),
            pit=transport.pit + sum(line.pit for line in lines),
        ),
        due_on=row.due_on,
        actor=actor,
        at=at,
    )
    return row


def _line(line: OrderLine, kind: str, day: dt.date) -> SettlementLine:
    tax = withheld(kind=kind, category=line.tax_category, revenue=line.earned, on=day)
    return SettlementLine(
        order_line=line, commission=share(line.earned, line.commission_bp), vat=tax.vat, pit=tax.pit
    )


def _by_category(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Services apart, everything else as goods: fields of an Earning."""
    found = {"goods": 0, "services": 0}
    for category, amount in amounts:
        found["services" if category == Category.SERVICES else "goods"] += amount
    return found


@dataclass(frozen=True)
class Wanted:
    """Units of one line that come back."""

    line: OrderLine
    quantity: int


def part_of(*, wanted: Sequence[Wanted], before: Sequence[CaseLine]) -> list[CaseLine]:
    """What so many units of each line are worth, as unsaved case lines.

    Counted cumulatively over earlier returns of the same line, so that returning a line unit by
    unit gives back the same đồng as returning it at once. What the buyer and what the market paid
    are counted each for itself, so that neither share can round below zero.
    """
    settled = {
        row.order_line_id: row
        for row in SettlementLine.objects.filter(order_line__in=[w.line for w in wanted])
    }
    gone = {line.pk: sum(b.quantity for b in before if b.order_line_id == line.pk) for line in _of(wanted)}
    parts = []
    for one in wanted:
        line, row = one.line, settled[one.line.pk]
        first, last = gone[line.pk], gone[line.pk] + one.quantity

        def between(total: int, first: int = first, last: int = last, of: int = line.quantity) -> int:
            return total * last // of - total * first // of

        markets = between(line.market_discount)
        parts.append(
            CaseLine(
                order_line=line,
                quantity=one.quantity,
                goods=between(line.paid) + markets,
                market_discount=markets,
                commission=between(row.commission),
                vat=between(row.vat),
                pit=between(row.pit),
            )
        )
    return parts


def _of(wanted: Sequence[Wanted]) -> list[OrderLine]:
    return [one.line for one in wanted]


def take_back(
    *,
    key: str,
    sub_order: SubOrder,
    parts: Sequence[CaseLine],
    with_shipping: bool,
    written_off: int,
    actor: Any,
    at: dt.datetime,
    memo: str = "",
) -> Earning:
    """Undo the share of these lines, and of the shipping where asked; returns what was undone.

    ``paid`` of the answer is what the buyer is owed from now on.
    """
    settled = sub_order.settlement
    earning = Earning(
        **_by_category((part.order_line.tax_category, part.goods) for part in parts),
        shipping=sub_order.shipping_fee if with_shipping else 0,
        market_discount=sum(part.market_discount for part in parts),
        commission=sum(part.commission for part in parts),
        vat=sum(part.vat for part in parts) + (settled.shipping_vat if with_shipping else 0),
        pit=sum(part.pit for part in parts) + (settled.shipping_pit if with_shipping else 0),
        written_off=written_off,
    )
    booking.take_back(
        key=key,
        reference=sub_order.code,
        order_code=sub_order.order.code,
        producer=sub_order.producer,
        earning=earning,
        due_on=max(settled.due_on, clock.day_of(at)),
        actor=actor,
        at=at,
        memo=memo,
    )
    return earning
