"""Chainable filters over certificates. Expiry is read from dates, never stored."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Case, CharField, Q, Value, When

from accounts import selectors as accounts
from core import clock
from core.text import fold
from producers.querysets import ScopedQuerySet
from ratings import states
from ratings.states import DossierStatus, ItemStatus, Standing


class CertificateQuerySet(ScopedQuerySet):
    producer_path = "product__producer__"

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

    def overseen_by(self, user: Any) -> Self:
        return self.filter(accounts.area(user, path="product__"))

    def visible_to(self, actor: Any) -> Self:
        return self.filter(self._owned(actor) | accounts.area(actor, path="product__"))


def _whole_provinces(user: Any) -> Any:
    """Provinces whose register the officer oversees as a whole, not just one commune of it."""
    return accounts.offices(user).filter(commune=None).values("province")


class DecisionQuerySet(models.QuerySet[Any]):
    def overseen_by(self, user: Any) -> Self:
        """Decisions of the officer's province, and any with a certificate in the officer's area."""
        named = self.model._base_manager.filter(accounts.area(user, path="certificates__product__"))
        return self.filter(Q(pk__in=named.values("pk")) | Q(province__in=_whole_provinces(user)))


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
        """Official ones, and those of the officer's province."""
        if getattr(user, "is_superuser", False):
            return self.all()
        if not accounts.offices(user).exists():
            return self.none()
        return self.filter(Q(province=None) | Q(province__in=_whole_provinces(user)))

    def usable_in(self, province: Any) -> Self:
        """Official or the province's own, not retired. Whether the points sum up is asked by the service."""
        return self.filter(Q(province=None) | Q(province=province), retired_at=None)


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

    def by_urgency(self) -> Self:
        """What is overdue or due first on top; what has no deadline last."""
        return self.order_by(models.F("due_on").asc(nulls_last=True), "id")

    def overdue(self, on: dt.date | None = None) -> Self:
        return self.filter(due_on__lt=on or clock.today(), status__in=sorted(DESKS))


DESKS = frozenset(
    {DossierStatus.SUBMITTED, DossierStatus.COMMUNE_CHECK, DossierStatus.ADVISORY, DossierStatus.COUNCIL}
)


class EvidenceQuerySet(models.QuerySet[Any]):
    def kept(self) -> Self:
        return self.filter(removed_at=None)


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


class CouncilItemQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        return self.exclude(status="removed")
