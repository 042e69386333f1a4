"""Chainable filters over certificates. Expiry is read from dates, never stored."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from accounts import selectors as accounts
from core import clock
from core.models import StatusChange
from core.text import fold
from producers.querysets import ScopedQuerySet
from ratings import states
from ratings.states import COMMUNE_DESK, DOSSIER, PROVINCE_DESK, DossierStatus, ItemStatus, Standing

DESKS = COMMUNE_DESK | PROVINCE_DESK


class CertificateQuerySet(ScopedQuerySet):
    producer_path = "product__producer__"
    area_path = "product__"

    def live(self, on: dt.date | None = None) -> Self:
        """In force beyond doubt on a day: issued by a decision, earliest expiry not passed."""
        return self.filter(
            status="issued", basis="decision", stars__isnull=False, expiry_earliest__gte=on or clock.today()
        )

    def expired(self, on: dt.date | None = None) -> Self:
        """Lapsed beyond doubt."""
        return self.filter(status="issued", basis="decision", expiry_latest__lt=on or clock.today())

    def with_standing(self, on: dt.date | None = None) -> Self:
        """Adds ``standing_now``, the same answer as ``states.standing`` gives for a row."""
        day = on or clock.today()
        is_decision = Q(basis=states.DECISION)
        return self.annotate(
            standing_now=Case(
                When(status=states.REVOKED, then=Value(Standing.REVOKED)),
                When(status=states.SUPERSEDED, then=Value(Standing.SUPERSEDED)),
                When(is_decision & Q(expiry_latest__lt=day), then=Value(Standing.EXPIRED)),
                When(
                    is_decision & Q(expiry_earliest__gte=day, stars__isnull=False),
                    then=Value(Standing.LIVE),
                ),
                default=Value(Standing.UNKNOWN),
                output_field=CharField(),
            )
        )

    def matching(self, q: str) -> Self:
        """Rows that have all the words, in any order and without marks."""
        rows = self
        for word in fold(q).split()[:10]:
            rows = rows.filter(search_text__contains=word)
        return rows

    def expiring(self, *, days: int, on: dt.date | None = None) -> Self:
        """Live today, and not beyond doubt ``days`` days from now."""
        day = on or clock.today()
        return self.live(day).filter(expiry_earliest__lte=day + dt.timedelta(days=days))


def _whole_provinces(user: Any) -> Any:
    """Provinces whose register the officer oversees as a whole, not just one commune of it."""
    return accounts.offices(user).filter(commune=None).values("province")


class DecisionQuerySet(models.QuerySet[Any]):
    def overseen_by(self, user: Any) -> Self:
        """Decisions of the officer's province, and signed ones that give or take one in the area."""
        if getattr(user, "is_superuser", False):
            return self.all()
        rows = self.model._base_manager.filter(status="signed")
        given = rows.filter(accounts.area(user, path="certificates__product__"))
        taken = rows.filter(accounts.area(user, path="revoked__product__"))
        return self.filter(
            Q(pk__in=given.values("pk"))
            | Q(pk__in=taken.values("pk"))
            | Q(province__in=_whole_provinces(user))
        )

    def drafts(self) -> Self:
        return self.filter(status="draft")


class ImportRowQuerySet(models.QuerySet[Any]):
    def overseen_by(self, user: Any) -> Self:
        """Rows about the officer's area, and all of lists handed in for the officer's province.

        What led to no certificate in the command's lists only the administrator sees.
        """
        if getattr(user, "is_superuser", False):
            return self.all()
        here = accounts.area(user, path="certificate__product__")
        whole = _whole_provinces(user)
        return self.filter(here | Q(certificate__decision__province__in=whole) | Q(batch__province__in=whole))


class ImportBatchQuerySet(models.QuerySet[Any]):
    def overseen_by(self, user: Any) -> Self:
        """Lists of the officer's province, and any with at least one row about the officer's area."""
        if getattr(user, "is_superuser", False):
            return self.all()
        rows = self.model._meta.get_field("rows").related_model._default_manager.overseen_by(user)
        return self.filter(Q(pk__in=rows.values("batch")) | Q(province__in=_whole_provinces(user)))


class CriteriaSetQuerySet(models.QuerySet[Any]):
    def overseen_by(self, user: Any) -> Self:
        """Official ones, and those of the officer's province: a commune reads them too."""
        if getattr(user, "is_superuser", False):
            return self.all()
        offices = accounts.offices(user)
        if not offices.exists():
            return self.none()
        return self.filter(Q(province=None) | Q(province__in=offices.values("province")))


