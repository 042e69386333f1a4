"""The producer's dossiers: how many wait for the producer, what to do next, what happened."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.models import StatusChange
from core.templatetags.market import day
from ratings import scoring
from ratings.models import Dossier
from ratings.states import DOSSIER, DossierStatus


@dataclass(frozen=True)
class Event:
    """One line of a dossier's story."""

    label: str
    at: dt.datetime
    who: str
    why: str


def badge(request: HttpRequest) -> str:
    """Number of dossiers that came back, for the menu; "" when there are none."""
    returned = Dossier.objects.owned_by(request.user).filter(status=DossierStatus.RETURNED).count()
    return str(returned) if returned else ""


def next_step(dossier: Dossier) -> str:
    """What the producer does now; whom the dossier waits for is said by its status."""
    status = DossierStatus(dossier.status)
    if status == DossierStatus.RETURNED and dossier.due_on:
        return _("Bổ sung rồi nộp lại trước hết ngày %s") % day(dossier.due_on)
    return {
        DossierStatus.DRAFT: _("Điền tiếp rồi nộp"),
        DossierStatus.RETURNED: _("Bổ sung rồi nộp lại"),
        DossierStatus.CERTIFIED: _("Đã xong: xem chứng nhận"),
        DossierStatus.WITHDRAWN: _("Đã xong: có thể lập hồ sơ mới"),
        DossierStatus.REJECTED: _("Đã xong: khắc phục rồi lập hồ sơ mới"),
        DossierStatus.NOT_RECOGNISED: _("Đã xong: có thể lập hồ sơ mới"),
    }.get(status, _("Chưa phải làm gì"))


def timeline(dossier: Dossier) -> list[Event]:
    """Opening and every step since, oldest first."""
    labels = dict(DossierStatus.choices)
    steps = StatusChange.objects.filter(machine=DOSSIER.name, object_id=dossier.pk)
    opened = Event(_("Lập hồ sơ"), dossier.created_at, str(dossier.created_by or ""), "")
    return [opened] + [
        Event(str(labels.get(step.to_state, step.to_state)), step.at, step.actor_label, step.reason)
        for step in steps
    ]


def return_reason(dossier: Dossier) -> StatusChange | None:
    """The step that sent the dossier back, while it lies with the producer for it."""
    if dossier.status != DossierStatus.RETURNED:
        return None
    steps = StatusChange.objects.filter(machine=DOSSIER.name, object_id=dossier.pk)
    return steps.filter(to_state=DossierStatus.RETURNED).last()


def needed(stars: int) -> Decimal:
    """The least score of a star."""
    return next(least for least, band in scoring.BANDS if band == stars)
