"""Criteria sets: frozen by the first dossier that uses them."""

import datetime as dt
from typing import Any

from core import clock
from ratings.models import CriteriaSet


def freeze(*, criteria_set: CriteriaSet, actor: Any, at: dt.datetime | None = None) -> None:
    """From now on the set only changes as a new revision; nothing happens when it is frozen already."""
    CriteriaSet.objects.filter(pk=criteria_set.pk, frozen_at=None).update(frozen_at=at or clock.now())