class DossierQuerySet(ScopedQuerySet):
    producer_path = "product__producer__"

    def submitted(self) -> Self:
        """Handed in at least once: what a desk may know of."""
        return self.filter(submission_count__gt=0)

    def overseen_by(self, user: Any) -> Self:
        """Of the officer's own commune or province, by the dossier's place; never a draft."""
        return self.filter(accounts.area(user)).submitted()

    def heard_by(self, user: Any) -> Self:
        """Of sessions in which the user has a seat."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        heard = self.model._base_manager.filter(
            hearings__council__members__user=user,
            hearings__status__in=sorted(set(ItemStatus) - {ItemStatus.REMOVED}),
        )
        return self.filter(pk__in=heard.values("pk"))

    def visible_to(self, actor: Any) -> Self:
        handed_in = accounts.area(actor) & Q(submission_count__gt=0)
        return self.filter(
            self._owned(actor)
            | handed_in
            | Q(pk__in=self.model._default_manager.heard_by(actor).values("pk"))
        )

    def with_reach(self, user: Any) -> Self:
        """Adds ``is_whole``: the officer sees all of the dossier, or else the commune's part only."""
        is_everywhere = bool(getattr(user, "is_superuser", False))
        whole = ~Q(pk__in=[]) if is_everywhere else Q(province__in=_whole_provinces(user))
        return self.annotate(is_whole=ExpressionWrapper(whole, output_field=BooleanField()))

    def with_since(self) -> Self:
        """Adds ``since``: when the dossier came to where it lies."""
        steps = StatusChange.objects.filter(machine=DOSSIER.name, object_id=OuterRef("pk"))
        return self.annotate(since=Subquery(steps.order_by("-id").values("at")[:1]))

    def waiting_for(self, user: Any) -> Self:
        """What lies on the officer's own desk: to be checked by the commune, or by the advisory team."""
        if getattr(user, "is_superuser", False) and user.is_active:
            return self.filter(status__in=sorted(COMMUNE_DESK | {DossierStatus.ADVISORY}))
        offices = accounts.offices(user)
        return self.filter(
            Q(status__in=sorted(COMMUNE_DESK), commune__in=offices.values("commune"))
            | Q(status=DossierStatus.ADVISORY, province__in=_whole_provinces(user))
        )

    def matching(self, q: str) -> Self:
        """Rows that have all the words in code, product, producer or commune, without marks."""
        rows = self
        for word in fold(q).split()[:10]:
            rows = rows.filter(
                Q(code__icontains=word)
                | Q(product__search_name__contains=word)
                | Q(product__producer__search_text__contains=word)
                | Q(commune__search_text__contains=word)
            )
        return rows

    def by_urgency(self) -> Self:
        """What is overdue or due first on top; what has no deadline last."""
        return self.order_by(models.F("due_on").asc(nulls_last=True), "id")

    def overdue(self, on: dt.date | None = None) -> Self:
        return self.filter(due_on__lt=on or clock.today(), status__in=sorted(DESKS))


class EvidenceQuerySet(models.QuerySet[Any]):
    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def visible_to(self, actor: Any) -> Self:
        """Papers of own dossiers, of those handed in to the province, and of those one has a seat for.

        The commune reads what belongs to its own criteria, and nothing else.
        """
        dossiers = self.model._meta.get_field("dossier").related_model._default_manager
        if getattr(actor, "is_superuser", False) and actor.is_active:
            handed_in = dossiers.submitted()
        else:
            handed_in = dossiers.submitted().filter(province__in=_whole_provinces(actor))
        communes = accounts.offices(actor).exclude(commune=None).values("commune")
        of_commune = dossiers.submitted().filter(commune__in=communes)
        return self.filter(
            Q(dossier__in=dossiers.owned_by(actor).values("pk"))
            | Q(dossier__in=dossiers.heard_by(actor).values("pk"))
            | Q(dossier__in=handed_in.values("pk"))
            | Q(dossier__in=of_commune.values("pk"), criterion__is_for_commune=True)
        )


class CouncilQuerySet(models.QuerySet[Any]):
    def overseen_by(self, user: Any) -> Self:
        """Sessions of the officer's province."""
        if getattr(user, "is_superuser", False):
            return self.all()
        return self.filter(province__in=_whole_provinces(user))

    def seating(self, user: Any) -> Self:
        """Sessions in which the user has a seat."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(members__user=user)

    def run_by(self, user: Any) -> Self:
        """Sessions that the user may run: of the officer's province, or as their secretary."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        overseen = self.model._default_manager.overseen_by(user)
        return self.filter(Q(secretary=user) | Q(pk__in=overseen.values("pk")))

    def visible_to(self, user: Any) -> Self:
        seating = self.model._default_manager.seating(user)
        return self.filter(
            Q(pk__in=seating.values("pk")) | Q(pk__in=self.model._default_manager.run_by(user).values("pk"))
        )


class CouncilItemQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        return self.exclude(status=ItemStatus.REMOVED)

    def unfinished(self) -> Self:
        return self.exclude(status__in=[ItemStatus.DONE, ItemStatus.REMOVED])


class ScorecardQuerySet(models.QuerySet[Any]):
    def locked(self) -> Self:
        return self.filter(locked_at__isnull=False)

    def settled(self) -> Self:
        """Locked ones of rounds that are over: a later one has begun, or the item has a result,
        is discussed or blocked. Only these may be read by others than their member.
        """
        is_over = Q(item__status__in=[ItemStatus.DISCUSSING, ItemStatus.BLOCKED, ItemStatus.DONE])
        return self.locked().filter(is_over | Q(round__lt=models.F("item__round")))

    def readable_by(self, user: Any) -> Self:
        """One's own and settled ones, of sessions that the user may see."""
        sessions = self.model._meta.get_field("item").related_model._meta.get_field("council").related_model
        settled = self.model._default_manager.settled()
        return self.filter(
            Q(member__user=user) | Q(pk__in=settled.values("pk")),
            item__council__in=sessions._default_manager.visible_to(user),
        )
