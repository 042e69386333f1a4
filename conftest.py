"""The fixed cast is at hand in every app's tests; which worker gets which of them."""

from typing import Any

from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.cast", "tests.country", "tests.emptying"]

# A busy machine is slow, not wrong: no example is judged by the clock.
settings.register_profile("market", deadline=None)
settings.load_profile("market")


class OneMarket(LoadScopeScheduling):
    """File by file, since what a file's tests share is set up once; the browser tests all on one worker,
    since each worker would set up a market for them."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/e2e/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: Any, log: Any) -> OneMarket:
    return OneMarket(config, log)
