"""Parcels of a producer in the two admin sites."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import phones
from core.scoping import ScopedAdmin, ScopedInline
from core.sites import producer_site, province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment, vnd
from orders import desk
from orders.models import OrderLine, SubOrder
from orders.services import fulfilment
from orders.states import SUB_ORDER, SubOrderStatus

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


class LineInline(ScopedInline):
    model = OrderLine
    fields = ["product_name", "variant_name", "price", "quantity", "sum"]
    readonly_fields = ["price", "sum"]
    verbose_name_plural = _("Hàng trong kiện")

    @display(description=_("Đơn giá"))
    def price(self, line: OrderLine) -> str:
        return vnd(line.unit_price)

    @display(description=_("Thành tiền"))
    def sum(self, line: OrderLine) -> str:
        return vnd(line.line_total)


class SubOrderAdminBase(ScopedAdmin):
    list_display = ["parcel", "buyer", "goods", "money", "state"]
    list_select_related = ["order__province", "order__commune", "order__payment", "producer", "shipment"]
    list_before_template = "admin/orders/tabs.html"
    search_fields = ["code", "order__recipient", "order__phone", "shipment__tracking_code"]
    ordering = ["-id"]
    inlines = [LineInline]

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

    @display(description=_("Thu hộ"), ordering="total")
    def money(self, row: SubOrder) -> str:
        return vnd(row.total)

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: SubOrder) -> tuple[str, str]:
        return row.status, row.get_status_display()

    # --- Detail ---

    @display(description=_("Trạng thái"))
    def state_text(self, row: SubOrder) -> str:
        return row.get_status_display()

    @display(description=_("Người nhận"))
    def contact(self, row: SubOrder) -> SafeString:
        return format_html(
            '{} · <a class="market-phone" href="tel:{}">{}</a>',
            row.order.recipient,
            row.order.phone,
            phones.national(row.order.phone),
        )

    @display(description=_("Địa chỉ giao"))
    def place(self, row: SubOrder) -> str:
        order = row.order
        return f"{order.address_line}, {order.commune.name}, {order.province.name}"

    @display(description=_("Ghi chú của người mua"))
    def note(self, row: SubOrder) -> str:
        return row.order.note or "–"

    @display(description=_("Tiền hàng + phí giao = thu hộ"))
    def sums(self, row: SubOrder) -> str:
        return f"{vnd(row.goods_total)} + {vnd(row.shipping_fee)} = {vnd(row.total)}"

    @display(description=_("Vận chuyển"))
    def shipment(self, row: SubOrder) -> str:
        shipment = getattr(row, "shipment", None)
        return str(shipment) if shipment else "–"

    @display(description=_("Diễn biến"))
    def thread(self, row: SubOrder) -> SafeString:
        return format_html(
            '<ol class="market-thread">{}</ol>',
            format_html_join(
                "",
                "<li><strong>{}</strong> <span>{}{}{}</span></li>",
                (
                    (event.label, moment(event.at), f" · {event.who}" if event.who else "", event.why)
                    for event in desk.thread(row)
                ),
            ),
        )


_DETAIL = ["code", "state_text", "contact", "place", "note", "sums", "shipment", "thread"]


class HandOverForm(forms.Form):
    carrier_name = forms.CharField(
        label=_("Đơn vị vận chuyển"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("Bưu điện, GHN, xe khách…")}),
    )
    tracking_code = forms.CharField(
        label=_("Mã vận đơn"), max_length=60, required=False, widget=UnfoldAdminTextInputWidget
    )


def _step(slug: str, to: str, run: Callable[..., Any], label: Any, ask: Any, done: Any, **more: Any) -> Step:
    return Step(
        slug=slug,
        label=label,
        ask=ask,
        done=done,
        run=lambda row, actor, data: run(sub_order=row, actor=actor, **data),
        offered=lambda row: to in SUB_ORDER.allowed(row.status),
        **more,
    )


STEPS = (
    _step(
        "xac-nhan",
        S.CONFIRMED,
        fulfilment.confirm,
        _("Xác nhận đơn"),
        _("Gọi cho người mua trước khi xác nhận thì ít bị trả hàng hơn."),
        _("Đã xác nhận đơn. Người mua được báo tin."),
        icon="check_circle",
    ),
    _step(
        "chuan-bi",
        S.PREPARING,
        fulfilment.prepare,
        _("Chuẩn bị hàng"),
        _("Từ bước này người mua không tự hủy được nữa."),
        _("Đơn đang được chuẩn bị."),
        icon="inventory_2",
    ),
    _step(
        "giao-di",
        S.HANDED_OVER,
        fulfilment.hand_over,
        _("Bàn giao vận chuyển"),
        _("Ghi đơn vị vận chuyển và mã vận đơn để người mua theo dõi."),
        _("Đã bàn giao. Người mua được báo mã vận đơn."),
        icon="local_shipping",
        form=HandOverForm,
    ),
    _step(
        "da-giao",
        S.DELIVERED,
        fulfilment.deliver,
        _("Đã giao"),
        _("Người mua đã nhận hàng và trả tiền."),
        _("Đơn đã giao xong."),
        icon="task_alt",
    ),
    _step(
        "khong-nhan",
        S.REFUSED,
        fulfilment.refuse,
        _("Không nhận hàng"),
        _("Người mua không nhận; hàng đang quay về."),
        _("Đã ghi: không nhận hàng."),
        icon="undo",
        look="danger",
        form=ReasonForm,
    ),
    _step(
        "hoan-hang",
        S.RETURNED,
        fulfilment.take_back,
        _("Đã nhận lại hàng"),
        _("Hàng đã về kho; số lượng được cộng lại vào tồn kho."),
        _("Đã ghi hoàn hàng."),
        icon="assignment_return",
    ),
    _step(
        "huy",
        S.CANCELLED,
        fulfilment.cancel,
        _("Hủy đơn"),
        _("Người mua được báo lý do. Hàng được cộng lại vào tồn kho."),
        _("Đã hủy đơn."),
        icon="cancel",
        look="danger",
        form=ReasonForm,
    ),
)


@admin.register(SubOrder, site=producer_site)
class OwnSubOrderAdmin(SubOrderAdminBase):
    fields = readonly_fields = _DETAIL
    steps = STEPS


@admin.register(SubOrder, site=province_site)
class AreaSubOrderAdmin(SubOrderAdminBase):
    list_display = ["parcel", "producer", "goods", "money", "state"]
    search_fields = ["code", "producer__name"]
    # An officer oversees trade, not buyers: no names, phones or addresses of private people.
    fields = readonly_fields = ["code", "producer", "state_text", "sums", "shipment", "thread"]
