"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from core.outbox import subscribe
from ratings.services import import_batches, letters
from ratings.states import DossierStatus


@subscribe("ratings.dossier_changed")
def tell_of_dossier(payload: Mapping[str, Any]) -> None:
    # A dropped draft puts the dossier back: nothing new for the producer.
    if payload["from"] != DossierStatus.IN_DECISION:
        letters.dossier_changed(dossier_id=payload["id"], to=payload["to"])


@subscribe("ratings.dossier_changed")
def tell_the_desk(payload: Mapping[str, Any]) -> None:
    letters.desk_called(dossier_id=payload["id"], to=payload["to"])


@subscribe("ratings.decision_changed")
def tell_of_decision(payload: Mapping[str, Any]) -> None:
    letters.decision_signed(decision_id=payload["id"], to=payload["to"])


@subscribe("ratings.import_confirmed")
def enter_list(payload: Mapping[str, Any]) -> None:
    actor = User.objects.filter(pk=payload["actor"]).first()
    import_batches.apply_confirmed(batch_id=payload["id"], actor=actor)
