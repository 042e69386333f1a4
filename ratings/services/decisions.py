"""Decisions of recognition: one person drafts, another signs; signing gives the stars.

Locks are taken in one order: decision → dossiers (by pk) → products (by pk).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from core import clock
from core.errors import MarketError
from core.models import Province
from core.services import audit
from core.services.transitions import transition
from core.templatetags.market import day
from ratings import policies, scoring
from ratings.models import DecisionLine, Dossier, DossierKind, RatingDecision
from ratings.services import drafts, recognitions, revocations, workflow
from ratings.states import RATING_DECISION, DecisionStatus, DossierStatus

Kind, Level = RatingDecision.Kind, RatingDecision.Level
# Where a dossier waits for a decision of each level, and returns to when the draft is dropped.
WAITING = {Level.PROVINCE: DossierStatus.SCORED, Level.NATIONAL: DossierStatus.CENTRAL}
NOTES = {
    DossierKind.FIRST: gettext_lazy("Lần đầu"),
    DossierKind.RENEWAL: gettext_lazy("Đánh giá lại"),
    DossierKind.UPGRADE: gettext_lazy("Nâng hạng"),
}


class EmptyList(MarketError):
    code = "empty_list"
    message = gettext_lazy("Chưa chọn hồ sơ nào. Đánh dấu ít nhất một hồ sơ.")


class DossierElsewhere(MarketError):
    """A dossier of another province. Data: code."""

    code = "dossier_elsewhere"
    status = 403


class DossierNotReady(MarketError):
    """A dossier that does not wait for such a decision. Data: code, status."""

    code = "dossier_not_ready"
    status = 409


class DossierTaken(MarketError):
    """A dossier in another draft. Data: code, number."""

    code = "dossier_taken"
    status = 409


class LaterDecision(MarketError):
    """A product recognised by a decision of a later day: this one would give no star. Data: code, number."""

    code = "later_decision"
    status = 409


class ScoreOutOfBand(MarketError):
    """A score from the centre that is no five-star score. Data: code."""

    code = "score_out_of_band"


class SignedByDrafter(MarketError):
    code = "signed_by_drafter"
    status = 403
    message = gettext_lazy("Người soạn không được ký dự thảo của mình. Cần một lãnh đạo khác ký.")


def draft(
    *,
    province: Province,
    number: str,
    decided_on: dt.date,
    dossiers: Sequence[Dossier],
    actor: Any,
    round_name: str = "",
    level: str = Level.PROVINCE,
    authority: str = "",
    scores: Mapping[int, Decimal] | None = None,
    at: dt.datetime | None = None,
) -> RatingDecision:
    """A draft with these dossiers in its list; they leave the pile of those that wait.

    ``level`` "province" takes scored dossiers; "national" records a decision of the centre: five
    stars for dossiers sent there, with ``scores`` (dossier pk → points) as the centre gave them.
    ``authority`` is the province's committee unless said otherwise. Raises NotAllowed,
    InvalidDraft, NumberTaken, EmptyList, DossierElsewhere, DossierNotReady, DossierTaken,
    LaterDecision, ScoreOutOfBand; then nothing has changed.
    """
    head = drafts.columns(
        number=number,
        decided_on=decided_on,
        authority=authority or drafts.authority_of(province),
        level=level,
        round_name=round_name,
    )
    with transaction.atomic():
        row = drafts.insert(kind=Kind.RECOGNITION, province=province, head=head, actor=actor, at=at)
        _set_list(row, dossiers, scores or {}, actor, at)
    return row


def change(
    *,
    decision: RatingDecision,
    number: str,
    decided_on: dt.date,
    dossiers: Sequence[Dossier],
    actor: Any,
    round_name: str = "",
    authority: str = "",
    scores: Mapping[int, Decimal] | None = None,
    at: dt.datetime | None = None,
) -> RatingDecision:
    """Another head and another list for a draft; only its drafter may.

    Raises NoDraft, NotTheDrafter, and what ``draft`` raises.
    """
    with transaction.atomic():
        row = drafts.locked(decision=decision)
        # Whoever writes in it drafts it, and could not sign: so nobody else writes in it.
        if actor is None or row.drafted_by_id != actor.pk or row.kind != Kind.RECOGNITION:
            raise drafts.NotTheDrafter
        policies.require(policies.is_province_desk(actor, row.province))
        head = drafts.columns(
            number=number,
            decided_on=decided_on,
            authority=authority or row.authority,
            level=row.level,
            round_name=round_name,
        )
        changes = {name: [str(getattr(row, name)), str(value)] for name, value in head.items()}
        for name, value in head.items():
            setattr(row, name, value)
        drafts.save(row=row)
        audit.record(
            action="ratings.decision.redrafted",
            obj=row,
            actor=actor,
            at=at,
            changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        )
        _set_list(row, dossiers, scores or {}, actor, at)
    return row


def drop(*, decision: RatingDecision, actor: Any, reason: str = "", at: dt.datetime | None = None) -> None:
    """Give a draft up: its dossiers wait again. Raises NoDraft, NotAllowed."""
    with transaction.atomic():
        row = drafts.locked(decision=decision)
        policies.require(policies.is_province_desk(actor, row.province))
        _replace(row, [], [], actor, at)
        transition(row, machine=RATING_DECISION, to=DecisionStatus.DROPPED, actor=actor, reason=reason, at=at)


def sign(*, decision: RatingDecision, actor: Any, at: dt.datetime | None = None) -> RatingDecision:
    """Issue the decision: certificates, stars, closed dossiers and queued notices, all or nothing.

    A revocation takes its certificates away instead. The drafter never signs, whatever office
    they hold. Raises NoDraft, NotAllowed, SignedByDrafter, LaterDecision, and what
    ``recognitions.issue`` raises.
    """
    moment = at or clock.now()
    with transaction.atomic():
        row = drafts.locked(decision=decision)
        if actor is None or row.drafted_by_id == actor.pk:
            raise SignedByDrafter
        policies.require(policies.may_sign(actor, row.province))
        transition(
            row,
            machine=RATING_DECISION,
            to=DecisionStatus.SIGNED,
            actor=actor,
            at=moment,
            values={"signed_by": actor, "signed_at": moment},
        )
        if row.kind == Kind.REVOCATION:
            revocations.carry_out(decision=row, actor=actor, at=moment)
        else:
            _certify(row, actor, moment)
    return row


def central_refused(*, dossier: Dossier, actor: Any, reason: str, at: dt.datetime | None = None) -> Dossier:
    """The centre gave no five stars: the province decides, with four stars at most.

    Raises NotAllowed, DossierNotReady.
    """
    with transaction.atomic():
        (stored,) = _locked_dossiers([dossier])
        policies.require(policies.is_province_desk(actor, stored.province_id))
        if stored.status != DossierStatus.CENTRAL:
            raise _not_ready(stored)
        stored.stars = scoring.NATIONAL - 1
        stored.save(update_fields=["stars"])
        workflow.move(dossier=stored, to=DossierStatus.SCORED, actor=actor, reason=reason, at=at)
    return stored


def _set_list(
    row: RatingDecision,
    dossiers: Sequence[Dossier],
    scores: Mapping[int, Decimal],
    actor: Any,
    at: dt.datetime | None,
) -> None:
    """Make the dossiers, and no others, the list of the draft."""
    if not dossiers:
        raise EmptyList
    listed = row.lines.values_list("dossier_id", flat=True)
    both = _locked_dossiers([*dossiers, *Dossier.objects.filter(pk__in=listed)])
    wanted = {dossier.pk for dossier in dossiers}
    before = set(listed)
    chosen = [dossier for dossier in both if dossier.pk in wanted]
    for dossier in chosen:
        if dossier.pk not in before:
            _require_ready(dossier, row)
        _require_latest(dossier, row)
    lines = [_line(row, dossier, scores) for dossier in chosen]
    lines.sort(key=lambda line: (-(line.stars or 0), -(line.score or 0), line.product_name))
    _replace(row, chosen, lines, actor, at)
    versions = sorted({dossier.criteria_set.version.code for dossier in chosen})
    row.rule_set = ", ".join(versions)[:30]
    row.is_illustrative = any(dossier.is_illustrative for dossier in chosen)
    row.save(update_fields=["rule_set", "is_illustrative"])


def _replace(
    row: RatingDecision,
    chosen: Sequence[Dossier],
    lines: Sequence[DecisionLine],
    actor: Any,
    at: dt.datetime | None,
) -> None:
    """Write the new lines; who leaves the list waits again, who joins it is in the draft."""
    staying = {dossier.pk for dossier in chosen}
    leaving = Dossier.objects.filter(decision_lines__decision=row).exclude(pk__in=staying)
    for dossier in _locked_dossiers(leaving):
        workflow.move(dossier=dossier, to=WAITING[Level(row.level)], actor=actor, at=at)
    row.lines.all().delete()
    for position, line in enumerate(lines, start=1):
        line.position = position
    DecisionLine.objects.bulk_create(lines)
    for dossier in chosen:
        workflow.move(dossier=dossier, to=DossierStatus.IN_DECISION, actor=actor, at=at)


def _locked_dossiers(dossiers: Any) -> list[Dossier]:
    """The rows afresh, by pk, nobody else's until the transaction ends."""
    return list(
        Dossier.objects.select_for_update(of=("self",))
        .select_related("product__producer", "province", "commune", "criteria_set__version")
        .filter(pk__in=[dossier.pk for dossier in dossiers])
        .order_by("pk")
    )


