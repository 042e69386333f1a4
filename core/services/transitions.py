"""The one way in which a state machine moves."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from core import clock, outbox
from core.errors import ForbiddenTransition
from core.models import StatusChange
from core.services import audit
from core.states import Machine


def transition(
    instance: models.Model,
    *,
    machine: Machine,
    to: str,
    actor: Any,
    at: dt.datetime | None = None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Move ``instance.status`` to ``to``; True when it moved, False when it was there already.

    Compare-and-set on the stored status, so of two racing callers one wins and the other
    either finds the wished state (False) or gets ForbiddenTransition with from, to, allowed.
    ``values`` are columns that change with the status, in the same UPDATE. History row, audit
    entry and outbox message share the transaction.
    """
    moment = at or clock.now()
    manager = type(instance)._default_manager
    with transaction.atomic():
        before = manager.select_for_update(of=("self",)).values_list("status", flat=True).get(pk=instance.pk)
        if before == to:
            instance.status = to  # type: ignore[attr-defined]
            return False
        if to not in machine.allowed(before):
            raise ForbiddenTransition(
                data={
                    "machine": machine.name,
                    "from": before,
                    "to": to,
                    "allowed": sorted(machine.allowed(before)),
                }
            )
        columns = {"status": to, **(values or {})}
        manager.filter(pk=instance.pk, status=before).update(**columns)
        for name, value in columns.items():
            setattr(instance, name, value)
        _tell(instance, machine=machine, before=before, to=to, actor=actor, at=moment, reason=reason)
    return True


def _tell(
    instance: models.Model,
    *,
    machine: Machine,
    before: str,
    to: str,
    actor: Any,
    at: dt.datetime,
    reason: str,
) -> None:
    """History row, audit entry and outbox message of one step."""
    StatusChange.objects.create(
        machine=machine.name,
        object_id=instance.pk,
        from_state=before,
        to_state=to,
        actor_id=getattr(actor, "pk", None),
        actor_label=audit.label_of(actor),
        reason=reason,
        at=at,
    )
    audit.record(
        action=f"{machine.name}.{to}",
        obj=instance,
        actor=actor,
        at=at,
        reason=reason,
        changes={"status": [before, to]},
    )
    if machine.topic:
        outbox.publish(machine.topic, {"id": instance.pk, "from": before, "to": to})
