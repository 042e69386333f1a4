"""Cash on delivery parcel by parcel: all of it for treasurers, their own for producers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import clock
from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.templatetags.market import moment, vnd
from orders import carriers
from orders.admin.treasury import TreasuryAdmin
from payments.models import CodCollection
from payments.selectors import cod as pages
from payments.states import CodStatus

LOOKS = {
    CodStatus.DUE: "info",
    CodStatus.COLLECTED: "warning",
    CodStatus.REMITTED: "success",
    CodStatus.VOID: "danger",
}


class CarrierFilter(admin.SimpleListFilter):
    title = _("ai thu tiền")
    parameter_name = "dv"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = (
            model_admin.get_queryset(request).order_by("carrier").values_list("carrier", flat=True).distinct()
        )
        return [(code or "-", collector(code)) for code in rows]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(carrier="" if value == "-" else value) if value else queryset


class OverdueFilter(admin.SimpleListFilter):
    title = _("hạn đối soát")
    parameter_name = "han"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("qua", _("Đã quá hạn"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        return queryset.overdue(clock.now()) if self.value() == "qua" else queryset


def collector(code: str) -> str:
    return carriers.name_of(code) if code else gettext("Chủ thể tự thu")


class CodCollectionAdminBase(ScopedAdmin):
    list_display = ["entry", "collected_by", "amount_text", "when", "state"]
    list_select_related = ["producer"]
    list_filter = [CarrierFilter, "status", OverdueFilter]
    search_fields = ["reference", "tracking_code"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "reference",
        "collected_by",
        "tracking_code",
        "amount_text",
        "state_text",
        "when",
    ]

    @display(description=_("Kiện"), header=True, ordering="id")
    def entry(self, row: CodCollection) -> list[str]:
        return [row.reference, row.tracking_code or "–"]

    @display(description=_("Người thu"), ordering="carrier")
    def collected_by(self, row: CodCollection) -> str:
        return collector(row.carrier)

    @display(description=_("Thu hộ"), ordering="amount")
    def amount_text(self, row: CodCollection) -> str:
        return vnd(row.amount)

    @display(description=_("Thu lúc"), ordering="collected_at")
    def when(self, row: CodCollection) -> str:
        return moment(row.collected_at) or "–"

    @display(description=_("Trạng thái"), label=LOOKS, ordering="status")
    def state(self, row: CodCollection) -> tuple[str, str]:
        return row.status, self.state_text(row)

    @display(description=_("Trạng thái"))
    def state_text(self, row: CodCollection) -> str:
        is_own = row.status == CodStatus.REMITTED and not row.carrier
        return gettext("Chủ thể đã cầm") if is_own else row.get_status_display()


@admin.register(CodCollection, site=producer_site)
class OwnCodCollectionAdmin(CodCollectionAdminBase):
    list_before_template = "admin/orders/cod_totals.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rows = self.rows(request, CodCollection.objects.all())
        totals = [
            (collector(one["carrier"]), bool(one["carrier"]), one) for one in pages.totals_by_carrier(rows)
        ]
        return super().changelist_view(request, {"totals": totals, **(extra_context or {})})


@admin.register(CodCollection, site=province_site)
class AllCodCollectionAdmin(CodCollectionAdminBase, TreasuryAdmin):
    list_display = ["entry", "producer", "collected_by", "amount_text", "when", "state"]
    search_fields = ["reference", "tracking_code", "producer__name"]
    fields = readonly_fields = ["reference", "producer", *CodCollectionAdminBase.fields[1:]]
