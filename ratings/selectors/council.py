"""What members of a council see: their sessions, the items of one, their card, the results."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, When

from catalog.selectors import addresses
from ratings import policies, scoring
from ratings.models import (
    Council,
    CouncilItem,
    CouncilMember,
    Criterion,
    Dossier,
    Score,
    Scorecard,
)
from ratings.selectors import sheet
from ratings.states import CouncilStatus, ItemStatus

_SCORED = Q(scores__option__isnull=False) | Q(scores__is_stopped=True)
_DOSSIER = ("dossier__product__producer", "dossier__product__commune", "dossier__criteria_set__version")


@dataclass(frozen=True)
class SessionLine:
    council: Council
    seat: CouncilMember | None
    may_run: bool
    items: int
    done: int


def sessions(user: Any) -> list[SessionLine]:
    """Sessions that the user sits in or runs: what is under way first, then the latest."""
    councils = Council.objects.visible_to(user).select_related("province")
    is_heard = ~Q(items__status=ItemStatus.REMOVED)
    counted = councils.annotate(
        heard=Count("items", filter=is_heard),
        finished=Count("items", filter=Q(items__status=ItemStatus.DONE)),
    ).order_by(Case(When(status=CouncilStatus.OPEN, then=0), default=1), "-held_on", "-id")
    seats = {seat.council_id: seat for seat in CouncilMember.objects.filter(user=user)}
    run = set(Council.objects.run_by(user).values_list("pk", flat=True))
    return [
        SessionLine(council, seats.get(council.pk), council.pk in run, council.heard, council.finished)
        for council in counted
    ]


@dataclass(frozen=True)
class ItemLine:
    """One dossier of a session and the user's card of the present round."""

    item: CouncilItem
    card: Scorecard | None
    scored: int
    criteria: int

    @property
    def cover(self) -> str:
        return cover(self.item.dossier)

    @property
    def has_results(self) -> bool:
        return has_results(self.item)


@dataclass(frozen=True)
class SessionPage:
    council: Council
    seat: CouncilMember | None
    may_run: bool
    members: list[CouncilMember]
    lines: list[ItemLine]

    @property
    def has_results(self) -> bool:
        return any(line.item.status == ItemStatus.DONE for line in self.lines)


def session(user: Any, council: Council) -> SessionPage:
    """Items in order, with the user's own state of each; six queries however many there are."""
    items = list(council.items.active().select_related(*_DOSSIER))
    cards = Scorecard.objects.filter(item__council=council, member__user=user)
    own = {
        (card.item_id, card.round): card for card in cards.annotate(scored=Count("scores", filter=_SCORED))
    }
    counts = _criteria_counts(items)
    members = list(council.members.select_related("user"))
    lines = []
    for item in items:
        card = own.get((item.pk, item.round))
        lines.append(
            ItemLine(item, card, card.scored if card else 0, counts.get(item.dossier.criteria_set_id, 0))
        )
    seat = next((member for member in members if member.user_id == user.pk), None)
    return SessionPage(council, seat, policies.may_run(user, council), members, lines)


def _criteria_counts(items: Iterable[CouncilItem]) -> dict[int, int]:
    """Criteria set → number of its criteria."""
    sets = {item.dossier.criteria_set_id for item in items}
    counted = Criterion.objects.filter(criteria_set__in=sets).order_by().values_list("criteria_set")
    return dict(counted.annotate(n=Count("pk")))


def cover(dossier: Dossier) -> str:
    name = dossier.product.cover
    return addresses.picture(name) if name else addresses.no_picture()


def has_results(item: CouncilItem) -> bool:
    """There are cards that everybody in the session may read."""
    over = (ItemStatus.DISCUSSING, ItemStatus.BLOCKED, ItemStatus.DONE)
    return item.status in over or item.round > 1


# --- One card --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CardLine:
    """One criterion: what the desks said, and what the member says. ``number`` counts from 1."""

    number: int
    part: sheet.SheetPart
    section: str
    row: sheet.Row
    score: Score | None

    @property
    def is_stopped(self) -> bool:
        return bool(self.score and self.score.is_stopped)

    @property
    def is_scored(self) -> bool:
        return bool(self.score and (self.score.option_id or self.score.is_stopped))

    @property
    def points(self) -> Decimal:
        return self.score.option.points if self.score and self.score.option else Decimal(0)


@dataclass(frozen=True)
class PartSum:
    part: sheet.SheetPart
    lines: list[CardLine]

    @property
    def points(self) -> Decimal:
        return sum((line.points for line in self.lines), Decimal(0))

    @property
    def done(self) -> int:
        return sum(line.is_scored for line in self.lines)


