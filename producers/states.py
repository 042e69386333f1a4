"""The life of a producer in the market. Pure: no models, no database."""

from core.states import Machine

LISTED, ACTIVE, SUSPENDED = "listed", "active", "suspended"

PRODUCER = Machine(
    name="producer",
    steps={
        LISTED: frozenset({ACTIVE, SUSPENDED}),
        ACTIVE: frozenset({SUSPENDED}),
        SUSPENDED: frozenset({ACTIVE, LISTED}),
    },
    topic="producers.changed",
)
