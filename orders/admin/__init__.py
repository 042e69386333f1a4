"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import cod, money_files, parcels, remittances, shipping

__all__ = ["cod", "money_files", "parcels", "remittances", "shipping"]
