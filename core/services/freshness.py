"""The version of what the public sees: remembered pages carry it, so a change makes all of them stale.

Here, below producers and catalogue, because both change what is shown.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction

KEY = "public:version"
KEPT_SECONDS = 600

Value = TypeVar("Value")


def bump() -> None:
    """Renew the version now."""
    cache.set(KEY, uuid.uuid4().hex, None)


def bump_on_commit() -> None:
    """Renew the version once the change can be seen by others.

    A broken cache must not turn a committed order into an error page, hence ``robust``.
    """
    transaction.on_commit(bump, robust=True)


def remembered(key: tuple[Any, ...], make: Callable[[], Value], *, seconds: int = KEPT_SECONDS) -> Value:
    """``make()``, or what it gave for an equal key since the version last changed.

    One round trip when it is remembered: the version in force and the value with its version.
    The version is read before ``make`` reads the database, so a value that a change overtakes is
    kept under the old version and never found again. ``key`` is told apart by its repr. None is
    not remembered.
    """
    slot = f"public:{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}"
    cached = cache.get_many([KEY, slot])
    version = cached.get(KEY) or _start()
    of_version, value = cached.get(slot, ("", None))
    if of_version == version:
        return value
    value = make()
    if value is not None:
        cache.set(slot, (version, value), seconds)
    return value


def _start() -> str:
    """A version for a cache that has none; of two racing callers both use the winner's."""
    cache.add(KEY, uuid.uuid4().hex, None)
    return cache.get(KEY) or ""
