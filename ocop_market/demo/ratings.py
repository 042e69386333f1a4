"""Demo dossiers at every desk, walked there by the services: each login finds something to do.

They are scored with the rubric of 1048/781, the only one that is known question by question.
"""

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import Role, User
from catalog.models import Product
from core import clock
from core.models import OutboxDelivery
from ratings.models import (
    Council,
    CouncilItem,
    CouncilMember,
    CriteriaSet,
    Criterion,
    CriterionOption,
    Desk,
    Dossier,
    Scorecard,
)
from ratings.selectors import criteria as criteria_sets
from ratings.services import (
    answers,
    councils,
    decisions,
    desks,
    dossiers,
    evidence,
    hearings,
    scorecards,
)
from ratings.states import DossierStatus

NOTE = "(minh họa)"
S = DossierStatus
JURY = ("hoidong1", "hoidong2", "hoidong3", "hoidong4", "hoidong5")
SEATS = (
    "Sở Nông nghiệp và Môi trường",
    "Sở Công Thương",
    "Sở Y tế",
    "Liên minh Hợp tác xã",
    "Trường cao đẳng",
)


@dataclass(frozen=True)
class Case:
    """Where a dossier ends; ``share`` of the points that its desks find it worth, of 1."""

    ending: str
    kind: str
    stars: int
    share: float = 0.8


# In the order in which products are taken: the owner's, the rival's, then others of Đà Nẵng.
OWNERS = (
    Case(S.DRAFT, "first", 3),
    Case(S.RETURNED, "first", 4),
    Case(S.SUBMITTED, "renewal", 3),
    Case(S.CENTRAL, "upgrade", 5, 0.97),
    Case(S.COMMUNE_CHECK, "renewal", 3),
)
RIVALS = (
    Case(S.ADVISORY, "first", 3, 0.7),
    Case(S.COUNCIL, "first", 4, 0.82),
    Case("sitting", "upgrade", 4, 0.8),
    Case(S.COUNCIL, "upgrade", 4, 0.75),
)
OTHERS = (
    Case(S.CERTIFIED, "renewal", 4, 0.84),
    Case(S.CERTIFIED, "renewal", 3, 0.66),
    Case(S.IN_DECISION, "renewal", 4, 0.78),
    Case(S.IN_DECISION, "renewal", 3, 0.62),
    Case(S.SCORED, "renewal", 4, 0.8),
    Case(S.NOT_RECOGNISED, "renewal", 3, 0.4),
    Case(S.REJECTED, "renewal", 3),
    Case(S.WITHDRAWN, "renewal", 3),
)
HEARD = frozenset({S.CENTRAL, S.CERTIFIED, S.IN_DECISION, S.SCORED, S.NOT_RECOGNISED})


