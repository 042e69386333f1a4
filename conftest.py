"""The fixed cast is at hand in every app's tests."""

from hypothesis import settings

pytest_plugins = ["tests.cast", "tests.country", "tests.emptying"]

# A busy machine is slow, not wrong: no example is judged by the clock.
settings.register_profile("market", deadline=None)
settings.load_profile("market")
