"""Phiên họp hội đồng: who sits, which dossiers are heard, who is there, opening and closing."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import clock
from core.errors import MarketError
from core.models import Province
from core.services import audit, records
from core.services.constraints import refusing
from core.services.transitions import transition
from ratings import policies
from ratings.models import Council, CouncilItem, CouncilMember, Dossier
from ratings.selectors import seats
from ratings.services import hearings, quorum
from ratings.states import COUNCIL, ITEM, CouncilStatus, DossierStatus, ItemStatus


class SessionBegun(MarketError):
    """Members are fixed when the session opens. Data: status."""

    code = "session_begun"
    status = 409
    message = gettext_lazy("Phiên đã khai mạc, nên danh sách thành viên không đổi được nữa.")


class SessionClosed(MarketError):
    code = "session_closed"
    status = 409
    message = gettext_lazy("Phiên đã kết thúc, không thay đổi được nữa.")


class SeatRefused(MarketError):
    """Not a candidate of the province, seated already, or a second chair."""

    code = "seat_refused"
    message = gettext_lazy(
        "Người này không phải thành viên hội đồng hay cán bộ của tỉnh. Hãy chọn người khác."
    )


class HearingRefused(MarketError):
    """The dossier cannot be put on the session. Data: dossier (code)."""

    code = "hearing_refused"


class Unfinished(MarketError):
    """Some items have no result yet. Data: items (how many)."""

    code = "unfinished"
    status = 409


def plan(
    *,
    province: Province,
    name: str,
    held_on: dt.date,
    secretary: User,
    actor: Any,
    venue: str = "",
    quorum_percent: int | None = None,
    is_illustrative: bool = False,
    at: dt.datetime | None = None,
) -> Council:
    """A session to come, without members or dossiers yet. Raises NotAllowed."""
    policies.require(policies.is_province_desk(actor, province))
    council = Council(
        province=province,
        name=name,
        held_on=held_on,
        venue=venue,
        secretary=secretary,
        is_illustrative=is_illustrative,
        created_at=at or clock.now(),
    )
    if quorum_percent is not None:
        council.quorum_percent = quorum_percent
    records.create(obj=council, actor=actor, at=at)
    return council


# --- Members ---------------------------------------------------------------------------------


def seat(
    *,
    council: Council,
    user: User,
    actor: Any,
    role: str = CouncilMember.Role.MEMBER,
    title: str = "",
    at: dt.datetime | None = None,
) -> CouncilMember:
    """Give a seat to somebody who may sit in this province's council; one of them is the chair.

    Raises NotAllowed, SessionBegun, SeatRefused.
    """
    with transaction.atomic():
        stored = _planned(council, actor)
        if not seats.candidates(stored.province_id).filter(pk=user.pk).exists():
            raise SeatRefused
        member = CouncilMember(council=stored, user=user, role=role, title=title)
        with refusing(_SEATS):
            records.create(obj=member, actor=actor, at=at)
    return member


def change_seat(*, member: CouncilMember, role: str, title: str, actor: Any) -> None:
    """Another role or title before the session opens. Raises NotAllowed, SessionBegun, SeatRefused."""
    with transaction.atomic():
        _planned(member.council, actor)
        with refusing(_SEATS):
            records.update(obj=member, values={"role": role, "title": title}, actor=actor)


def unseat(*, member: CouncilMember, actor: Any) -> None:
    """Take the seat away before the session opens. Raises NotAllowed, SessionBegun."""
    with transaction.atomic():
        _planned(member.council, actor)
        records.remove(obj=member, actor=actor)


_SEATS = {
    "councilmember_unique": lambda: SeatRefused(_("Người này đã có trong danh sách thành viên.")),
    "councilmember_one_chair": lambda: SeatRefused(
        _("Phiên chỉ có một chủ tịch. Hãy đổi vai trò của chủ tịch hiện tại trước.")
    ),
}


def attend(*, council: Council, present: Collection[int], actor: Any, at: dt.datetime | None = None) -> None:
    """Who is there now: primary keys of members, all others are absent.

    Who comes late gets cards for what is being scored; when somebody leaves, what only waited
    for this member is settled. Raises NotAllowed, SessionClosed.
    """
    moment = at or clock.now()
    with transaction.atomic():
        hearings.hold_dossiers(council=council)
        stored = _locked(council, actor)
        if stored.status == CouncilStatus.CLOSED:
            raise SessionClosed
        members = list(stored.members.all())
        before = sorted(member.pk for member in members if member.is_present)
        after = sorted(member.pk for member in members if member.pk in present)
        if before == after:
            return
        stored.members.filter(pk__in=after).update(is_present=True)
        stored.members.exclude(pk__in=after).update(is_present=False)
        audit.record(
            action="ratings.council.attended",
            obj=stored,
            actor=actor,
            at=moment,
            changes={"present": [before, after]},
        )
        hearings.follow_attendance(council=stored, actor=actor, at=moment)


# --- Dossiers --------------------------------------------------------------------------------


def put_on(
    *, council: Council, dossiers: Iterable[Dossier], actor: Any, at: dt.datetime | None = None
) -> list[CouncilItem]:
    """Dossiers of the province that wait for a council, in the order given, after those there.

    Raises NotAllowed, SessionClosed, HearingRefused.
    """
    made = []
    with transaction.atomic():
        held = {
            row.pk: row
            for row in Dossier.objects.select_for_update(of=("self",))
            .filter(pk__in=[dossier.pk for dossier in dossiers])
            .order_by("pk")
        }
        stored = _locked(council, actor)
        if stored.status == CouncilStatus.CLOSED:
            raise SessionClosed
        last = stored.items.aggregate(last=Max("position"))["last"] or 0
        for position, dossier in enumerate((held[d.pk] for d in dossiers), last + 1):
            _require_waiting(stored, dossier)
            item = CouncilItem(council=stored, dossier=dossier, position=position)
            with refusing(_hearings(dossier)):
                records.create(obj=item, actor=actor, at=at)
            made.append(item)
    return made


def _require_waiting(council: Council, dossier: Dossier) -> None:
    if dossier.province_id != council.province_id or dossier.status != DossierStatus.COUNCIL:
        raise HearingRefused(
            _("Hồ sơ %s không ở bước chờ hội đồng của tỉnh này.") % dossier.code,
            data={"dossier": dossier.code},
        )


def _hearings(dossier: Dossier) -> dict[str, Any]:
    def refused(sentence: str) -> Any:
        return lambda: HearingRefused(sentence % dossier.code, data={"dossier": dossier.code})

    return {
        "councilitem_one_hearing": refused(_("Hồ sơ %s đang ở một phiên khác chưa có kết quả.")),
        "councilitem_unique": refused(_("Hồ sơ %s đã qua phiên này. Hãy đưa vào một phiên khác.")),
    }


def take_off(*, item: CouncilItem, actor: Any, reason: str = "", at: dt.datetime | None = None) -> None:
    """Leave the dossier out of the session; it waits for another one.

    Raises NotAllowed, SessionClosed, ForbiddenTransition (it has a result).
    """
    with transaction.atomic():
        stored = _locked(item.council, actor)
        if stored.status == CouncilStatus.CLOSED:
            raise SessionClosed
        if stored.status == CouncilStatus.PLANNED:
            records.remove(obj=item, actor=actor, at=at)
        else:
            transition(item, machine=ITEM, to=ItemStatus.REMOVED, actor=actor, reason=reason, at=at)


# --- Opening and closing ---------------------------------------------------------------------


def open_session(*, council: Council, actor: Any, at: dt.datetime | None = None) -> None:
    """Begin, with the chair and enough members there. Raises NotAllowed, NoQuorum."""
    with transaction.atomic():
        stored = _locked(council, actor)
        members = list(stored.members.all())
        quorum.require(council=stored, members=members, there=[m for m in members if m.is_present])
        transition(stored, machine=COUNCIL, to=CouncilStatus.OPEN, actor=actor, at=at)
    council.status = stored.status


def close_session(*, council: Council, actor: Any, at: dt.datetime | None = None) -> None:
    """End, once every dossier has a result or was left out. Raises NotAllowed, Unfinished."""
    with transaction.atomic():
        stored = _locked(council, actor)
        waiting = stored.items.unfinished().count()
        if waiting:
            raise Unfinished(
                _("Còn %s hồ sơ chưa có kết quả. Chốt kết quả hoặc đưa ra khỏi phiên trước.") % waiting,
                data={"items": waiting},
            )
        transition(stored, machine=COUNCIL, to=CouncilStatus.CLOSED, actor=actor, at=at)
    council.status = stored.status


def _locked(council: Council, actor: Any) -> Council:
    stored = Council.objects.select_for_update(of=("self",)).get(pk=council.pk)
    policies.require(policies.may_run(actor, stored))
    return stored


def _planned(council: Council, actor: Any) -> Council:
    stored = _locked(council, actor)
    if stored.status != CouncilStatus.PLANNED:
        raise SessionBegun(data={"status": stored.status})
    return stored