@dataclass(frozen=True)
class CardPage:
    card: Scorecard
    sheet: sheet.Sheet
    lines: list[CardLine]

    @property
    def item(self) -> CouncilItem:
        return self.card.item

    @property
    def dossier(self) -> Dossier:
        return self.card.item.dossier

    @property
    def cover(self) -> str:
        return cover(self.dossier)

    @property
    def is_open(self) -> bool:
        """The member may still write on it."""
        item = self.item
        is_scored = item.status == ItemStatus.SCORING and self.card.round == item.round
        return is_scored and self.card.locked_at is None and self.card.member.is_present

    @property
    def total(self) -> Decimal:
        return sum((line.points for line in self.lines), Decimal(0))

    @property
    def done(self) -> int:
        return sum(line.is_scored for line in self.lines)

    @property
    def parts(self) -> list[PartSum]:
        return [
            PartSum(part, [line for line in self.lines if line.part is part]) for part in self.sheet.parts
        ]

    @property
    def stopped(self) -> list[CardLine]:
        return [line for line in self.lines if line.is_stopped]

    @property
    def missing(self) -> list[CardLine]:
        """Criteria that keep the card from being locked; none once a stop is raised."""
        return [] if self.stopped else [line for line in self.lines if not line.is_scored]


def own_card(user: Any, pk: int) -> Scorecard:
    """The user's own card. Raises Scorecard.DoesNotExist for anybody else's."""
    related = [f"item__{path}" for path in _DOSSIER]
    cards = Scorecard.objects.select_related("member", "item__council", *related)
    return cards.get(pk=pk, member__user=user)


def card_page(card: Scorecard) -> CardPage:
    """Criteria, answers of the desks, evidence and the member's scores, in five queries."""
    found = sheet.of_dossier(card.item.dossier)
    scores = {score.criterion_id: score for score in card.scores.select_related("option")}
    lines: list[CardLine] = []
    for part in found.parts:
        for section in part.sections:
            for row in section.rows:
                score = scores.get(row.criterion.pk)
                lines.append(CardLine(len(lines) + 1, part, section.title, row, score))
    return CardPage(card, found, lines)


# --- Results ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatrixRow:
    """One criterion; ``scores`` in the order of the round's cards, None where a member gave none."""

    criterion: Criterion
    scores: list[Score | None]


@dataclass(frozen=True)
class Round:
    number: int
    cards: list[Scorecard]
    rows: list[MatrixRow] = field(default_factory=list)

    @property
    def outcome(self) -> scoring.Result:
        return scoring.result([card.total for card in self.cards if card.total is not None])

    @property
    def stops(self) -> list[Score]:
        return [score for row in self.rows for score in row.scores if score and score.is_stopped]


def rounds(item: CouncilItem) -> list[Round]:
    """Settled rounds with everybody's cards, in four queries."""
    cards = list(
        Scorecard.objects.settled()
        .filter(item=item)
        .select_related("member__user", "item")
        .order_by("round", "member__role", "member")
    )
    scores = {
        (score.card_id, score.criterion_id): score
        for score in Score.objects.filter(card__in=cards).select_related("option", "card__member__user")
    }
    criteria = list(item.dossier.criteria_set.criteria.order_by("position"))
    found = []
    for number in sorted({card.round for card in cards}):
        own = [card for card in cards if card.round == number]
        rows = [MatrixRow(c, [scores.get((card.pk, c.pk)) for card in own]) for c in criteria]
        found.append(Round(number, own, rows))
    return found


def items_of(user: Any) -> Any:
    """Items of sessions that the user sits in or runs."""
    visible = Council.objects.visible_to(user)
    return CouncilItem.objects.filter(council__in=visible).select_related("council__province", *_DOSSIER)


# --- The secretary's live screen -------------------------------------------------------------


@dataclass(frozen=True)
class MemberState:
    """How far a member is with the present round. Never what was chosen."""

    member: CouncilMember
    card: Scorecard | None

    @property
    def word(self) -> str:
        """locked, started, waiting, absent"""
        if self.card and self.card.locked_at:
            return "locked"
        if not self.member.is_present:
            return "absent"
        return "started" if self.card and self.card.scored else "waiting"  # type: ignore[attr-defined]


@dataclass(frozen=True)
class LiveItem:
    item: CouncilItem
    members: list[MemberState]

    @property
    def locked(self) -> int:
        return sum(state.word == "locked" for state in self.members)

    @property
    def has_results(self) -> bool:
        return has_results(self.item)


@dataclass(frozen=True)
class LivePage:
    council: Council
    members: list[CouncilMember]
    items: list[LiveItem]

    @property
    def present(self) -> int:
        return sum(member.is_present for member in self.members)

    @property
    def needed(self) -> int:
        return scoring.quorum(members=len(self.members), percent=self.council.quorum_percent)

    @property
    def is_open(self) -> bool:
        return self.council.status == CouncilStatus.OPEN

    @property
    def has_results(self) -> bool:
        return any(line.item.status == ItemStatus.DONE for line in self.items)


def live(council: Council) -> LivePage:
    """Who has started and who has locked, item by item, in three queries."""
    members = list(council.members.select_related("user"))
    items = list(council.items.select_related(*_DOSSIER))
    cards = Scorecard.objects.filter(item__council=council).annotate(scored=Count("scores", filter=_SCORED))
    by_place = {(card.item_id, card.round, card.member_id): card for card in cards}
    return LivePage(
        council,
        members,
        [
            LiveItem(item, [MemberState(m, by_place.get((item.pk, item.round, m.pk))) for m in members])
            for item in items
        ],
    )
