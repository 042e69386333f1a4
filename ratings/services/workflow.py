"""The one way in which a dossier moves from desk to desk."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock
from core.services.transitions import transition
from ratings.models import Dossier
from ratings.states import DOSSIER


def move(*, dossier: Dossier, to: str, actor: Any, reason: str = "", at: dt.datetime | None = None) -> bool:
    """Move the dossier and set the new desk's deadline; True when it moved.

    Who may is asked by the callers. Raises ForbiddenTransition. History, audit and the notice to
    the producer share the transaction.
    """
    moment = at or clock.now()
    with transaction.atomic():
        moved = transition(dossier, machine=DOSSIER, to=to, actor=actor, at=moment, reason=reason)
        if moved:
            dossier.due_on = deadline(status=to, at=moment)
            dossier.save(update_fields=["due_on"])
    return moved


def deadline(*, status: str, at: dt.datetime) -> dt.date | None:
    """The last day for the desk that holds a dossier in this status; None where nobody is waited for."""
    days = settings.RATING_DESK_DAYS.get(status)
    return at.astimezone(clock.VIETNAM).date() + dt.timedelta(days=days) if days else None
