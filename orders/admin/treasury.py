"""What every screen of the market's money has in common."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import selectors as accounts
from core.scoping import ScopedAdmin


class TreasuryAdmin(ScopedAdmin):
    """Treasurers and the system administrator see all rows; other officers are refused."""

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if accounts.is_treasurer(request.user) else queryset.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return accounts.is_treasurer(request.user) and super().has_view_permission(request, obj)
