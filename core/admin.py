"""Places (public reference data), the audit trail and the outbox in the admin sites."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.models import AuditEntry, Commune, OutboxDelivery, Province
from core.scoping import ScopedAdmin
from core.services import audit, delivery
from core.sites import producer_site, province_site
from core.steps import Step
from core.templatetags.market import moment
from core.text import fold

for site in (producer_site, province_site):
    site.open_choices(Province, Commune)


class PlaceAdmin(ScopedAdmin):
    """Places are the same for everybody; nobody edits them by hand."""

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Without tones, in any order of words: "da nang duy" finds Xã Duy Xuyên."""
        for word in fold(search_term).split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset, False


@admin.register(Province, site=province_site)
class ProvinceAdmin(PlaceAdmin):
    list_display = ["name", "code", "valid_from"]
    search_fields = ["search_text"]
    fields = ["code", "name", "short_name", "kind", "valid_from"]


@admin.register(Commune, site=province_site)
class CommuneAdmin(PlaceAdmin):
    list_display = ["name", "code", "province", "area_km2", "valid_from"]
    list_select_related = ["province"]
    list_filter = ["kind", "province"]
    search_fields = ["search_text"]
    fields = ["code", "name", "province", "kind", "area_km2", "valid_from", "valid_to"]


class PlaceChoicesAdmin(PlaceAdmin):
    """Behind the type-ahead only: no entry in the menu."""

    search_fields = ["search_text"]
    fields = ["code", "name"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


producer_site.register(Province, PlaceChoicesAdmin)
producer_site.register(Commune, PlaceChoicesAdmin)


class SystemAdmin(ScopedAdmin):
    """Only for the system administrator."""

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if request.user.is_superuser else queryset.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and super().has_view_permission(request, obj)


@admin.register(AuditEntry, site=province_site)
class AuditEntryAdmin(SystemAdmin):
    list_display = ["when", "actor_label", "action", "object_type", "object_id", "reason"]
    list_filter = ["object_type"]
    search_fields = ["action", "object_id", "actor_label"]
    fields = ["when", "actor_label", "action", "object_type", "object_id", "reason", "changes"]

    @display(description=_("Lúc"), ordering="id")
    def when(self, entry: AuditEntry) -> str:
        return moment(entry.at)


class DeliveryStateFilter(admin.SimpleListFilter):
    title = _("tình trạng")
    parameter_name = "tinh_trang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", _("Đã bỏ cuộc")), ("waiting", _("Đang chờ")), ("done", _("Đã xong"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen: dict[str | None, dict[str, bool]] = {
            "failed": {"failed_at__isnull": False, "done_at__isnull": True},
            "waiting": {"failed_at__isnull": True, "done_at__isnull": True},
            "done": {"done_at__isnull": False},
        }
        return queryset.filter(**chosen.get(self.value(), {}))


def _send_again(row: OutboxDelivery, actor: Any, data: Mapping[str, Any]) -> None:
    delivery.send_again(delivery_ids=[row.pk])
    audit.record(action="core.outboxdelivery.sent_again", obj=row, actor=actor)


@admin.register(OutboxDelivery, site=province_site)
class OutboxDeliveryAdmin(SystemAdmin):
    list_display = ["topic", "handler", "state", "attempts", "due", "last_error"]
    list_select_related = ["message"]
    list_filter = [DeliveryStateFilter]
    search_fields = ["handler", "message__topic"]
    fields = ["topic", "handler", "attempts", "due", "done_at", "failed_at", "last_error"]
    steps = (
        Step(
            slug="gui-lai",
            label=_("Gửi lại"),
            icon="refresh",
            run=_send_again,
            offered=lambda row: row.done_at is None,
            ask=_("Việc này sẽ được đưa vào hàng chờ ngay bây giờ. Gửi hai lần cũng không hại."),
            done=_("Đã đưa vào hàng chờ."),
        ),
    )

    @display(description=_("Chủ đề"), ordering="message__topic")
    def topic(self, row: OutboxDelivery) -> str:
        return row.message.topic

    @display(description=_("Đến hạn"), ordering="due_at")
    def due(self, row: OutboxDelivery) -> str:
        return moment(row.due_at)

    @display(
        description=_("Tình trạng"),
        label={_("Đã xong"): "success", _("Đã bỏ cuộc"): "danger", _("Đang chờ"): "info"},
    )
    def state(self, row: OutboxDelivery) -> Any:
        if row.done_at:
            return _("Đã xong")
        return _("Đã bỏ cuộc") if row.failed_at else _("Đang chờ")
