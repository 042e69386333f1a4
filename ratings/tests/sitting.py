"""A council of Đà Nẵng with a chair, members and dossiers, for tests of sessions."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import Role, User
from core import clock
from ratings.models import Council, CouncilItem, Dossier, Scorecard
from ratings.services import councils, hearings, scorecards
from ratings.states import DossierStatus
from ratings.tests.rating import make_dossier
from tests.cast import Cast, make_officer


@dataclass(frozen=True)
class Sitting:
    """``people``: the members, the chair first; ``run`` starts the first item."""

    council: Council
    people: list[User]
    items: list[CouncilItem]
    secretary: User

    @property
    def item(self) -> CouncilItem:
        return CouncilItem.objects.select_related("dossier", "council").get(pk=self.items[0].pk)

    @property
    def dossier(self) -> Dossier:
        return Dossier.objects.get(pk=self.items[0].dossier_id)

    def card(self, number: int, round: int | None = None) -> Scorecard:
        item = self.item
        return Scorecard.objects.select_related("item__council", "member").get(
            item=item, member__user=self.people[number], round=round or item.round
        )

    def run(self) -> None:
        hearings.start(item=self.item, actor=self.secretary)

    def score(self, number: int, choices: list[int] | int = -1, *, lock: bool = True) -> Scorecard:
        """Choose an option per criterion (by index, one for all or one each), and lock."""
        card = self.card(number)
        for place, criterion in enumerate(
            card.item.dossier.criteria_set.criteria.prefetch_related("options").order_by("position")
        ):
            index = choices if isinstance(choices, int) else choices[place]
            scorecards.choose(
                card=card,
                criterion=criterion,
                option=list(criterion.options.all())[index],
                actor=self.people[number],
            )
        if lock:
            scorecards.lock(card=card, actor=self.people[number])
        return card

    def seats(self) -> list[int]:
        return [self.council.members.get(user=user).pk for user in self.people]


def make_sitting(
    cast: Cast, products: list[Any], *, members: int = 3, present: int | None = None, is_open: bool = True
) -> Sitting:
    """A session with one dossier per product; ``present`` of the members are there, chair first."""
    known = User.objects.count()  # another sitting of the test has people of its own
    people = [
        make_officer(f"Ủy viên {known + number}", Role.COUNCIL_MEMBER, cast.da_nang)
        for number in range(members)
    ]
    officer = cast.province_officer
    council = councils.plan(
        province=cast.da_nang, name="Đợt 1", held_on=clock.today(), secretary=officer, actor=officer
    )
    for number, user in enumerate(people):
        role = "member" if number else "chair"
        councils.seat(council=council, user=user, role=role, title=f"Sở {number}", actor=officer)
    dossiers = [make_dossier(product, DossierStatus.COUNCIL) for product in products]
    items = councils.put_on(council=council, dossiers=dossiers, actor=officer)
    sitting = Sitting(council, people, items, officer)
    there = members if present is None else present
    councils.attend(council=council, present=sitting.seats()[:there], actor=officer)
    if is_open:
        councils.open_session(council=council, actor=officer)
    return sitting


def url(name: str, *args: Any) -> str:
    """Of a page of the council's room."""
    return reverse(f"ratings:council{name}", args=args)


def text(response):
    return response.content.decode()


def criteria(sitting):
    return list(sitting.dossier.criteria_set.criteria.prefetch_related("options").order_by("position"))


def form(sitting, choice=-1, comment=""):
    """The whole card as a browser without JavaScript posts it."""
    data = {}
    for criterion in criteria(sitting):
        data[f"option-{criterion.pk}"] = list(criterion.options.all())[choice].pk
        data[f"comment-{criterion.pk}"] = comment
    return data
