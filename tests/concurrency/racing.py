"""Real threads over the real database, started together."""

import threading
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
