"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import money_files, parcels, shipping

__all__ = ["money_files", "parcels", "shipping"]
