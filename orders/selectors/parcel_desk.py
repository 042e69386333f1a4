"""One parcel as the desk works on it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from orders import desk, policies
from orders.errors import GoodsRecalled
from orders.models import ContactAttempt, OrderLine, Shipment, ShipmentEvent, SubOrder
from orders.selectors import recalls
from orders.selectors.papers import for_papers, star_words
from orders.states import SubOrderStatus

S = SubOrderStatus
# What a carrier's decisive news means for the parcel; anything else is a contradiction.
_MEANS = {
    "delivered": frozenset({S.DELIVERED}),
    "returning": frozenset({S.REFUSED, S.RETURNED}),
    "returned": frozenset({S.RETURNED}),
    "cancelled": frozenset({S.PREPARING, S.CANCELLED}),
}


@dataclass(frozen=True)
class ParcelDesk:
    sub_order: SubOrder
    lines: list[OrderLine]
    shipment: Shipment | None
    events: list[ShipmentEvent]
    attempts: list[ContactAttempt]
    thread: list[desk.Event]
    needs_call: bool
    shows_buyer: bool
    short: list[OrderLine]  # lines that cannot be filled: what lies here is recalled, or past its date

    @property
    def warnings(self) -> list[str]:
        """What a person has to look into."""
        found = []
        shipment = self.shipment
        if self.short:
            names = ", ".join(sorted({line.product_name for line in self.short}))
            found.append(str(GoodsRecalled.message) % {"names": names})
        if self.needs_call:
            found.append(_("Kiện thu hộ lớn: gọi gặp người mua và ghi cuộc gọi trước khi xác nhận."))
        if self.shows_buyer and shipment is not None and shipment.is_under_way:
            words = _("%(carrier)s chưa trả lời yêu cầu đặt vận đơn. Chợ tự hỏi lại; bạn bấm lại cũng được.")
            found.append(words % {"carrier": shipment.carrier_name})
        if contradiction := self.contradiction:
            words = _("Tin của đơn vị vận chuyển (%(told)s) không khớp với trạng thái kiện. Hãy gọi cho họ.")
            found.append(words % {"told": contradiction.label})
        return found

    @property
    def contradiction(self) -> ShipmentEvent | None:
        """The carrier's latest decisive word, where the parcel stands elsewhere."""
        decisive = [event for event in self.events if event.status in _MEANS]
        last = decisive[-1] if decisive else None
        return last if last is not None and self.sub_order.status not in _MEANS[last.status] else None

    @property
    def star_words(self) -> dict[int, str]:
        return {line.pk: star_words(line) for line in self.lines}

    @property
    def earned(self) -> int:
        """Đồng of goods and shipping less the producer's own discount, before fee and tax."""
        sub = self.sub_order
        return sub.goods_total + sub.shipping_fee - sub.producer_discount


def page(*, parcel_id: int, with_buyer: bool) -> ParcelDesk:
    """Who may see it is the caller's question. Without the buyer there are no calls and no names."""
    (sub_order,) = for_papers(SubOrder.objects.filter(pk=parcel_id))
    shipment: Any = getattr(sub_order, "shipment", None)
    return ParcelDesk(
        sub_order=sub_order,
        lines=list(sub_order.lines.all()),
        shipment=shipment,
        events=list(shipment.events.all()) if shipment else [],
        attempts=list(sub_order.attempts.all()) if with_buyer else [],
        thread=desk.thread(sub_order, with_words=with_buyer),
        needs_call=with_buyer and policies.needs_call(sub_order),
        shows_buyer=with_buyer,
        short=recalls.short_lines(sub_order=sub_order) if sub_order.status in recalls.UNSENT else [],
    )
