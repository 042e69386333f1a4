"""Decisions in the province's admin site."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import province_site
from ratings.admin.certificates import source_link
from ratings.models import RatingDecision


@admin.register(RatingDecision, site=province_site)
class RatingDecisionAdmin(ScopedAdmin):
    list_display = ["number_text", "decided_text", "level", "authority", "province", "count"]
    list_select_related = ["province"]
    list_filter = ["level", "award_year", "province"]
    search_fields = ["number", "authority"]
    ordering = ["-decided_latest", "-pk"]
    fields = [
        "number_text",
        "decided_on",
        "decided_text",
        "award_year",
        "level",
        "authority",
        "province",
        "province_at_award",
        "rule_set",
        "source",
        "is_illustrative",
    ]
    readonly_fields = ["number_text", "source"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(entries=Count("certificates"))

    @display(description=_("Số quyết định"), ordering="number")
    def number_text(self, row: RatingDecision) -> str:
        return str(row)

    @display(description=_("Công nhận"), ordering="entries")
    def count(self, row: Any) -> int:
        return row.entries

    @display(description=_("Nguồn"))
    def source(self, row: RatingDecision) -> SafeString | str:
        return source_link(row.source_url)
