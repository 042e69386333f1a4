"""What a user holds: offices in force and the rows that lie in their area."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Assignment, Role, User
from core import clock

OFFICER_ROLES = (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)


def offices(
    user: Any, *, roles: tuple[str, ...] = OFFICER_ROLES, on: dt.date | None = None
) -> QuerySet[Assignment]:
    """The user's assignments in force on a day, for guests none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Assignment.objects.none()
    day = on or clock.today()
    return Assignment.objects.filter(user=user, role__in=roles, valid_from__lte=day).filter(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )


def held(user: Any, *, roles: tuple[str, ...] = OFFICER_ROLES) -> list[Assignment]:
    """The user's assignments in force today, read once per user object, as Django does permissions.

    A page asks for them in every line of its menu. Fetch the user anew to see a change.
    """
    if not getattr(user, "is_authenticated", False):
        return []
    today = clock.today()
    day, found = getattr(user, "_held", (None, []))
    if day != today:
        found = list(offices(user, roles=tuple(Role.values)))
        user._held = (today, found)
    return [office for office in found if office.role in roles]


def is_treasurer(user: Any) -> bool:
    """Keeps the market's money: by office, or as its system administrator."""
    if getattr(user, "is_superuser", False) and user.is_active:
        return True
    return bool(held(user, roles=(Role.TREASURER,)))


def officers(
    *, roles: tuple[str, ...], province: Any, commune: Any = None, on: dt.date | None = None
) -> QuerySet[User]:
    """People who hold one of the offices in the province, or in its commune if one is given, on a day."""
    day = on or clock.today()
    held = Assignment.objects.filter(
        role__in=roles, province=province, commune=commune, valid_from__lte=day
    ).filter(Q(valid_to=None) | Q(valid_to__gte=day))
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def area(user: Any, *, path: str = "") -> Q:
    """Filter for rows in the user's area; ``path`` leads to ``province`` and ``commune`` fields.

    A commune officer sees the commune, provincial officers the province, a system
    administrator everything, anybody else nothing.
    """
    nothing = Q(pk__in=[])
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return nothing
    if user.is_superuser:
        return ~nothing  # not Q(): joined by "or", an empty Q would vanish
    found = nothing
    for office in held(user):
        if office.commune_id:
            found |= Q(**{f"{path}commune": office.commune_id})
        else:
            found |= Q(**{f"{path}province": office.province_id})
    return found


def account_page(user: Any) -> dict[str, Any]:
    """What the account's home shows: addresses (default first) and offices in force."""
    return {
        "addresses": user.addresses.select_related("commune__province").order_by("-is_default", "-pk"),
        "offices": offices(user, roles=tuple(Role.values)).select_related("province", "commune"),
    }
