"""Errors of the domain: a code for programs, a sentence for people, an HTTP status for edges."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class MarketError(Exception):
    """Base of every expected refusal. ``str(error)`` is a sentence fit to show to the user.

    ``data`` holds JSON-serialisable details (ids, limits), never personal data.
    """

    code = "error"
    status = 400
    message: Any = _("Yêu cầu không thực hiện được.")

    def __init__(self, message: Any = None, *, data: Mapping[str, Any] | None = None) -> None:
        self.message = message or self.message
        self.data = dict(data or {})
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(MarketError):
    """The actor may not do this. Nothing was changed and nothing was queued."""

    code = "not_allowed"
    status = 403
    message = _("Bạn không có quyền thực hiện việc này.")


class ForbiddenTransition(MarketError):
    """A state machine was asked for a step that it does not have. Data: from, to, allowed."""

    code = "forbidden_transition"
    status = 409
    message = _("Trạng thái hiện tại không cho phép bước này.")


class FileRefused(MarketError):
    """The file as a whole cannot be read. Data: missing, found."""

    code = "file_refused"
    message = _("Không đọc được tệp này.")
