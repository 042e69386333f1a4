"""Self-assessment as a form sends it: many criteria at once, only differences are kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core.text import clean_lines
from ratings.models import Answer, Criterion, Desk, Dossier
from ratings.services import answers

LONGEST_NOTE = 2000  # characters


@dataclass(frozen=True)
class Given:
    """``option``: id of the chosen option, None to leave the choice as it is."""

    option: int | None
    note: str


def save(*, dossier: Dossier, given: Mapping[int, Given], actor: Any, at: dt.datetime | None = None) -> int:
    """Criterion id → what the producer says; the number of answers that changed. All or nothing.

    Raises NotAllowed, DeskClosed, AnswerRefused.
    """
    criteria = Criterion.objects.filter(criteria_set=dossier.criteria_set_id).prefetch_related("options")
    known = {row.pk: row for row in criteria}
    own = {row.criterion_id: row for row in dossier.answers.filter(desk=Desk.SELF)}
    changed = 0
    with transaction.atomic():
        for pk, said in given.items():
            if pk not in known:
                raise answers.AnswerRefused(data={"criterion": pk})
            changed += _save_one(dossier, known[pk], said, own.get(pk), actor, at)
    return changed


def _save_one(
    dossier: Dossier,
    criterion: Criterion,
    said: Given,
    before: Answer | None,
    actor: Any,
    at: dt.datetime | None,
) -> bool:
    options = {option.pk: option for option in criterion.options.all()}
    wanted = said.option if said.option is not None else before and before.option_id
    if wanted is not None and wanted not in options:
        raise answers.AnswerRefused(data={"criterion": criterion.pk})
    note = clean_lines(said.note[:LONGEST_NOTE])
    if (wanted, note) == ((before.option_id, before.note) if before else (None, "")):
        return False
    answers.record(
        dossier=dossier,
        desk=Desk.SELF,
        criterion=criterion,
        option=options[wanted] if wanted is not None else None,
        note=note,
        actor=actor,
        at=at,
    )
    return True
