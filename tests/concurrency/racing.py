"""Real threads over the real database, started together."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def race(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every job in a thread of its own; returns results and raised errors in the jobs' order.

    All threads wait at one gate until each has its database connection open.
    """
    gate = threading.Barrier(len(jobs), timeout=60)
    results: list[Any] = [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            results[number] = job()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "threads wait for each other"
    return results


def until_somebody_waits(seconds: float = 30) -> None:
    """Return once a transaction of this database waits for another's lock; fails when none comes to wait."""
    deadline = time.monotonic() + seconds
    waits = """SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid IN (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database()))"""
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(waits)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")
