"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import cases, parcels, shipping

__all__ = ["cases", "parcels", "shipping"]
