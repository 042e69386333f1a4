"""The catalogue's version: a key that every cached count carries, so a change makes all stale."""

import uuid

from django.core.cache import cache
from django.db import transaction

KEY = "catalog:version"


def bump() -> None:
    """Renew the version now."""
    cache.set(KEY, uuid.uuid4().hex, None)


def bump_on_commit() -> None:
    """Renew the version once the change can be seen by others.

    A broken cache must not turn a committed order into an error page, hence ``robust``.
    """
    transaction.on_commit(bump, robust=True)


def start() -> str:
    """A version for a cache that has none; if two callers race, both use the winner's."""
    cache.add(KEY, uuid.uuid4().hex, None)
    return cache.get(KEY) or ""