class Province:
    """Đà Nẵng's desks at work on these cases."""

    def __init__(self, random: Random, *, people: Mapping[str, User]) -> None:
        self.random = random
        self.people = people
        self.officer, self.leader = people["canbo.tinh"], people["lanhdao.tinh"]
        self.commune = people["canbo.xa"]
        self.home = people["canbo.xa"].assignments.get().commune_id
        self.now = clock.now()
        self.paper = _paper()
        self.criteria: dict[int, list[tuple[Criterion, list[CriterionOption]]]] = {}

    def work(self) -> None:
        """Dossiers, a session that is over, one that sits, a decision signed and one to be signed."""
        made = [(case, self._apply(case, product, who)) for case, product, who in self._cases()]
        over = self._session("Đợt 1", days=-24)
        self._hear(over, [(case, dossier) for case, dossier in made if case.ending in HEARD])
        councils.close_session(council=over, actor=self.officer, at=self._ago(24))
        sitting = self._session("Đợt 2", days=0)
        self._sit(sitting, [dossier for case, dossier in made if case.ending == "sitting"])
        self._decide(made)
        _tell_nobody()

    # --- which products ----------------------------------------------------------------------
    def _cases(self) -> Iterable[tuple[Case, Product, User | None]]:
        """Each case with a product it fits, and who applies; the system where nobody has a login."""
        for login, cases in (("chuthe", OWNERS), ("doithu", RIVALS)):
            user = self.people[login]
            products = list(Product.objects.owned_by(user).filter(commune__isnull=False).order_by("pk"))
            yield from ((case, self._take(products, case), user) for case in cases)
        logins = [self.people[login] for login in ("chuthe", "doithu")]
        others = list(
            Product.objects.filter(
                province="48", commune__isnull=False, is_illustrative=True, stars__isnull=False
            )
            .exclude(producer__memberships__user__in=logins)
            .order_by("stars_valid_until", "pk")
        )
        yield from ((case, self._take(others, case), None) for case in OTHERS)

    def _take(self, products: list[Product], case: Case) -> Product:
        """The first product whose set can be scored and whose recognition fits the kind."""
        sets = criteria_sets.usable(products)
        for product in products:
            is_rated = product.stars is not None
            fits = is_rated == (case.kind != "first") and bool(sets.get(product.pk))
            if case.kind == "upgrade":
                fits = fits and product.stars is not None and product.stars < case.stars
            if fits:
                products.remove(product)
                return product
        raise LookupError(f"the demo has no product for {case}")

    # --- desks -------------------------------------------------------------------------------
    def _apply(self, case: Case, product: Product, who: User | None) -> Dossier:
        """Open, fill and hand in, then walk to the council's door or to where the case ends before."""
        is_slow = case.ending in HEARD | {"sitting"}
        begun = 60 if is_slow else self.random.randint(12, 26)
        criteria_set = criteria_sets.usable_for(product)[0]
        dossier = dossiers.open(
            product=product,
            kind=case.kind,
            stars_applied=case.stars,
            criteria_set=criteria_set,
            actor=who,
            at=self._ago(begun),
        )
        chosen = self._choices(criteria_set, min(1.0, case.share + 0.05))
        if case.ending == S.DRAFT:
            chosen = chosen[: len(chosen) // 2]
        self._fill(dossier, chosen, who, self._ago(begun - 1))
        if case.ending == S.DRAFT:
            return dossier
        dossiers.submit(dossier=dossier, actor=who, at=self._ago(begun - 2))
        self._walk(case, _now(dossier), begun - 3, who)
        return _now(dossier)

    def _fill(
        self,
        dossier: Dossier,
        chosen: list[tuple[Criterion, CriterionOption]],
        who: User | None,
        at: dt.datetime,
    ) -> None:
        for criterion, option in chosen:
            answers.record(
                dossier=dossier, desk=Desk.SELF, criterion=criterion, option=option, actor=who, at=at
            )
        for criterion, _option in chosen[:: max(1, len(chosen) // 3)]:
            paper = SimpleUploadedFile(f"minh-chung-{criterion.code or criterion.position}.png", self.paper)
            evidence.attach(dossier=dossier, criterion=criterion, file=paper, actor=who, at=at)

    def _walk(self, case: Case, dossier: Dossier, left: int, who: User | None) -> None:
        """Through commune and advisory team; ``left`` days ago the first of them took it in."""
        if case.ending == S.SUBMITTED:
            return
        # Communes without a login of their own: the system stands in for their officer.
        commune = self.commune if dossier.commune_id == self.home else None
        desks.receive(dossier=dossier, actor=commune, at=self._ago(left))
        dossier = _now(dossier)
        if case.ending == S.COMMUNE_CHECK:
            return
        if case.ending == S.WITHDRAWN:
            why = f"Chủ thể tạm dừng sản xuất mặt hàng này {NOTE}"
            dossiers.withdraw(dossier=dossier, actor=who, reason=why, at=self._ago(left - 1))
            return
        if case.ending == S.RETURNED:
            why = (
                f"Chưa thấy hợp đồng mua nguyên liệu tại xã; xin bổ sung ở tiêu chí nguồn nguyên liệu {NOTE}"
            )
            desks.give_back(dossier=dossier, actor=commune, reason=why, at=self._ago(left - 1))
            return
        given = {
            row.pk: answers.Given(is_confirmed=True)
            for row, _options in self._rows(dossier.criteria_set)
            if row.is_for_commune
        }
        answers.save(dossier=dossier, desk=Desk.COMMUNE, given=given, actor=commune, at=self._ago(left - 1))
        desks.forward_from_commune(dossier=dossier, actor=commune, at=self._ago(left - 2))
        self._advise(case, _now(dossier), left - 3)

    def _advise(self, case: Case, dossier: Dossier, left: int) -> None:
        if case.ending == S.ADVISORY:
            return
        rows = self._rows(dossier.criteria_set)
        if case.ending == S.REJECTED:
            stop = next(row for row, _options in rows if row.stop_rule)
            why = f"Nguyên liệu nhập toàn bộ, không chứng minh được nguồn gốc {NOTE}"
            desks.reject(dossier=dossier, criterion=stop, actor=self.officer, reason=why, at=self._ago(left))
            return
        chosen = self._choices(dossier.criteria_set, case.share)
        given = {row.pk: answers.Given(option_id=option.pk) for row, option in chosen}
        at = self._ago(left)
        answers.save(dossier=dossier, desk=Desk.ADVISORY, given=given, actor=self.officer, at=at)
        desks.forward_to_council(dossier=dossier, actor=self.officer, at=at)

    # --- council -----------------------------------------------------------------------------
    def _session(self, name: str, *, days: int) -> Council:
        held = self._ago(-days)
        council = councils.plan(
            province=self.officer.assignments.get(role=Role.PROVINCE_OFFICER).province,
            name=f"{name} năm {held.year} {NOTE}",
            held_on=held.date(),
            venue=f"Phòng họp số 2 {NOTE}",
            secretary=self.officer,
            is_illustrative=True,
            actor=self.officer,
            at=held,
        )
        for number, (login, office) in enumerate(zip(JURY, SEATS, strict=True)):
            role = CouncilMember.Role.MEMBER if number else CouncilMember.Role.CHAIR
            councils.seat(
                council=council, user=self.people[login], role=role, title=office, actor=self.officer, at=held
            )
        return council

    def _open(self, council: Council, heard: list[Dossier], at: dt.datetime) -> list[CouncilItem]:
        items = councils.put_on(council=council, dossiers=heard, actor=self.officer, at=at)
        present = set(council.members.values_list("pk", flat=True))
        councils.attend(council=council, present=present, actor=self.officer, at=at)
        councils.open_session(council=council, actor=self.officer, at=at)
        return items

    def _hear(self, council: Council, made: list[tuple[Case, Dossier]]) -> None:
        at = self._ago(24)
        items = self._open(council, [dossier for _case, dossier in made], at)
        for (case, _dossier), item in zip(made, items, strict=True):
            hearings.start(item=item, actor=self.officer, at=at)
            self._score(item, case.share, locked=len(JURY), at=at)

    def _sit(self, council: Council, heard: list[Dossier]) -> None:
        """Under way now: two members have locked, one is half through, two have not begun."""
        (item,) = self._open(council, heard, self.now)
        hearings.start(item=item, actor=self.officer, at=self.now)
        self._score(item, 0.8, locked=2, at=self.now)
        third = self._cards(item)[2]
        for criterion, option in self._choices(item.dossier.criteria_set, 0.8)[:9]:
            self._choose(third, criterion, option, self.now)

    def _score(self, item: CouncilItem, share: float, *, locked: int, at: dt.datetime) -> None:
        for card in self._cards(item)[:locked]:
            lean = self.random.uniform(-0.02, 0.02)
            for criterion, option in self._choices(item.dossier.criteria_set, share + lean):
                self._choose(card, criterion, option, at)
            scorecards.lock(card=card, actor=card.member.user, at=at)

    def _cards(self, item: CouncilItem) -> list[Scorecard]:
        cards = Scorecard.objects.filter(item=item, round=1).select_related("item__council", "member__user")
        return list(cards.order_by("member__user__email"))

    def _choose(
        self, card: Scorecard, criterion: Criterion, option: CriterionOption, at: dt.datetime
    ) -> None:
        scorecards.choose(card=card, criterion=criterion, option=option, actor=card.member.user, at=at)

    # --- decisions ---------------------------------------------------------------------------
    def _decide(self, made: list[tuple[Case, Dossier]]) -> None:
        """One list signed a fortnight ago, another waits for the leader."""
        for ending, number, days in ((S.CERTIFIED, 2461, 14), (S.IN_DECISION, 2588, 1)):
            listed = [_now(dossier) for case, dossier in made if case.ending == ending]
            at = self._ago(days)
            decision = decisions.draft(
                province=listed[0].province,
                number=f"{number}/QĐ-UBND {NOTE}",
                decided_on=at.astimezone(clock.VIETNAM).date(),
                round_name=f"đợt 1 năm {at.year}",
                dossiers=listed,
                actor=self.officer,
                at=at,
            )
            if ending == S.CERTIFIED:
                decisions.sign(decision=decision, actor=self.leader, at=at)

    # --- small things ------------------------------------------------------------------------
    def _rows(self, criteria_set: CriteriaSet) -> list[tuple[Criterion, list[CriterionOption]]]:
        if criteria_set.pk not in self.criteria:
            found = criteria_set.criteria.prefetch_related("options").order_by("position")
            self.criteria[criteria_set.pk] = [(row, list(row.options.all())) for row in found]
        return self.criteria[criteria_set.pk]

    def _choices(self, criteria_set: CriteriaSet, share: float) -> list[tuple[Criterion, CriterionOption]]:
        """An option for each criterion, together about this share of all points: the best, then
        here and there a step lower.
        """
        ladders = [
            (row, sorted(options, key=lambda option: -option.points))
            for row, options in self._rows(criteria_set)
        ]
        rungs = [0] * len(ladders)
        total = sum(options[0].points for _row, options in ladders)
        wanted = float(total) * share
        for place in range(0, 7 * len(ladders) * 6, 7):
            index = place % len(ladders)
            options = ladders[index][1]
            if float(total) <= wanted:
                break
            if rungs[index] + 1 < len(options):
                total += options[rungs[index] + 1].points - options[rungs[index]].points
                rungs[index] += 1
        return [(row, options[rung]) for (row, options), rung in zip(ladders, rungs, strict=True)]

    def _ago(self, days: int) -> dt.datetime:
        return self.now - dt.timedelta(days=days)


def _now(dossier: Dossier) -> Dossier:
    """As it lies now: a step refuses what somebody saw before the last one."""
    return Dossier.objects.select_related("province", "criteria_set", "product").get(pk=dossier.pk)


def _paper() -> bytes:
    """A page that says that it is no real paper."""
    page = Image.new("RGB", (620, 877), "#FBF8F1")
    ImageDraw.Draw(page).text((60, 80), "MINH CHUNG (DU LIEU MINH HOA)", fill="#1F2A24")
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _tell_nobody() -> None:
    """These steps lie in the past: nobody is to be mailed about them now."""
    OutboxDelivery.objects.filter(message__topic__startswith="ratings.", done_at=None).update(
        done_at=clock.now()
    )
