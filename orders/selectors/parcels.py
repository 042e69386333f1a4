"""A parcel in the words of carriers and papers: who sends what to whom. Reads only snapshots of the
order; where the producer sits is read now, since that is where a driver finds it."""

from core.models import Commune, Province
from orders.carriers.base import ParcelItem, ParcelRequest, Place
from orders.errors import SenderIncomplete
from orders.models import Shipment, SubOrder
from producers.models import Producer

LEAST_G = 100  # a parcel without a known weight; carriers refuse nothing at all


def request(*, sub_order: SubOrder, shipment: Shipment) -> ParcelRequest:
    """What a carrier is asked to take. Raises SenderIncomplete."""
    return ParcelRequest(
        code=shipment.booking_code,
        sender=sender(producer=sub_order.producer),
        recipient=recipient(sub_order=sub_order),
        weight_g=shipment.weight,
        cod_amount=shipment.cod_amount,
        goods_value=sub_order.goods_total,
        items=tuple(
            ParcelItem(
                f"{line.product_name} ({line.variant_name})", line.quantity, line.variant.shipping_weight
            )
            for line in sub_order.lines.select_related("variant").order_by("pk")
        ),
        note=sub_order.order.note,
    )


def sender(*, producer: Producer) -> Place:
    """Raises SenderIncomplete."""
    if not (producer.phone and producer.commune and producer.province):
        raise SenderIncomplete
    return _place(producer.name, producer.phone, producer.address_line, producer.commune, producer.province)


def recipient(*, sub_order: SubOrder) -> Place:
    order = sub_order.order
    return _place(order.recipient, order.phone, order.address_line, order.commune, order.province)


def _place(name: str, phone: str, line: str, commune: Commune, province: Province) -> Place:
    return Place(name, phone, line, commune.name, commune.code, province.name, province.code)


def weight_of(*, sub_order: SubOrder, measured: int | None = None) -> int:
    """Grams, as measured while packing or as reckoned when ordered."""
    return measured or sub_order.weight or LEAST_G
