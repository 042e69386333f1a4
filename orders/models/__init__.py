from orders.models.cart import Cart, CartLine
from orders.models.case import CaseLine, CasePhoto, ReturnCase
from orders.models.commission import CommissionRule, Settlement, SettlementLine
from orders.models.order import Order, OrderLine, SubOrder
from orders.models.recall import RecallNotice, RecallPart
from orders.models.shipping import (
    ContactAttempt,
    PickupPoint,
    Shipment,
    ShipmentEvent,
    ShippingPolicy,
    ShippingRate,
)
from orders.models.voucher import Voucher, VoucherUse

__all__ = [
    "Cart",
    "CartLine",
    "CaseLine",
    "CasePhoto",
    "CommissionRule",
    "ContactAttempt",
    "Order",
    "OrderLine",
    "PickupPoint",
    "RecallNotice",
    "RecallPart",
    "ReturnCase",
    "Settlement",
    "SettlementLine",
    "Shipment",
    "ShipmentEvent",
    "ShippingPolicy",
    "ShippingRate",
    "SubOrder",
    "Voucher",
    "VoucherUse",
]