def _require_ready(dossier: Dossier, row: RatingDecision) -> None:
    if dossier.province_id != row.province_id:
        text = _("Hồ sơ %s thuộc tỉnh khác. Bỏ hồ sơ này khỏi danh sách.") % dossier.code
        raise DossierElsewhere(text, data={"code": dossier.code})
    if dossier.status == DossierStatus.IN_DECISION:
        other = dossier.decision_lines.select_related("decision").get().decision
        text = _("Hồ sơ %(code)s đã nằm trong dự thảo số %(number)s. Bỏ chọn, hoặc bỏ khỏi dự thảo kia.")
        facts = {"code": dossier.code, "number": other.number}
        raise DossierTaken(text % facts, data=facts)
    is_recognised = (dossier.stars or 0) >= scoring.LOWEST_RECOGNISED
    if dossier.status != WAITING.get(Level(row.level)) or not is_recognised:
        raise _not_ready(dossier)


def _require_latest(dossier: Dossier, row: RatingDecision) -> None:
    later = recognitions.later(product=dossier.product, decision=row)
    if later is None:
        return
    text = _(
        "%(name)s đã được công nhận theo quyết định %(number)s (%(day)s), muộn hơn ngày ký %(own)s ghi ở "
        "đây. Kiểm tra lại ngày ký, hoặc bỏ hồ sơ %(code)s khỏi danh sách."
    )
    number = later.decision.number or later.number
    facts = {
        "name": dossier.product.name,
        "number": number,
        "day": later.decision.decided_text,
        "own": day(row.decided_on),
        "code": dossier.code,
    }
    raise LaterDecision(text % facts, data={"code": dossier.code, "number": number})


