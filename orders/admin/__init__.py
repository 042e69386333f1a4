"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import cases, commission, own_money, parcels, payout_accounts, payouts, shipping, vouchers

__all__ = [
    "cases",
    "commission",
    "own_money",
    "parcels",
    "payout_accounts",
    "payouts",
    "shipping",
    "vouchers",
]
