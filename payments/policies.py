"""Who may touch the market's money."""

from typing import Any

from accounts import selectors as accounts
from core.errors import NotAllowed


def require_treasurer(actor: Any) -> None:
    """Raises NotAllowed for everybody else."""
    if not accounts.is_treasurer(actor):
        raise NotAllowed
