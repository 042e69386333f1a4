"""The fixed cast is at hand in every app's tests."""

pytest_plugins = ["tests.cast", "tests.country"]
