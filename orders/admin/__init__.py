"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import parcels, shipping

__all__ = ["parcels", "shipping"]
