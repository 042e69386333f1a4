"""What the minutes of a session tell: who was there, what was scored, discussed and decided.

Only of rounds that are over: nobody learns from the minutes what is still being scored.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from core.models import StatusChange
from ratings import scoring
from ratings.models import Council, CouncilItem, CouncilMember, RuleVersion, Score, Scorecard
from ratings.states import COUNCIL, ITEM, CouncilStatus, ItemStatus


@dataclass(frozen=True)
class HeardRound:
    number: int
    cards: list[Scorecard]
    stops: list[Score]

    @property
    def outcome(self) -> scoring.Result:
        return scoring.result([card.total for card in self.cards if card.total is not None])


@dataclass(frozen=True)
class Heard:
    """One dossier; ``words`` are discussions and conclusions in order, each with what it led to."""

    item: CouncilItem
    rounds: list[HeardRound] = field(default_factory=list)
    words: list[StatusChange] = field(default_factory=list)


@dataclass(frozen=True)
class Minutes:
    council: Council
    members: list[CouncilMember]
    heard: list[Heard]
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None

    @property
    def present(self) -> list[CouncilMember]:
        return [member for member in self.members if member.is_present]

    @property
    def chair(self) -> CouncilMember | None:
        return next((m for m in self.members if m.role == CouncilMember.Role.CHAIR), None)

    @property
    def has_results(self) -> bool:
        return any(line.item.status == ItemStatus.DONE for line in self.heard)

    @property
    def versions(self) -> list[RuleVersion]:
        """By which rules the dossiers were scored."""
        found = {line.item.dossier.criteria_set.version for line in self.heard}
        return sorted(found, key=lambda version: version.code)


def of_session(council: Council) -> Minutes:
    """The minutes in six queries, however many dossiers were heard."""
    items = list(
        council.items.select_related(
            "dossier__product__producer", "dossier__product__commune", "dossier__criteria_set__version"
        )
    )
    cards = Scorecard.objects.settled().filter(item__council=council).select_related("member__user")
    by_item: dict[int, dict[int, list[Scorecard]]] = defaultdict(lambda: defaultdict(list))
    for card in cards.order_by("round", "member__role", "member"):
        by_item[card.item_id][card.round].append(card)
    stops: dict[tuple[int, int], list[Score]] = defaultdict(list)
    raised = Score.objects.filter(card__in=cards, is_stopped=True)
    for score in raised.select_related("criterion", "card__member__user").order_by("pk"):
        stops[score.card.item_id, score.card.round].append(score)
    words: dict[int, list[StatusChange]] = defaultdict(list)
    told = StatusChange.objects.filter(machine=ITEM.name, object_id__in=[item.pk for item in items])
    for change in told.exclude(reason=""):
        words[change.object_id].append(change)
    steps = StatusChange.objects.filter(machine=COUNCIL.name, object_id=council.pk)
    at = {step.to_state: step.at for step in steps}
    return Minutes(
        council,
        list(council.members.select_related("user")),
        [
            Heard(
                item,
                [HeardRound(n, own, stops[item.pk, n]) for n, own in sorted(by_item[item.pk].items())],
                words[item.pk],
            )
            for item in items
        ],
        at.get(CouncilStatus.OPEN),
        at.get(CouncilStatus.CLOSED),
    )
