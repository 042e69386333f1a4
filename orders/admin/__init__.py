"""Screens of orders, shipping and money in the two admin sites."""

from orders.admin import (
    cases,
    cod,
    commission,
    ledger,
    money_files,
    notices,
    own_money,
    parcels,
    payout_accounts,
    payouts,
    recalls,
    refunds,
    remittances,
    shipping,
    vouchers,
)

__all__ = [
    "cases",
    "cod",
    "commission",
    "ledger",
    "money_files",
    "notices",
    "own_money",
    "parcels",
    "payout_accounts",
    "payouts",
    "recalls",
    "refunds",
    "remittances",
    "shipping",
    "vouchers",
]
