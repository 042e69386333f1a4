"""What the desk of decisions shows: dossiers that wait for one, drafts that wait for a signature."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from accounts import selectors as accounts
from accounts.models import Role
from core.models import Province
from ratings.models import Dossier, RatingDecision
from ratings.services.decisions import WAITING
from ratings.states import DossierStatus


def counts_by_status(rows: QuerySet[RatingDecision]) -> dict[str, int]:
    """Status → number of decisions, in one query."""
    return dict(rows.order_by().values_list("status").annotate(n=Count("pk")))


def provinces(user: Any) -> QuerySet[Province]:
    """Provinces whose decisions the user drafts; for the administrator those with dossiers that wait."""
    if getattr(user, "is_superuser", False):
        waiting = Dossier.objects.filter(status__in=[*WAITING.values()])
        return Province.objects.filter(pk__in=waiting.values("province"))
    offices = accounts.offices(user, roles=(Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER))
    return Province.objects.filter(pk__in=offices.values("province"))


def choosable(*, province: Province, level: str, decision: RatingDecision | None = None) -> QuerySet[Dossier]:
    """Dossiers that may stand in the list: those that wait, and those of the draft itself."""
    ready = Q(province=province, status=WAITING.get(level))  # type: ignore[call-overload]
    if decision is not None:
        ready |= Q(decision_lines__decision=decision)
    return (
        Dossier.objects.filter(ready)
        .select_related("product__producer", "commune")
        .order_by("-stars", "-score", "id")
    )


def at_the_centre(*, user: Any) -> QuerySet[Dossier]:
    """Dossiers of the user's provinces that were sent to the centre."""
    return Dossier.objects.overseen_by(user).filter(status=DossierStatus.CENTRAL)


def to_sign(user: Any) -> QuerySet[RatingDecision]:
    """Drafts that the user may sign: of the user's province, written by somebody else."""
    drafts = RatingDecision.objects.filter(status="draft").exclude(drafted_by=user)
    if user.is_superuser:
        return drafts
    offices = accounts.offices(user, roles=(Role.PROVINCE_LEADER,))
    return drafts.filter(province__in=offices.values("province"))


def waiting_badge(request: HttpRequest) -> str:
    """Number of drafts that wait for the user's signature, for the menu; "" when there are none."""
    waiting = to_sign(request.user).count()
    return str(waiting) if waiting else ""
