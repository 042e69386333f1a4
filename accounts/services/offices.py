"""Giving and taking offices; locking accounts. Only a system administrator may."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, Role, User
from core import clock
from core.errors import MarketError, NotAllowed
from core.models import Commune, Province
from core.services import records


class WrongArea(MarketError):
    """A commune officer needs a commune of the same province; nobody else has one."""

    code = "wrong_area"
    message = _("Cán bộ xã cần chọn xã thuộc đúng tỉnh; các vai trò khác để trống ô xã.")


class AlreadyAssigned(MarketError):
    code = "already_assigned"
    status = 409
    message = _("Người này đang giữ đúng phân công đó.")


def _only_administrators(actor: Any) -> None:
    """The system itself (no actor) and system administrators."""
    if actor is not None and not actor.is_superuser:
        raise NotAllowed


def assign(
    *,
    user: User,
    role: str,
    province: Province,
    commune: Commune | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    actor: Any,
    at: dt.datetime | None = None,
) -> Assignment:
    """Give an office from a day on. Raises NotAllowed, WrongArea, AlreadyAssigned."""
    _only_administrators(actor)
    needs_commune = role == Role.COMMUNE_OFFICER
    if needs_commune != (commune is not None) or (commune and commune.province_id != province.pk):
        raise WrongArea
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        same = Assignment.objects.filter(user=user, role=role, province=province, commune=commune)
        if same.filter(valid_to=None).exists():
            raise AlreadyAssigned
        row = Assignment(
            user=user,
            role=role,
            province=province,
            commune=commune,
            valid_from=valid_from or clock.today(),
            valid_to=valid_to,
        )
        records.create(obj=row, actor=actor, at=at)
    return row


def end(*, assignment: Assignment, actor: Any, reason: str = "", at: dt.datetime | None = None) -> None:
    """Yesterday was the last day in office."""
    _only_administrators(actor)
    last = max(clock.today() - dt.timedelta(days=1), assignment.valid_from - dt.timedelta(days=1))
    records.update(obj=assignment, values={"valid_to": last}, actor=actor, reason=reason, at=at)


def lock(*, user: User, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Nobody can sign in to the account; sessions end at their next request."""
    _only_administrators(actor)
    if user == actor:
        raise NotAllowed(_("Không thể tự khóa tài khoản của mình."))
    records.update(obj=user, values={"is_active": False}, actor=actor, reason=reason, at=at)


def unlock(*, user: User, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    _only_administrators(actor)
    records.update(obj=user, values={"is_active": True}, actor=actor, reason=reason, at=at)
