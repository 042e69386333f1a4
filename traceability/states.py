"""The machine of recalls. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine


class RecallStatus(models.TextChoices):
    OPEN = "open", _("Đang thu hồi")
    CLOSED = "closed", _("Đã kết thúc")
    REVOKED = "revoked", _("Đã rút lại")


_R = RecallStatus

# What was recalled stays recalled: a closed recall still turns its lots' pages red. One that was a
# mistake is revoked.
RECALL = Machine(
    name="traceability.recall",
    steps={
        _R.OPEN: frozenset({_R.CLOSED, _R.REVOKED}),
        _R.CLOSED: frozenset({_R.REVOKED}),
        _R.REVOKED: frozenset(),
    },
)
