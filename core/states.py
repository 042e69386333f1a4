"""State machines as tables. One ``transition()`` (core.services.transitions) walks them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """A table of allowed steps: state → states that may follow.

    ``topic`` is published to the outbox on each change (payload: id, from, to), or nothing
    when it is None.
    """

    name: str
    steps: Mapping[str, frozenset[str]]
    topic: str | None = None

    def allowed(self, state: str) -> frozenset[str]:
        return self.steps.get(state, frozenset())
