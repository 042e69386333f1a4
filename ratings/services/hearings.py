"""What happens to a dossier before the council: begun, settled, scored again, stopped, sent back.

Locks are taken in one order: dossier → council → item → card.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import ForbiddenTransition, MarketError
from core.services.transitions import transition
from ratings import policies, scoring
from ratings.models import Council, CouncilItem, CouncilMember, Dossier, Score, Scorecard
from ratings.services import quorum, reasons, workflow
from ratings.states import ITEM, CouncilStatus, DossierStatus, ItemStatus


class SessionNotOpen(MarketError):
    code = "session_not_open"
    status = 409
    message = gettext_lazy("Phiên chưa khai mạc hoặc đã kết thúc, nên chưa chấm được.")


class DossierGone(MarketError):
    """The producer withdrew it meanwhile, say. Data: status."""

    code = "dossier_gone"
    status = 409
    message = gettext_lazy("Hồ sơ không còn ở bước hội đồng chấm. Thư ký hãy đưa hồ sơ ra khỏi phiên.")


def start(*, item: CouncilItem, actor: Any, at: dt.datetime | None = None) -> None:
    """Deal an empty card to everybody present. Raises NotAllowed, SessionNotOpen, DossierGone."""
    with transaction.atomic():
        stored = _run(item, actor, expected=ItemStatus.WAITING, to=ItemStatus.SCORING)
        transition(stored, machine=ITEM, to=ItemStatus.SCORING, actor=actor, at=at)
        _deal(stored)


def settle(*, item: CouncilItem, actor: Any, at: dt.datetime | None = None) -> CouncilItem:
    """Fix the result without waiting for the cards that are not locked.

    The chair and the session's share of all members must have locked theirs.
    Raises NotAllowed, NoQuorum, ForbiddenTransition, SessionNotOpen, DossierGone.
    """
    with transaction.atomic():
        stored = _run(item, actor, expected=ItemStatus.SCORING, to=ItemStatus.DONE)
        cards = _locked_cards(stored)
        members = list(stored.council.members.all())
        quorum.require(council=stored.council, members=members, there=[card.member for card in cards])
        _settle(stored, cards, actor, at or clock.now())
    return stored


def rescore(*, item: CouncilItem, discussion: str, actor: Any, at: dt.datetime | None = None) -> CouncilItem:
    """After the discussion everybody scores once more, on new cards; the old ones stay.

    Raises NotAllowed, ReasonMissing, ForbiddenTransition, SessionNotOpen, DossierGone.
    """
    words = reasons.required(discussion)
    with transaction.atomic():
        stored = _run(item, actor, expected=ItemStatus.DISCUSSING, to=ItemStatus.SCORING)
        _next_round(stored, words, actor, at)
    return stored


def resolve_stop(
    *, item: CouncilItem, is_upheld: bool, reason: str, actor: Any, at: dt.datetime | None = None
) -> CouncilItem:
    """Upheld, the dossier is rejected; dismissed, everybody scores once more on new cards.

    Raises NotAllowed, ReasonMissing, ForbiddenTransition, SessionNotOpen, DossierGone.
    """
    words = reasons.required(reason)
    to = ItemStatus.DONE if is_upheld else ItemStatus.SCORING
    with transaction.atomic():
        stored = _run(item, actor, expected=ItemStatus.BLOCKED, to=to)
        if is_upheld:
            transition(stored, machine=ITEM, to=to, actor=actor, reason=words, at=at)
            workflow.move(dossier=stored.dossier, to=DossierStatus.REJECTED, actor=actor, reason=words, at=at)
        else:
            _next_round(stored, words, actor, at)
    return stored


def send_back(*, item: CouncilItem, reason: str, actor: Any, at: dt.datetime | None = None) -> CouncilItem:
    """Out of the session, to the producer for more evidence or tests; the advisory team sees it next.

    Raises NotAllowed, ReasonMissing, ForbiddenTransition, SessionNotOpen, DossierGone.
    """
    words = reasons.required(reason)
    with transaction.atomic():
        stored = _run(item, actor, expected=None, to=ItemStatus.REMOVED)
        transition(stored, machine=ITEM, to=ItemStatus.REMOVED, actor=actor, reason=words, at=at)
        stored.dossier.returned_by = DossierStatus.ADVISORY
        stored.dossier.save(update_fields=["returned_by"])
        workflow.move(dossier=stored.dossier, to=DossierStatus.RETURNED, actor=actor, reason=words, at=at)
    return stored


def leave(*, dossier: Dossier, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """A dossier that is withdrawn leaves its session, also in mid-scoring; its cards stay.

    The caller has the dossier locked.
    """
    sessions = dossier.hearings.unfinished().values("council")
    list(Council.objects.select_for_update(of=("self",)).filter(pk__in=sessions))
    for item in dossier.hearings.unfinished().select_for_update(of=("self",)):
        transition(item, machine=ITEM, to=ItemStatus.REMOVED, actor=actor, reason=reason, at=at)


# --- Who is there ----------------------------------------------------------------------------


def hold_dossiers(*, council: Council) -> None:
    """Lock the dossiers being scored, before the session itself is locked."""
    scored = council.items.filter(status=ItemStatus.SCORING).values("dossier")
    list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=scored).order_by("pk"))


def follow_attendance(*, council: Council, actor: Any, at: dt.datetime) -> None:
    """Cards for who came late; a result where only somebody who left was waited for."""
    items = council.items.select_for_update(of=("self",)).filter(status=ItemStatus.SCORING)
    for item in items.select_related("dossier").order_by("pk"):
        item.council = council
        _deal(item)
        if item.dossier.status == DossierStatus.COUNCIL:
            settle_if_all_locked(item=item, actor=actor, at=at)


# --- Common ground ---------------------------------------------------------------------------


def hold(item: CouncilItem) -> CouncilItem:
    """The item, locked after its dossier and its session."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=item.dossier_id)
    council = Council.objects.select_for_update(of=("self",)).get(pk=item.council_id)
    stored = CouncilItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    stored.dossier, stored.council = dossier, council
    return stored


