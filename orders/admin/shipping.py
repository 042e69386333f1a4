"""What a producer asks for sending."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import producer_site
from core.templatetags.market import vnd
from orders.models import ShippingPolicy
from producers.models import Membership, Producer


def _owned(request: HttpRequest) -> QuerySet[Producer]:
    """Producers that the person owns; staff do not set fees."""
    return Producer.objects.filter(memberships__user=request.user.pk, memberships__role=Membership.Role.OWNER)


@admin.register(ShippingPolicy, site=producer_site)
class ShippingPolicyAdmin(ScopedAdmin):
    list_display = ["producer", "fee", "free"]
    list_select_related = ["producer"]
    fields = ["producer", "parcel_fee", "free_from"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and _owned(request).filter(shipping_policy=None).exists()

    def has_change_permission(self, request: HttpRequest, obj: ShippingPolicy | None = None) -> bool:
        owned = _owned(request)
        mine = owned.filter(pk=obj.producer_id) if obj else owned
        return self.has_view_permission(request, obj) and mine.exists()

    def get_readonly_fields(self, request: HttpRequest, obj: ShippingPolicy | None = None) -> Sequence[str]:
        return ["producer"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "producer":
            kwargs["queryset"] = _owned(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description=_("Phí mỗi kiện"), ordering="parcel_fee")
    def fee(self, policy: ShippingPolicy) -> str:
        return vnd(policy.parcel_fee)

    @display(description=_("Miễn phí từ"), ordering="free_from")
    def free(self, policy: ShippingPolicy) -> str:
        return vnd(policy.free_from) or gettext("Không miễn phí")
