"""Reactions to outbox messages."""

from collections.abc import Mapping
from typing import Any

from core.outbox import subscribe
from ratings.services import letters
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