def require_hearing(item: CouncilItem) -> None:
    """The session is open and the dossier still before it. Raises SessionNotOpen, DossierGone."""
    if item.council.status != CouncilStatus.OPEN:
        raise SessionNotOpen(data={"status": item.council.status})
    if item.dossier.status != DossierStatus.COUNCIL:
        raise DossierGone(data={"status": item.dossier.status})


def _run(item: CouncilItem, actor: Any, *, expected: str | None, to: str) -> CouncilItem:
    """The item held for the secretary, in the state that the step starts from."""
    policies.require(policies.may_run(actor, item.council))
    stored = hold(item)
    if to not in ITEM.allowed(stored.status) or expected not in (None, stored.status):
        raise ForbiddenTransition(
            data={
                "machine": ITEM.name,
                "from": stored.status,
                "to": to,
                "allowed": sorted(ITEM.allowed(stored.status)),
            }
        )
    require_hearing(stored)
    return stored


def _deal(item: CouncilItem) -> None:
    """A card of this round for everybody present; who has one keeps it."""
    present = CouncilMember.objects.filter(council=item.council_id, is_present=True)
    Scorecard.objects.bulk_create(
        [Scorecard(item=item, member=member, round=item.round) for member in present],
        ignore_conflicts=True,
    )


def _next_round(item: CouncilItem, words: str, actor: Any, at: dt.datetime | None) -> None:
    item.round += 1
    item.spread = None
    item.discussion = words
    item.save(update_fields=["round", "spread", "discussion"])
    transition(item, machine=ITEM, to=ItemStatus.SCORING, actor=actor, reason=words, at=at)
    _deal(item)


def _locked_cards(item: CouncilItem) -> list[Scorecard]:
    return list(item.cards.locked().filter(round=item.round).select_related("member"))


def settle_if_all_locked(*, item: CouncilItem, actor: Any, at: dt.datetime) -> None:
    """Once nobody present is waited for. Short of a quorum (people left) the item stays open."""
    cards = _locked_cards(item)
    have_locked = {card.member_id for card in cards}
    members = list(item.council.members.all())
    if any(member.is_present and member.pk not in have_locked for member in members):
        return
    try:
        quorum.require(council=item.council, members=members, there=[card.member for card in cards])
    except quorum.NoQuorum:
        return
    _settle(item, cards, actor, at)


def _settle(item: CouncilItem, cards: list[Scorecard], actor: Any, at: dt.datetime) -> None:
    """Blocked, to be discussed, or done with score and stars. Who brought the result is in the trail."""
    if Score.objects.filter(card__in=cards, is_stopped=True).exists():
        transition(item, machine=ITEM, to=ItemStatus.BLOCKED, actor=actor, at=at)
        return
    outcome = scoring.result([card.total for card in cards if card.total is not None])
    item.spread = outcome.spread
    if outcome.must_be_discussed:
        item.save(update_fields=["spread"])
        transition(item, machine=ITEM, to=ItemStatus.DISCUSSING, actor=actor, at=at)
        return
    item.score = outcome.score
    item.save(update_fields=["spread", "score"])
    transition(item, machine=ITEM, to=ItemStatus.DONE, actor=actor, at=at)
    dossier = item.dossier
    dossier.score, dossier.stars = outcome.score, outcome.stars
    dossier.save(update_fields=["score", "stars"])
    workflow.move(dossier=dossier, to=_next_desk(outcome.stars), actor=actor, at=at)


def _next_desk(stars: int) -> str:
    if stars >= scoring.NATIONAL:
        return DossierStatus.CENTRAL
    return DossierStatus.SCORED if stars >= scoring.LOWEST_RECOGNISED else DossierStatus.NOT_RECOGNISED
