"""Sessions in the cache and the database; while the cache is away the database is enough."""

from typing import Any

from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from redis.exceptions import RedisError


class SessionStore(cached_db.SessionStore):
    """Reads without the cache. Signing out still needs it: a session must not survive there."""

    def load(self) -> dict[str, Any]:
        try:
            return super().load()
        except RedisError:
            return DatabaseStore.load(self)

    def exists(self, session_key: str) -> bool:
        try:
            return super().exists(session_key)
        except RedisError:
            return DatabaseStore.exists(self, session_key)
