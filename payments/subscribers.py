"""Reactions of money to outbox messages."""
