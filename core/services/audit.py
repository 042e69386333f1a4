"""Writing the audit trail."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models

from core import clock
from core.models import AuditEntry


def label_of(actor: Any) -> str:
    """What the trail shows for an actor: a name for users, "" for the system itself."""
    return str(actor)[:150] if actor is not None else ""


def record(
    *,
    action: str,
    obj: models.Model,
    actor: Any,
    at: dt.datetime | None = None,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry. ``changes`` maps field → [before, after], JSON-serialisable."""
    return AuditEntry.objects.create(
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        actor_id=getattr(actor, "pk", None),
        actor_label=label_of(actor),
        at=at or clock.now(),
        reason=reason,
        changes=dict(changes or {}),
    )
