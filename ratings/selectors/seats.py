"""Who may sit in a province's council."""

from django.db.models import Q, QuerySet

from accounts.models import Assignment, Role, User
from core import clock

ROLES = (Role.COUNCIL_MEMBER, Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)


def candidates(province_id: str) -> QuerySet[User]:
    """People named for the council, and the officers of the province, in office today."""
    day = clock.today()
    held = Assignment.objects.filter(province=province_id, role__in=ROLES, valid_from__lte=day).filter(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name", "pk")
