"""Stock and its movements in the producers' site."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from catalog.models import StockItem, StockMovement
from catalog.querysets import LOW_STOCK
from catalog.selectors import availability
from catalog.services import stock
from core.entries import as_list
from core.scoping import ScopedAdmin
from core.sites import producer_site
from core.steps import Step
from core.templatetags.market import moment

LATEST = 20  # movements on the page of a stock item


class StockForm(forms.Form):
    quantity = forms.IntegerField(
        label=_("Số lượng"), min_value=1, max_value=1_000_000, widget=UnfoldAdminIntegerFieldWidget
    )


class CountForm(forms.Form):
    on_hand = forms.IntegerField(
        label=_("Đếm được"), min_value=0, max_value=1_000_000, widget=UnfoldAdminIntegerFieldWidget
    )


def _receive(item: StockItem, actor: Any, data: Mapping[str, Any]) -> None:
    stock.receive(variant=item.variant, quantity=data["quantity"], actor=actor)


def _count(item: StockItem, actor: Any, data: Mapping[str, Any]) -> None:
    stock.count(variant=item.variant, on_hand=data["on_hand"], actor=actor)


class LowStockFilter(admin.SimpleListFilter):
    title = _("mức tồn")
    parameter_name = "ton"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("het", _("Hết hàng")), ("thap", _("Sắp hết"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "het":
            return queryset.filter(on_hand=0)
        return queryset.low() if self.value() == "thap" else queryset


@admin.register(StockItem, site=producer_site)
class StockItemAdmin(ScopedAdmin):
    list_display = ["pack", "on_hand", "held", "can_be_sold", "level"]
    list_select_related = ["variant__product"]
    list_filter = [LowStockFilter]
    search_fields = ["variant__product__name", "variant__name", "variant__sku"]
    ordering = ["on_hand", "pk"]
    fields = ["pack_text", "on_hand", "held", "can_be_sold", "level_text", "latest"]
    steps = (
        Step(
            slug="nhap-kho",
            label=_("Nhập kho"),
            icon="add_box",
            form=StockForm,
            run=_receive,
            ask=_("Số lượng này được cộng vào tồn kho."),
            done=_("Đã nhập kho."),
        ),
        Step(
            slug="kiem-ke",
            label=_("Kiểm kê"),
            icon="fact_check",
            look="plain",
            form=CountForm,
            initial=lambda item: {"on_hand": item.on_hand},
            run=_count,
            ask=_("Số đếm được thay cho số trên sổ; phần chênh lệch được ghi lại."),
            done=_("Đã ghi kết quả kiểm kê."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(available=availability.units())

    @display(description=_("Hàng"), header=True, ordering="variant__product__name")
    def pack(self, item: StockItem) -> list[str]:
        return [item.variant.product.name, item.variant.name]

    @display(description=_("Đang giữ cho đơn chờ trả tiền"))
    def held(self, item: Any) -> int:
        return item.on_hand - item.available

    @display(description=_("Bán được"), ordering="available")
    def can_be_sold(self, item: Any) -> int:
        return item.available

    @display(description=_("Hàng"))
    def pack_text(self, item: StockItem) -> str:
        return f"{item.variant.product.name}, {item.variant.name}"

    @display(description=_("Nhập, xuất gần đây"))
    def latest(self, item: StockItem) -> str:
        rows = [
            (moment(move.at), move.get_kind_display(), move.reference, f"{move.quantity:+d}")
            for move in item.movements.all()[:LATEST]
        ]
        return as_list(rows) if rows else "–"

    @display(description=_("Mức"))
    def level_text(self, item: StockItem) -> str:
        return self.level(item)[1]

    @display(description=_("Mức"), label={"out": "danger", "low": "warning", "fine": "success"})
    def level(self, item: StockItem) -> tuple[str, str]:
        if item.on_hand == 0:
            return "out", gettext("Hết hàng")
        return ("low", gettext("Sắp hết")) if item.on_hand <= LOW_STOCK else ("fine", gettext("Còn hàng"))


@admin.register(StockMovement, site=producer_site)
class StockMovementAdmin(ScopedAdmin):
    list_display = ["when", "pack", "kind", "signed", "reference"]
    list_select_related = ["item__variant__product"]
    list_filter = ["kind"]
    search_fields = ["item__variant__product__name", "reference"]
    fields = ["when", "kind", "signed", "reference"]

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(item__in=self.admin_site.rows(StockItem.objects.all(), request.user))

    @display(description=_("Lúc"), ordering="id")
    def when(self, movement: StockMovement) -> str:
        return moment(movement.at)

    @display(description=_("Hàng"), header=True)
    def pack(self, movement: StockMovement) -> list[str]:
        return [movement.item.variant.product.name, movement.item.variant.name]

    @display(description=_("Số lượng"), ordering="quantity")
    def signed(self, movement: StockMovement) -> str:
        return f"{movement.quantity:+d}"
