"""The two admin sites, and a base class that scopes every list and refuses by default.

Which people may enter is asked of a gate that a higher app hands in
(producers: membership; accounts: an office), because core knows neither.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

Gate = Callable[[Any], bool]


class OfficeSite(UnfoldAdminSite):
    """An admin site for one kind of office. ``scope`` names the queryset method that limits rows."""

    scope = ""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._gates: list[Gate] = []

    def admit(self, gate: Gate) -> Gate:
        """Decorator: people for whom ``gate(user)`` is true may enter."""
        self._gates.append(gate)
        return gate

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and any(gate(user) for gate in self._gates))

    def rows(self, queryset: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return getattr(queryset, self.scope)(user)


class ProducerSite(OfficeSite):
    site_title = site_header = "Kênh chủ thể"
    index_title = "Công việc hôm nay"
    settings_name = "UNFOLD_PRODUCER"
    scope = "owned_by"


class ProvinceSite(OfficeSite):
    site_title = site_header = "Quản trị OCOP"
    index_title = "Bàn làm việc"
    settings_name = "UNFOLD_PROVINCE"
    scope = "overseen_by"


producer_site = ProducerSite(name="producer")
province_site = ProvinceSite(name="province")


class ScopedAdmin(ModelAdmin):
    """Shows only rows of the actor's office; nothing may be added, changed or deleted
    unless a subclass says so with ``may_add``, ``may_change``, ``may_delete``.

    Rows out of scope answer 404, as if they did not exist.
    """

    may_add = may_change = may_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        site: OfficeSite = self.admin_site  # type: ignore[assignment]
        return site.rows(super().get_queryset(request), request.user)

    def _in_scope(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request) and self._in_scope(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self.has_view_permission(request, obj)
