"""Dossiers that wait for a decision, and drafts of one, for tests."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from accounts.models import Role, User
from catalog.models import Product
from core import clock
from core.models import Province
from ratings.models import Certificate, Dossier, RatingDecision
from ratings.services import decisions
from ratings.states import DossierStatus
from ratings.tests.rating import make_dossier
from tests.cast import Cast, make_officer


def scored(
    product: Product,
    *,
    score: str = "71.00",
    stars: int = 4,
    status: str = DossierStatus.SCORED,
    **extra: Any,
) -> Dossier:
    return make_dossier(product, status, score=Decimal(score), stars=stars, due_on=None, **extra)


def draft(cast: Cast, dossiers: Sequence[Dossier], **changes: Any) -> RatingDecision:
    """Drafted by the province's officer as of today."""
    facts = {
        "province": cast.da_nang,
        "number": "12/QĐ-UBND",
        "decided_on": clock.today(),
        "round_name": "đợt 1 năm 2026",
        "actor": cast.province_officer,
    }
    return decisions.draft(dossiers=dossiers, **facts | changes)


def certified(cast: Cast, product: Product, **changes: Any) -> Certificate:
    """A certificate made the whole way, signed by the province's leader."""
    stars = changes.pop("stars", 4)
    dossier = scored(product, score="71" if stars == 4 else "55", stars=stars)
    decisions.sign(decision=draft(cast, [dossier], **changes), actor=cast.province_leader)
    return Certificate.objects.get(dossier=dossier)


def leader(province: Province, name: str = "Lãnh đạo khác") -> User:
    return make_officer(name, Role.PROVINCE_LEADER, province)
