"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import commission, parcels, shipping, vouchers

__all__ = ["commission", "parcels", "shipping", "vouchers"]
