"""What Postgres and Valkey have in common for the supervisor."""

import importlib.util
from pathlib import Path
from typing import Protocol

from ocop_market.runtime.problems import Problem
from ocop_market.runtime.processes import Spec


class Service(Protocol):
    """An embedded server: prepared, started by the supervisor, asked whether it answers."""

    name: str

    def prepare(self) -> Spec:
        """Make files on first use, choose a port, and say what to run."""

    def answers(self) -> bool:
        """Whether it takes connections now."""

    def publish(self) -> str:
        """Write down and return its URL, once it answers."""


def package_folder(package: str, instead: str) -> Path:
    """Where a wheel lies, without importing it; Problem if it is not installed."""
    found = importlib.util.find_spec(package)
    if not found or not found.submodule_search_locations:
        raise Problem(
            f"The package {package} has no build for this machine: set {instead} to a server of your own."
        )
    return Path(found.submodule_search_locations[0])
