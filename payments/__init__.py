"""Payments: how money comes in and goes back. Gateways, transfers, notices, ledger; no views."""
