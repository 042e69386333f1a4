"""Parcels of a producer in the two admin sites."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts import phones
from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.templatetags.market import moment, vnd
from orders import desk
from orders.admin.parcel_papers import ParcelActions, ParcelPapers
from orders.admin.shipments import STEPS
from orders.models import SubOrder
from orders.selectors import parcel_desk
from orders.states import SubOrderStatus

S = SubOrderStatus
LOOKS = {
    S.AWAITING: "info",
    S.LAPSED: "danger",
    S.PLACED: "warning",
    S.CONFIRMED: "info",
    S.PREPARING: "info",
    S.HANDED_OVER: "primary",
    S.DELIVERED: "success",
    S.CANCELLED: "danger",
    S.REFUSED: "danger",
    S.RETURNED: "danger",
}


class SubOrderAdminBase(ScopedAdmin):
    shows_buyer = True
    list_display = ["parcel", "buyer", "goods", "money", "state", "deadline"]
    list_select_related = ["order__province", "order__commune", "order__payment", "producer", "shipment"]
    list_before_template = "admin/orders/tabs.html"
    search_fields = ["code", "order__recipient", "order__phone", "shipment__tracking_code"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("lines")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        counts = desk.counts_by_status(self.rows(request, SubOrder.objects.all()))
        chosen = request.GET.get("status__exact", "")
        tabs = [
            {"value": "", "label": gettext("Tất cả"), "count": sum(counts.values()), "active": not chosen}
        ]
        tabs += [
            {"value": value, "label": label, "count": counts.get(value, 0), "active": chosen == value}
            for value, label in S.choices
        ]
        return super().changelist_view(request, {"tabs": tabs, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "status__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=_("Kiện"), header=True, ordering="id")
    def parcel(self, row: SubOrder) -> list[str]:
        return [row.code, moment(row.order.placed_at)]

    @display(description=_("Người nhận"), header=True)
    def buyer(self, row: SubOrder) -> list[str]:
        return [row.order.recipient, f"{phones.national(row.order.phone)} · {row.order.commune.name}"]

    @display(description=_("Hàng"))
    def goods(self, row: SubOrder) -> str:
        return ", ".join(f"{line.quantity} × {line.product_name}" for line in row.lines.all())

    @display(description=_("Tiền"), header=True, ordering="total")
    def money(self, row: SubOrder) -> list[str]:
        return [vnd(row.total), gettext("thu khi giao") if row.to_collect else gettext("đã trả trước")]

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: SubOrder) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Xác nhận trước"), ordering="confirm_by")
    def deadline(self, row: SubOrder) -> str:
        return moment(row.confirm_by) if row.status == S.PLACED else "–"

    # --- One parcel ---

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A page to work from instead of a form: nothing is typed into an order, it only takes steps."""
        row = self.get_object(request, object_id)
        if request.method != "GET" or not self.has_view_permission(request, row):
            raise PermissionDenied
        page = parcel_desk.page(parcel_id=row.pk, with_buyer=self.shows_buyer)
        context = {
            **self.admin_site.each_context(request),
            "title": row.code,
            "opts": self.opts,
            "original": row,
            "object": row,
            "page": page,
            "sub": page.sub_order,
            "steps": self.steps_of(request, page.sub_order),
        }
        return TemplateResponse(request, "admin/orders/parcel.html", context)


@admin.register(SubOrder, site=producer_site)
class OwnSubOrderAdmin(ParcelPapers, ParcelActions, SubOrderAdminBase):
    steps = STEPS

    def steps_of(self, request: HttpRequest, obj: SubOrder) -> list[dict[str, Any]]:
        """One button stands out: of several ways to go on the first is the usual one."""
        found = super().steps_of(request, obj)
        leading = [item for item in found if item["step"].look == "primary"]
        for item in leading[1:]:
            item["step"] = replace(item["step"], look="plain")
        return found


@admin.register(SubOrder, site=province_site)
class AreaSubOrderAdmin(SubOrderAdminBase):
    """An officer oversees trade, not buyers: no names, phones or addresses of private people."""

    shows_buyer = False
    list_display = ["parcel", "producer", "goods", "money", "state"]
    search_fields = ["code", "producer__name"]
