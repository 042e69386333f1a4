"""What the public sees is remembered, and forgotten by topic when something changes.

A topic is a thing that pages show: one product, one producer, the catalogue as a whole. A page
names the topics it was drawn from; changing one forgets the pages that name it and leaves the
others. Here, below producers and catalogue, because both change what is shown.

Time is a counter in the cache, not a clock: servers agree on it. A value is good while none of
its topics was renewed after the counter it was made under, which is read before the database.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

CLOCK = "public:clock"
EVERYTHING = "everything"
CATALOGUE = "catalogue"
KEPT_SECONDS = 600  # at most
_TOPIC_SECONDS = 2 * KEPT_SECONDS  # outlives every value that it makes stale

Value = TypeVar("Value")
logger = logging.getLogger(__name__)
_unreachable = False


def of_product(product_id: int) -> str:
    """Topic of one product: its texts, packs, prices, pictures, star."""
    return f"product:{product_id}"


def of_producer(slug: str) -> str:
    """Topic of one producer: what it says of itself, whether it sells."""
    return f"producer:{slug}"


def bump(*topics: str) -> None:
    """Renew the topics now; without any, everything."""
    cache.add(CLOCK, time.time_ns(), None)
    moment = None
    while moment != cache.get(CLOCK):  # again when another came between, whose later moment we may have lost
        moment = cache.incr(CLOCK)
        cache.set_many({_stamp(topic): moment for topic in topics or (EVERYTHING,)}, _TOPIC_SECONDS)


def bump_on_commit(*topics: str) -> None:
    """Renew the topics once the change can be seen by others.

    A broken cache must not turn a committed order into an error page, hence ``robust``.
    """
    transaction.on_commit(lambda: bump(*topics), robust=True)


def remembered(
    key: tuple[Any, ...],
    make: Callable[[], Value],
    *,
    topics: Callable[[Value], Iterable[str]] = lambda value: (),
    seconds: int = KEPT_SECONDS,
) -> Value:
    """``make()``, or what it gave for an equal key while its topics stayed as they were.

    ``topics`` names what a value shows; the catalogue as a whole when it names nothing. One round
    trip for the catalogue, two otherwise. ``key`` is told apart by its repr. None is not
    remembered. Without a cache every value is made anew.
    """
    slot = f"remembered:{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}"
    try:
        clock, good, value = _look_up(slot)
    except RedisError as error:
        _note(error)
        return make()
    _note(None)
    if good:
        return value
    value = make()
    if value is not None:
        try:
            cache.set(slot, (clock, tuple(topics(value)), value), seconds)
        except RedisError as error:
            _note(error)
    return value


def _look_up(slot: str) -> tuple[int, bool, Any]:
    """The counter now, whether the slot holds something good, and what it holds."""
    everything, catalogue = _stamp(EVERYTHING), _stamp(CATALOGUE)
    cached = cache.get_many([CLOCK, everything, catalogue, slot])
    clock = cached.get(CLOCK) or _start()
    if slot not in cached:
        return clock, False, None
    made_at, topics, value = cached[slot]
    if topics:
        stamps = cache.get_many([_stamp(topic) for topic in topics])
    else:
        stamps = {catalogue: cached.get(catalogue, 0)}
    latest = max(cached.get(everything, 0), *stamps.values(), 0)
    return clock, latest <= made_at, value


def _stamp(topic: str) -> str:
    return f"public:topic:{topic}"


def _start() -> int:
    """A counter for a cache that has none, above all that went before; racing callers share one."""
    cache.add(CLOCK, time.time_ns(), None)
    return cache.get(CLOCK) or 0


def _note(error: RedisError | None) -> None:
    """Say that the cache is away, once until it is back, not with every page."""
    global _unreachable
    if error and not _unreachable:
        logger.warning("The cache does not answer, so pages are made anew each time: %s", error)
    _unreachable = error is not None
