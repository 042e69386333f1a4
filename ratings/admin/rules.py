"""Rule versions in the province's admin site."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import province_site
from core.templatetags.market import day
from ratings.models import RuleVersion

province_site.open_choices(RuleVersion)


@admin.register(RuleVersion, site=province_site)
class RuleVersionAdmin(ScopedAdmin):
    """Everybody reads; the administrator adds, and corrects while no set uses it."""

    list_display = ["name", "code", "decision", "days", "split"]
    fields = [
        "code",
        "name",
        "decision",
        "in_force_from",
        "in_force_to",
        "points_a",
        "points_b",
        "points_c",
        "source",
        "note",
    ]

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser) and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: RuleVersion | None = None) -> bool:
        return self.has_add_permission(request) and (obj is None or not obj.sets.exists())

    @display(description=_("Áp dụng"), ordering="in_force_from")
    def days(self, version: RuleVersion) -> str:
        days = {"begin": day(version.in_force_from), "end": day(version.in_force_to)}
        return (gettext("%(begin)s đến %(end)s") if version.in_force_to else gettext("từ %(begin)s")) % days

    @display(description=_("Điểm A/B/C"))
    def split(self, version: RuleVersion) -> str:
        return "/".join(str(value) for value in version.points.values())
