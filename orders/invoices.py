"""The hook for e-invoice providers: what a delivered parcel gives to an invoice, and who may issue it.

Sellers issue invoices themselves; the market only hands over the facts, as a JSON file or to the
provider that ``settings.INVOICE_PROVIDER`` names. VAT is the seller's: rates depend on the seller's
way of declaring tax, which the market does not know, so every amount is what the buyer paid and no
rate is given. See docs/hoa-don.md.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from orders.models import SubOrder
from orders.selectors import parcels

SCHEMA = 1


@dataclass(frozen=True)
class Seller:
    name: str
    tax_code: str  # "" where the market knows none
    kind: str  # producers.ProducerKind
    address: str
    phone: str
    email: str


@dataclass(frozen=True)
class Buyer:
    name: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True)
class InvoiceLine:
    """Amounts in đồng. ``amount`` = quantity × unit_price; discounts are this line's shares."""

    name: str
    unit: str  # the pack, "chai 500 ml"
    quantity: int
    unit_price: int
    amount: int
    seller_discount: int
    market_discount: int  # paid to the seller by the market, not by the buyer


@dataclass(frozen=True)
class InvoiceData:
    """One delivered parcel. ``key`` is the same whenever the same invoice is asked for.

    total_goods + shipping − seller_discount = revenue, what the seller earned;
    revenue − market_discount = paid_by_buyer.
    """

    key: str
    order_code: str
    ordered_at: dt.datetime
    delivered_at: dt.datetime
    seller: Seller
    buyer: Buyer
    lines: Sequence[InvoiceLine]
    total_goods: int
    shipping: int
    seller_discount: int
    market_discount: int
    revenue: int
    paid_by_buyer: int
    payment_method: str  # payments.states.Method
    is_illustrative: bool
    currency: str = "VND"
    vat: None = None  # the seller's own to add
    schema: int = SCHEMA

    def as_json(self) -> dict[str, Any]:
        """Plain values; moments in ISO 8601."""
        return dataclasses.asdict(self) | {
            "ordered_at": self.ordered_at.isoformat(),
            "delivered_at": self.delivered_at.isoformat(),
        }


class InvoiceProvider(Protocol):
    """One e-invoice service, by the dotted path of its class, made without arguments."""

    name: str

    def issue(self, data: InvoiceData) -> str:
        """The invoice's number, at most 40 characters.

        The same ``data.key`` again must give the same number: after a time-out the market asks again.
        Raises orders.errors.InvoiceRefused with a sentence for the seller.
        """


def provider() -> InvoiceProvider | None:
    """The one that is connected, if any."""
    return import_string(settings.INVOICE_PROVIDER)() if settings.INVOICE_PROVIDER else None


def data_of(*, sub_order: SubOrder) -> InvoiceData:
    """Raises ValueError for a parcel that is not delivered: there is nothing to invoice."""
    if sub_order.delivered_at is None:
        raise ValueError(f"{sub_order.code} is not delivered")
    order = sub_order.order
    revenue = sub_order.goods_total + sub_order.shipping_fee - sub_order.producer_discount
    return InvoiceData(
        key=sub_order.code,
        order_code=order.code,
        ordered_at=order.placed_at,
        delivered_at=sub_order.delivered_at,
        seller=_seller(sub_order),
        buyer=Buyer(
            order.recipient, parcels.recipient(sub_order=sub_order).one_line, order.phone, order.email
        ),
        lines=[
            InvoiceLine(
                line.product_name,
                line.variant_name,
                line.quantity,
                line.unit_price,
                line.line_total,
                line.producer_discount,
                line.market_discount,
            )
            for line in sub_order.lines.all()
        ],
        total_goods=sub_order.goods_total,
        shipping=sub_order.shipping_fee,
        seller_discount=sub_order.producer_discount,
        market_discount=sub_order.market_discount,
        revenue=revenue,
        paid_by_buyer=sub_order.total,
        payment_method=order.payment_method,
        is_illustrative=order.is_illustrative,
    )


def _seller(sub_order: SubOrder) -> Seller:
    maker = sub_order.producer
    seat = (
        maker.address_line,
        maker.commune.name if maker.commune else "",
        maker.province.name if maker.province else "",
    )
    address = ", ".join(part for part in seat if part)
    return Seller(maker.name, maker.tax_code or "", maker.kind, address, maker.phone, maker.email)
