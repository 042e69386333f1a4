"""What stands on the papers of an order and of a parcel, gathered from snapshots."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.money import format_vnd
from core.templatetags.market import day
from orders import terms
from orders.models import Order, OrderLine, Shipment, SubOrder
from orders.papers import Contract, ContractLine, ContractPart, Label, PackingSlip, Receipt, SlipLine
from orders.papers import ReceiptLine as Line
from orders.papers import ReceiptPart as Part
from orders.selectors import parcels
from orders.selectors.pages import OrderPage
from orders.states import DeliveryMethod, SubOrderStatus
from payments.states import PaymentStatus

_NOT_PAID_FOR = frozenset({SubOrderStatus.CANCELLED, SubOrderStatus.LAPSED, SubOrderStatus.RETURNED})
# Names of what checkout keeps of the label (orders.services.checkout.LABEL_FACTS).
_LABEL_NAMES = {
    "ingredients": lambda: _("Thành phần"),
    "usage": lambda: _("Cách dùng"),
    "storage": lambda: _("Bảo quản"),
    "shelf_life": lambda: _("Hạn dùng"),
    "warnings": lambda: _("Lưu ý"),
    "standards": lambda: _("Tiêu chuẩn"),
    "gtin": lambda: "GTIN",
}


def for_papers(rows: Any) -> list[SubOrder]:
    """The parcels with everything that their papers name, in a constant number of queries."""
    return list(
        rows.select_related(
            "order__commune",
            "order__province",
            "order__payment",
            "producer__commune",
            "producer__province",
            "pickup_point__commune",
            "pickup_point__province",
            "shipment",
        ).prefetch_related("lines__variant")
    )


def label(sub_order: SubOrder) -> Label:
    """Raises SenderIncomplete."""
    shipment: Shipment | None = getattr(sub_order, "shipment", None)
    is_booked = shipment is not None and shipment.is_booked
    weight = shipment.weight if shipment is not None and shipment.weight else None
    return Label(
        code=sub_order.code,
        sender=parcels.sender(producer=sub_order.producer),
        recipient=parcels.recipient(sub_order=sub_order),
        carrier_name=_carrier_name(sub_order, shipment),
        cod_amount=sub_order.to_collect,
        weight_g=parcels.weight_of(sub_order=sub_order, measured=weight),
        tracking_code=shipment.tracking_code if shipment is not None and is_booked else "",
        contents=", ".join(f"{line.product_name} × {line.quantity}" for line in sub_order.lines.all()),
        note=sub_order.order.note,
        is_illustrative=sub_order.order.is_illustrative,
    )


def _carrier_name(sub_order: SubOrder, shipment: Shipment | None) -> str:
    if sub_order.delivery_method == DeliveryMethod.PICKUP:
        return _("Nhận tại: %s") % sub_order.pickup_point
    return (shipment.carrier_name if shipment is not None else "") or _("Tự giao")


def packing_slip(sub_order: SubOrder, *, order_url: str) -> PackingSlip:
    order = sub_order.order
    return PackingSlip(
        code=sub_order.code,
        producer_name=sub_order.producer.name,
        recipient_name=order.recipient,
        recipient_place=parcels.recipient(sub_order=sub_order).one_line,
        placed_at=order.placed_at,
        order_url=order_url,
        lines=[
            SlipLine(line.product_name, line.variant_name, line.quantity, line.unit_price, line.line_total)
            for line in sub_order.lines.all()
        ],
        buyer_note=order.note,
        is_illustrative=order.is_illustrative,
    )


def receipt(page: OrderPage, *, order_url: str) -> Receipt:
    """The buyer's: the whole order."""
    parts = [_part(parcel.sub_order, parcel.lines) for parcel in page.parcels]
    state = _paid_words(page.order, [parcel.sub_order for parcel in page.parcels])
    refunded = page.order.payment.refunded if page.order.payment else 0
    return _receipt(page.order, parts, state, refunded, order_url)


def parcel_receipt(sub_order: SubOrder, *, order_url: str) -> Receipt:
    """The producer's: its own parcel, and nothing of the others'."""
    parts = [_part(sub_order, sub_order.lines.all())]
    return _receipt(sub_order.order, parts, _paid_words(sub_order.order, [sub_order]), 0, order_url)


