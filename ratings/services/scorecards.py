"""Phiếu chấm: members score alone, and what is locked never changes again.

Locks are taken in one order: dossier → council → item → card. A choice takes only the last two.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import MarketError
from core.services import audit
from core.text import clean_lines
from ratings import policies
from ratings.models import CouncilItem, Criterion, CriterionOption, Score, Scorecard
from ratings.services import hearings, reasons
from ratings.states import ItemStatus


class CardClosed(MarketError):
    """This round is over."""

    code = "card_closed"
    status = 409
    message = gettext_lazy("Vòng chấm này đã kết thúc, điểm vừa chọn không được ghi. Hãy tải lại trang.")


class CardLocked(MarketError):
    code = "card_locked"
    status = 409
    message = gettext_lazy("Phiếu đã khóa, không sửa được nữa.")


class NotPresent(MarketError):
    """The secretary has not marked the member as present."""

    code = "not_present"
    status = 409
    message = gettext_lazy("Thư ký chưa ghi bạn có mặt. Hãy báo thư ký điểm danh, rồi gửi lại.")


class ChoiceRefused(MarketError):
    """The option or the criterion is not of this card. Data: criterion."""

    code = "choice_refused"
    message = gettext_lazy("Lựa chọn không thuộc tiêu chí này. Hãy tải lại trang rồi chọn lại.")


class NoStopRule(MarketError):
    """Data: criterion."""

    code = "no_stop_rule"
    message = gettext_lazy("Tiêu chí này không có điều kiện loại.")


class CardIncomplete(MarketError):
    """Data: missing (criterion ids)."""

    code = "card_incomplete"
    status = 422


@dataclass(frozen=True)
class Choice:
    """What a form says of one criterion. ``option``: a primary key, ``STOP``, or "" for none yet."""

    criterion: int
    option: str
    comment: str


STOP = "stop"


def fill(*, card: Scorecard, choices: Iterable[Choice], actor: Any) -> dict[int, MarketError]:
    """Keep each choice that says something new; returns criterion → why its choice was refused.

    A refused one leaves the others kept. Raises what concerns the whole card: NotAllowed,
    CardClosed, CardLocked, NotPresent.
    """
    known = card.item.dossier.criteria_set.criteria.prefetch_related("options")
    criteria = {criterion.pk: criterion for criterion in known}
    stored = {score.criterion_id: score for score in card.scores.all()}
    refused: dict[int, MarketError] = {}
    for choice in choices:
        score = stored.get(choice.criterion)
        if choice == _said(choice.criterion, score):
            continue
        try:
            _keep(card, criteria.get(choice.criterion), choice, actor)
        except (ChoiceRefused, NoStopRule, reasons.ReasonMissing) as refusal:
            refused[choice.criterion] = refusal
    return refused


def _said(criterion: int, score: Score | None) -> Choice:
    """A stored score as the form would say it."""
    if score is None:
        return Choice(criterion, "", "")
    option = STOP if score.is_stopped else str(score.option_id or "")
    return Choice(criterion, option, score.comment)


def _keep(card: Scorecard, criterion: Criterion | None, choice: Choice, actor: Any) -> None:
    if criterion is None:
        raise ChoiceRefused(data={"criterion": choice.criterion})
    if choice.option == STOP:
        stop(card=card, criterion=criterion, reason=choice.comment, actor=actor)
        return
    option = next((row for row in criterion.options.all() if str(row.pk) == choice.option), None)
    if choice.option and option is None:
        raise ChoiceRefused(data={"criterion": criterion.pk})
    choose(card=card, criterion=criterion, option=option, comment=choice.comment, actor=actor)


def choose(
    *,
    card: Scorecard,
    criterion: Criterion,
    actor: Any,
    option: CriterionOption | None = None,
    comment: str = "",
    at: dt.datetime | None = None,
) -> Score:
    """Keep a member's choice, over the one before; without an option only the comment is kept.

    Raises NotAllowed, CardClosed, CardLocked, NotPresent, ChoiceRefused.
    """
    if option is not None and option.criterion_id != criterion.pk:
        raise ChoiceRefused(data={"criterion": criterion.pk})
    return _write(card, criterion, actor, at, option=option, comment=clean_lines(comment), is_stopped=False)


def stop(
    *, card: Scorecard, criterion: Criterion, actor: Any, reason: str, at: dt.datetime | None = None
) -> Score:
    """Say that the criterion's condition for rejection is met, and why.

    Raises as ``choose`` does, NoStopRule, ReasonMissing.
    """
    if not criterion.stop_rule:
        raise NoStopRule(data={"criterion": criterion.pk})
    words = reasons.required(reason)
    return _write(card, criterion, actor, at, option=None, comment=words, is_stopped=True)


def _write(card: Scorecard, criterion: Criterion, actor: Any, at: dt.datetime | None, **values: Any) -> Score:
    with transaction.atomic():
        item = (
            CouncilItem.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=card.item_id)
        )
        stored = _open_card(item, card, actor)
        if criterion.criteria_set_id != item.dossier.criteria_set_id:
            raise ChoiceRefused(data={"criterion": criterion.pk})
        score, _new = Score.objects.update_or_create(
            card=stored, criterion=criterion, defaults={**values, "at": at or clock.now()}
        )
    return score


def _open_card(item: CouncilItem, card: Scorecard, actor: Any) -> Scorecard:
    """The card, locked in the database, if its member may write on it now."""
    stored = Scorecard.objects.select_for_update(of=("self",)).select_related("member").get(pk=card.pk)
    policies.require(actor is not None and stored.member.user_id == actor.pk)
    if stored.locked_at is not None:
        raise CardLocked
    if item.status != ItemStatus.SCORING or stored.round != item.round:
        raise CardClosed
    if not stored.member.is_present:
        raise NotPresent
    return stored


def lock(*, card: Scorecard, actor: Any, comment: str = "", at: dt.datetime | None = None) -> CouncilItem:
    """Hand in the card for good; the last one of those present brings the result.

    A raised stop ends the scoring, so the other criteria may then stay open.
    Raises NotAllowed, CardClosed, CardLocked, NotPresent, CardIncomplete, SessionNotOpen, DossierGone.
    """
    moment = at or clock.now()
    with transaction.atomic():
        item = hearings.hold(card.item)
        stored = _open_card(item, card, actor)
        hearings.require_hearing(item)
        scores = list(stored.scores.select_related("option"))
        _require_complete(item, scores)
        stored.total = sum((score.option.points for score in scores if score.option), Decimal(0))
        stored.locked_at = moment
        stored.comment = clean_lines(comment)
        stored.save(update_fields=["total", "locked_at", "comment"])
        # Not what it sums to: the trail must not tell it before everybody has locked.
        audit.record(action="ratings.scorecard.locked", obj=stored, actor=actor, at=moment)
        hearings.settle_if_all_locked(item=item, actor=actor, at=moment)
    return item


def _require_complete(item: CouncilItem, scores: list[Score]) -> None:
    if any(score.is_stopped for score in scores):
        return
    scored = {score.criterion_id for score in scores if score.option_id}
    missing = [
        criterion
        for criterion in item.dossier.criteria_set.criteria.order_by("position")
        if criterion.pk not in scored
    ]
    if missing:
        raise CardIncomplete(
            _("Còn %(count)s tiêu chí chưa chấm: %(names)s.")
            % {
                "count": len(missing),
                "names": ", ".join(criterion.code or criterion.title for criterion in missing),
            },
            data={"missing": [criterion.pk for criterion in missing]},
        )
