"""How the stand-in misbehaves. Everything off is a gateway that tells the truth, once."""

import enum
from dataclasses import asdict, dataclass, replace
from typing import Any


class Lie(enum.StrEnum):
    """What a signed notice says although it is not so."""

    NONE = ""
    AMOUNT = "amount"  # a tenth of what was paid
    CURRENCY = "currency"  # the same figure in US dollars
    REFERENCE = "reference"  # an order that nobody placed
    FAILED_AFTER_PAID = "failed_after_paid"  # the truth first, then its opposite


class ApiFault(enum.StrEnum):
    """What goes wrong when the market asks something."""

    NONE = ""
    LOST = "lost"  # done, but the answer never arrives
    FORGE = "forge"  # done, and the answer has a wrong signature
    REFUSE = "refuse"  # not done, with a signed refusal
    BROKEN = "broken"  # not done, HTTP 500


@dataclass(frozen=True)
class Manners:
    """``delay``: seconds before a notice. ``repeat``: how often each is sent; ``at_once``: side by side
    instead of one after the other. ``reorder``: notices are held back until there are so many, then sent
    newest first. ``forge``: wrong signature. ``drop``: never sent. ``tries`` and ``pause``: how often, and
    after how many seconds, a notice is sent again until the market answers 00 or 02.
    """

    delay: float = 0.0
    repeat: int = 1
    at_once: bool = False
    reorder: int = 0
    forge: bool = False
    drop: bool = False
    lie: Lie = Lie.NONE
    api: ApiFault = ApiFault.NONE
    tries: int = 10
    pause: float = 3.0

    def but(self, changes: dict[str, Any]) -> "Manners":
        """These manners with some changed; ValueError for one that does not exist."""
        kinds = {name: type(value) for name, value in asdict(self).items()}
        unknown = changes.keys() - kinds.keys()
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        return replace(self, **{name: kinds[name](value) for name, value in changes.items()})
