"""Saving the plain fields of a record, with what they were before in the audit trail.

For fields that mean nothing beyond themselves (texts, names, fees). Anything with a rule,
a counter or a state has a service of its own.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from core.services import audit


def update(
    *,
    obj: models.Model,
    values: Mapping[str, Any],
    actor: Any,
    reason: str = "",
    at: dt.datetime | None = None,
) -> list[str]:
    """Set ``values`` on the row and record field → [before, after]; returns the changed fields.

    The row is read afresh and locked, so the trail shows what the database really held.
    """
    model = type(obj)
    with transaction.atomic():
        stored = model._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        changes = {
            name: [_plain(before), _plain(value)]
            for name, value in values.items()
            if _plain(before := getattr(stored, name)) != _plain(value)
        }
        for name, value in values.items():
            setattr(obj, name, value)
        if changes:
            obj.save(update_fields=list(changes))
            audit.record(
                action=f"{model._meta.label_lower}.changed",
                obj=obj,
                actor=actor,
                at=at,
                reason=reason,
                changes=changes,
            )
    return list(changes)


def create(*, obj: models.Model, actor: Any, at: dt.datetime | None = None) -> models.Model:
    """Insert the row and record that it came to be."""
    with transaction.atomic():
        obj.save(force_insert=True)
        audit.record(action=f"{type(obj)._meta.label_lower}.created", obj=obj, actor=actor, at=at)
    return obj


def remove(*, obj: models.Model, actor: Any, at: dt.datetime | None = None) -> None:
    """Delete the row; the trail keeps its name."""
    with transaction.atomic():
        audit.record(
            action=f"{type(obj)._meta.label_lower}.removed",
            obj=obj,
            actor=actor,
            at=at,
            changes={"": [str(obj), ""]},
        )
        obj.delete()


def _plain(value: Any) -> Any:
    """A JSON value that says the same to a reader of the trail."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
