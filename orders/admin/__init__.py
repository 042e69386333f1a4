"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import own_money, parcels, payout_accounts, payouts, shipping

__all__ = ["own_money", "parcels", "payout_accounts", "payouts", "shipping"]
