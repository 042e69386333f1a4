"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import cases, commission, parcels, shipping, vouchers

__all__ = ["cases", "commission", "parcels", "shipping", "vouchers"]
