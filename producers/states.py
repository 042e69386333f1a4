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

UNCONFIRMED, CONFIRMED = "unconfirmed", "confirmed"

# Where a producer's money goes. Whatever changes of it has to be confirmed again.
PAYOUT_ACCOUNT = Machine(
    name="producers.payout_account",
    steps={
        UNCONFIRMED: frozenset({CONFIRMED}),
        CONFIRMED: frozenset({UNCONFIRMED}),
    },
    topic="producers.payout_account_changed",
)