def _receipt(order: Order, parts: Sequence[Part], state: str, refunded: int, order_url: str) -> Receipt:
    return Receipt(
        code=order.code,
        placed_at=order.placed_at,
        buyer_name=order.recipient,
        buyer_phone=order.phone,
        buyer_address=_address(order),
        payment_method=order.get_payment_method_display(),
        payment_state=state,
        order_url=order_url,
        issued_at=clock.now(),
        parts=parts,
        refunded=refunded,
        is_illustrative=order.is_illustrative,
    )


def _part(sub_order: SubOrder, lines: Iterable[OrderLine]) -> Part:
    maker = sub_order.producer
    return Part(
        code=sub_order.code,
        producer_name=maker.name,
        producer_address=_seat(maker),
        tax_code=maker.tax_code or "",
        producer_phone=maker.phone,
        lines=[
            Line(
                line.product_name,
                line.variant_name,
                line.quantity,
                line.unit_price,
                line.producer_discount + line.market_discount,
            )
            for line in lines
        ],
        shipping_fee=sub_order.shipping_fee,
        state=sub_order.get_status_display(),
    )


def _paid_words(order: Order, subs: Sequence[SubOrder]) -> str:
    """What has been paid, in one sentence."""
    payment = order.payment
    if payment is not None:
        if payment.status != PaymentStatus.PAID:
            return str(PaymentStatus(payment.status).label)
        words = _("Đã trả %(amount)s cho cả đơn ngày %(day)s")
        return words % {"amount": format_vnd(payment.amount), "day": day(payment.paid_at)}
    due = sum(sub.total for sub in subs if sub.status not in _NOT_PAID_FOR)
    paid = sum(sub.total for sub in subs if sub.status == SubOrderStatus.DELIVERED)
    if paid == due:
        return _("Đã trả đủ khi nhận hàng: %s") % format_vnd(paid) if paid else _("Không phải trả")
    if not paid:
        return _("Trả %s khi nhận hàng") % format_vnd(due)
    words = _("Đã trả %(paid)s khi nhận hàng, còn %(rest)s trả khi nhận kiện")
    return words % {"paid": format_vnd(paid), "rest": format_vnd(due - paid)}


def contract(page: OrderPage) -> Contract:
    order = page.order
    return Contract(
        code=order.code,
        placed_at=order.placed_at,
        buyer_name=order.recipient,
        buyer_phone=order.phone,
        buyer_address=_address(order),
        parts=[
            ContractPart(
                about=_part(parcel.sub_order, parcel.lines),
                kind=str(parcel.sub_order.producer.get_kind_display()),
                representative=parcel.sub_order.producer.representative,
                way=way_of(parcel.sub_order),
                lines=[ContractLine(star_words(line), label_facts(line)) for line in parcel.lines],
            )
            for parcel in page.parcels
        ],
        payment_method=order.get_payment_method_display(),
        payment_state=payment_state(page),
        terms=terms.terms(order),
        total=order.total,
        is_illustrative=order.is_illustrative,
    )


def contract_page(page: OrderPage) -> dict[str, Any]:
    """What the page of the contract tells beside the order: as on the paper."""
    return {
        "told": {
            line.pk: ContractLine(star_words(line), label_facts(line))
            for parcel in page.parcels
            for line in parcel.lines
        },
        "ways": {parcel.sub_order.pk: way_of(parcel.sub_order) for parcel in page.parcels},
        "payment_state": payment_state(page),
        "terms": terms.terms(page.order),
    }


def payment_state(page: OrderPage) -> str:
    return _paid_words(page.order, [parcel.sub_order for parcel in page.parcels])


def way_of(sub_order: SubOrder) -> str:
    """How the parcel reaches the buyer."""
    point = sub_order.pickup_point
    if point is None:
        return _("Giao tận nơi")
    where = ", ".join(filter(None, (point.name, point.address_line, point.commune.name, point.province.name)))
    return _("Người mua đến lấy tại %s") % where


def star_words(line: OrderLine) -> str:
    """ "" for what had no star when it was ordered."""
    if not line.stars:
        return ""
    words = _("OCOP %(stars)s sao, công nhận số %(number)s")
    return words % {"stars": line.stars, "number": line.certificate_number}


def label_facts(line: OrderLine) -> list[tuple[str, str]]:
    """(name, words) of what the page said of the goods when they were ordered."""
    return [(name(), str(line.label[key])) for key, name in _LABEL_NAMES.items() if line.label.get(key)]


def _address(order: Order) -> str:
    return ", ".join(filter(None, (order.address_line, order.commune.name, order.province.name)))


def _seat(maker: Any) -> str:
    parts = (maker.address_line, maker.commune and maker.commune.name, maker.province and maker.province.name)
    return ", ".join(filter(None, parts))