def _not_ready(dossier: Dossier) -> DossierNotReady:
    text = _("Hồ sơ %(code)s (%(name)s) đang ở bước “%(status)s”, không đưa vào quyết định này được.")
    facts = {
        "code": dossier.code,
        "name": dossier.product.name,
        "status": dossier.get_status_display(),
    }
    return DossierNotReady(text % facts, data={"code": dossier.code, "status": dossier.status})


def _line(row: RatingDecision, dossier: Dossier, scores: Mapping[int, Decimal]) -> DecisionLine:
    """The dossier as the list prints it; the centre's points and stars where the centre decided."""
    score, stars = dossier.score, dossier.stars
    if row.level == Level.NATIONAL:
        score, stars = scores.get(dossier.pk), scoring.NATIONAL
        if score is not None and not (0 <= score <= 100 and scoring.stars_of(score) == stars):
            text = _("Hồ sơ %s: điểm của Trung ương cho 5 sao phải từ 90 đến 100. Kiểm tra lại quyết định.")
            raise ScoreOutOfBand(text % dossier.code, data={"code": dossier.code})
    producer = dossier.product.producer
    place = [producer.address_line, dossier.commune.name, dossier.province.name]
    return DecisionLine(
        decision=row,
        dossier=dossier,
        product_name=dossier.product.name[:250],
        producer_name=producer.name[:250],
        address=", ".join(part for part in place if part)[:250],
        score=score,
        stars=stars,
        note=str(NOTES[DossierKind(dossier.kind)]),
    )


def _certify(row: RatingDecision, actor: Any, at: dt.datetime) -> None:
    lines = list(row.lines.order_by("dossier__product_id"))
    dossiers = {
        dossier.pk: dossier
        for dossier in _locked_dossiers(Dossier.objects.filter(decision_lines__decision=row))
    }
    products = Product.objects.select_for_update(of=("self",)).select_related("producer", "commune")
    by_pk = {
        product.pk: product for product in products.filter(dossiers__in=dossiers.values()).order_by("pk")
    }
    for line in lines:
        dossier = dossiers[line.dossier_id]  # type: ignore[index]
        _require_latest(dossier, row)  # a list may have been imported since it was drafted
        line.certificate = recognitions.issue(
            product=by_pk[dossier.product_id],
            decision=row,
            stars=line.stars,
            score=line.score,
            dossier=dossier,
            product_name=line.product_name,
            producer_name=line.producer_name,
            address_as_written=line.address,
            actor=actor,
            at=at,
        )
        line.save(update_fields=["certificate"])
        workflow.move(dossier=dossier, to=DossierStatus.CERTIFIED, actor=actor, at=at)
