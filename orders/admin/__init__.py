"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import ledger, money_files, notices, parcels, refunds, shipping

__all__ = ["ledger", "money_files", "notices", "parcels", "refunds", "shipping"]
