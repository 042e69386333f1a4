"""Steps that must say why, and the one way to refuse them without words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from core.text import clean_lines


class ReasonMissing(MarketError):
    code = "reason_missing"
    status = 422
    message = _("Hãy ghi lý do.")


def required(text: str, *, message: Any = None) -> str:
    """The reason as it is kept. Raises ReasonMissing, with a sentence for this step if there is one."""
    words = clean_lines(text)
    if not words:
        raise ReasonMissing(message)
    return words
