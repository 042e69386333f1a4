"""Who may sit in a province's council."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Assignment, Role, User
from core import clock

ROLES = (Role.COUNCIL_MEMBER, Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)


def candidates(*provinces: Any) -> QuerySet[User]:
    """People named for the provinces' councils, and their officers, in office today."""
    day = clock.today()
    held = Assignment.objects.filter(province__in=provinces, role__in=ROLES, valid_from__lte=day).filter(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name", "pk")
