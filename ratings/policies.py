"""May this actor take part in a rating. Agrees with ``visible_to`` and ``overseen_by``.

``None`` is the system. A system administrator may do everything but sign their own draft.
"""

from typing import Any

from accounts import selectors as accounts
from accounts.models import Role
from catalog.models import Product
from core.errors import NotAllowed
from core.models import Province
from ratings.models import Council, CouncilMember, CriteriaSet, Dossier, Evidence
from ratings.states import COMMUNE_DESK, EDITABLE, OPEN, PROVINCE_DESK


def is_above(actor: Any) -> bool:
    """The system itself, or its administrator."""
    return actor is None or bool(getattr(actor, "is_superuser", False) and actor.is_active)


def may_apply(actor: Any, product: Product) -> bool:
    """People of the product's producer."""
    return actor is None or Product.objects.owned_by(actor).filter(pk=product.pk).exists()


def is_applicant(actor: Any, dossier: Dossier) -> bool:
    """People of the producer."""
    return actor is None or Dossier.objects.owned_by(actor).filter(pk=dossier.pk).exists()


def may_edit(actor: Any, dossier: Dossier) -> bool:
    """People of the producer, while the dossier lies with them."""
    return dossier.status in EDITABLE and is_applicant(actor, dossier)


def may_withdraw(actor: Any, dossier: Dossier) -> bool:
    return dossier.status in OPEN and is_applicant(actor, dossier)


def may_see(actor: Any, dossier: Dossier) -> bool:
    return actor is None or Dossier.objects.visible_to(actor).filter(pk=dossier.pk).exists()


def may_read(actor: Any, paper: Evidence) -> bool:
    return actor is None or Evidence.objects.visible_to(actor).filter(pk=paper.pk).exists()


def is_commune_desk(actor: Any, dossier: Dossier) -> bool:
    """Officers of the dossier's own commune."""
    if is_above(actor):
        return True
    offices = accounts.offices(actor, roles=(Role.COMMUNE_OFFICER,))
    return offices.filter(commune=dossier.commune_id).exists()


def is_province_desk(actor: Any, province: Province | str) -> bool:
    """Officers and leaders of the province: advisory review, councils, drafts of decisions."""
    if is_above(actor):
        return True
    roles = (Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)
    return accounts.offices(actor, roles=roles).filter(province=province).exists()


def may_edit_criteria(actor: Any, criteria_set: CriteriaSet) -> bool:
    """Officers and leaders of the set's province; official sets are nobody's to edit."""
    return criteria_set.province_id is not None and is_province_desk(actor, criteria_set.province_id)


def holds(actor: Any, dossier: Dossier) -> bool:
    """People of the desk on which the dossier lies. One desk does not act for the other."""
    if dossier.status in COMMUNE_DESK:
        return is_commune_desk(actor, dossier)
    return dossier.status in PROVINCE_DESK and is_province_desk(actor, dossier.province_id)


def sees_whole(actor: Any) -> bool:
    """Officers who see more of dossiers than a commune's part, somewhere."""
    return is_above(actor) or any(office.commune_id is None for office in accounts.held(actor))


def may_sign(actor: Any, province: Province | str) -> bool:
    """Leaders of the province. That it is not the drafter is asked where the draft is known."""
    if is_above(actor):
        return True
    return accounts.offices(actor, roles=(Role.PROVINCE_LEADER,)).filter(province=province).exists()


def may_run(actor: Any, council: Council) -> bool:
    """The session's own secretary and the officers of its province."""
    is_secretary = bool(actor and actor.is_active and actor.pk == council.secretary_id)
    return is_secretary or is_province_desk(actor, council.province_id)


def may_import(actor: Any, province: Province | str | None) -> bool:
    """Officers and leaders for their province; lists of several provinces only the administrator."""
    return is_above(actor) if province is None else is_province_desk(actor, province)


def seat(actor: Any, council: Council) -> CouncilMember | None:
    """The actor's seat in a session."""
    if actor is None or not actor.is_active:
        return None
    return CouncilMember.objects.filter(council=council, user=actor.pk).first()


def require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed
