"""What a producer asks for sending, and where its parcels can be fetched."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, Count, QuerySet, When
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin, ScopedInline
from core.sites import producer_site
from core.templatetags.market import vnd
from orders import policies
from orders.fees import Zone
from orders.models import PickupPoint, ShippingPolicy, ShippingRate
from orders.selectors.fee_preview import WEIGHTS, preview
from orders.services import shipping
from orders.templatetags.entries import grams
from producers.models import Membership, Producer

_TERMS = ("parcel_fee", "free_from", "extra_per_kg", "cold_surcharge")


def owned(request: HttpRequest) -> QuerySet[Producer]:
    """Producers that the person owns; staff set no prices."""
    return Producer.objects.filter(memberships__user=request.user.pk, memberships__role=Membership.Role.OWNER)


class OwnersAdmin(ScopedAdmin):
    """Rows of a producer that its staff may read and only its owner may write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and owned(request).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not self.has_view_permission(request, obj):
            return False
        return policies.may_price(request.user, obj.producer) if obj else owned(request).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "producer"] if obj else fixed

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who owns one producer need not choose it."""
        mine = owned(request)[:2]
        return {"producer": mine[0]} if len(mine) == 1 else {}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "producer":
            kwargs["queryset"] = owned(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RateInline(ScopedInline):
    model = ShippingRate
    may_add = may_change = may_delete = True
    fields = ["zone", "up_to", "fee"]
    verbose_name_plural = _("Bảng phí theo nơi nhận và khối lượng")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """From near to far, from light to heavy."""
        near_first = Case(*(When(zone=zone, then=number) for number, zone in enumerate(Zone.values)))
        return super().get_queryset(request).order_by(near_first, "up_to")

    def _is_owners(self, request: HttpRequest, obj: ShippingPolicy | None) -> bool:
        return obj is None or policies.may_price(request.user, obj.producer)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._is_owners(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_owners(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_owners(request, obj)

    def create_row(self, request: HttpRequest, obj: Any) -> None:
        shipping.put_rate(rate=obj, actor=request.user)

    def change_row(self, request: HttpRequest, obj: Any, fields: Sequence[str]) -> None:
        shipping.put_rate(rate=obj, actor=request.user)

    def remove_row(self, request: HttpRequest, obj: Any) -> None:
        shipping.remove_rate(rate=obj, actor=request.user)


class PolicyForm(forms.ModelForm):
    class Meta:
        help_texts = {
            "parcel_fee": _("Dùng cho nơi nhận mà bảng phí bên dưới không có mức nào."),
            "free_from": _("Tính trên tiền hàng của bạn trong một đơn. Để trống: không miễn phí."),
            "extra_per_kg": _("Mỗi kg bắt đầu, cho kiện nặng hơn mức cuối của bảng."),
            "cold_surcharge": _("Cộng thêm khi trong kiện có hàng cần giao lạnh."),
        }


@admin.register(ShippingPolicy, site=producer_site)
class ShippingPolicyAdmin(OwnersAdmin):
    form = PolicyForm
    list_display = ["producer", "fee", "steps_in_table", "free"]
    list_select_related = ["producer"]
    readonly_fields = ["shown"]
    inlines = [RateInline]
    fieldsets = [
        (None, {"fields": ["producer", ("parcel_fee", "free_from"), ("extra_per_kg", "cold_surcharge")]}),
        (_("Người mua sẽ thấy"), {"fields": ["shown"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(rate_count=Count("rates"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and owned(request).filter(shipping_policy=None).exists()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.fieldsets[:1]

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        values = {name: form.cleaned_data[name] for name in _TERMS}
        return shipping.set_policy(policy=obj, values=values, actor=request.user)

    def change_row(self, request: HttpRequest, obj: Any, form: Any) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values:
            shipping.set_policy(policy=obj, values=values, actor=request.user)

    def after_save(self, request: HttpRequest, obj: Any) -> None:
        shipping.check_table(policy=obj)

    @display(description=_("Phí mỗi kiện"), ordering="parcel_fee")
    def fee(self, policy: ShippingPolicy) -> str:
        return vnd(policy.parcel_fee)

    @display(description=_("Mức trong bảng"))
    def steps_in_table(self, policy: Any) -> str:
        return str(policy.rate_count or "–")

    @display(description=_("Miễn phí từ"), ordering="free_from")
    def free(self, policy: ShippingPolicy) -> str:
        return vnd(policy.free_from) or gettext("Không miễn phí")

    @display(description=_("Phí giao theo bảng đã lưu"))
    def shown(self, policy: ShippingPolicy) -> SafeString:
        context = {
            "rows": preview(policy),
            "weights": [grams(weight) for weight in WEIGHTS],
            "policy": policy,
        }
        return render_to_string("admin/orders/fee_preview.html", context)


@admin.register(PickupPoint, site=producer_site)
class PickupPointAdmin(OwnersAdmin):
    list_display = ["name", "address", "hours", "state"]
    list_select_related = ["commune__province", "producer"]
    autocomplete_fields = ["commune"]
    search_fields = ["name", "address_line"]
    fields = ["producer", "name", "commune", "address_line", "hours", "is_active"]

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        return shipping.save_point(point=obj, actor=request.user)

    def change_row(self, request: HttpRequest, obj: Any, form: Any) -> None:
        shipping.save_point(point=obj, actor=request.user)

    @display(description=_("Địa chỉ"))
    def address(self, point: PickupPoint) -> str:
        return f"{point.address_line}, {point.commune.name}, {point.commune.province.name}"

    @display(description=_("Trạng thái"), label={"open": "success", "closed": "info"})
    def state(self, point: PickupPoint) -> tuple[str, str]:
        return ("open", gettext("Đang nhận")) if point.is_active else ("closed", gettext("Đã đóng"))
