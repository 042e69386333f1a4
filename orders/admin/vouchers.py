"""Vouchers: producers' own, and those of the market."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDateWidget

from core import clock
from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import day, number, vnd
from orders import policies
from orders.admin.shipping import OwnersAdmin
from orders.admin.treasury import TreasuryAdmin
from orders.models import Voucher
from orders.services import vouchers

_TERMS = ("kind", "value", "most", "minimum", "total_limit", "per_buyer")
_DAYS = ("first_day", "last_day")
_SAID = ("worth", "from_amount", "days", "per_buyer")  # of terms that nobody changes any more


class VoucherForm(forms.ModelForm):
    """Whole days instead of moments: that is how people announce a voucher."""

    first_day = forms.DateField(label=_("Từ ngày"), widget=UnfoldAdminDateWidget)
    last_day = forms.DateField(label=_("Đến hết ngày"), widget=UnfoldAdminDateWidget)

    class Meta:
        help_texts = {
            "code": _("4 đến 20 chữ cái không dấu và chữ số. Người mua gõ chữ thường cũng được."),
            "value": _("Số đồng, hoặc số phần trăm từ 1 đến 100."),
            "most": _("Chỉ cho mã theo phần trăm: một đơn giảm nhiều nhất bao nhiêu đồng."),
            "minimum": _("0: đơn nào cũng dùng được."),
            "total_limit": _("Để trống: không giới hạn."),
            "per_buyer": _("Tính theo tài khoản và số điện thoại nhận hàng."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        voucher = self.instance
        if voucher.pk:
            self.initial["first_day"] = clock.day_of(voucher.starts_at)
            self.initial["last_day"] = last_day(voucher)
        else:
            self.initial.setdefault("first_day", clock.today())


def last_day(voucher: Voucher) -> dt.date:
    return clock.day_of(voucher.ends_at - dt.timedelta(seconds=1))


class VoucherAdminBase(ScopedAdmin):
    form = VoucherForm
    list_display = ["code", "worth", "from_amount", "days", "usage", "state"]
    list_filter = ["is_active", "kind"]
    search_fields = ["code"]
    readonly_fields = ["usage_text"]
    steps = (
        Step(
            slug="dung",
            label=_("Dừng mã này"),
            icon="block",
            look="danger",
            form=ReasonForm,
            run=lambda voucher, actor, data: vouchers.stop(
                voucher=voucher, actor=actor, reason=data["reason"]
            ),
            offered=lambda voucher: voucher.is_active,
            allowed=lambda request, voucher: policies.may_price(request.user, voucher.producer),
            ask=_("Từ bây giờ không ai dùng mã này được nữa. Đơn đã đặt vẫn được giảm. Không mở lại được."),
            done=_("Đã dừng mã."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted = Q(uses__is_returned=False)
        rows = super().get_queryset(request)
        return rows.annotate(given=Sum("uses__amount", filter=counted))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        head = [*self.head, "code"]
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": [*head, "state_text", "usage_text", *_SAID]})]
        return [
            (None, {"fields": [*head, "usage_text"] if obj else head}),
            (_("Giảm bao nhiêu"), {"fields": [("kind", "value"), ("most", "minimum")]}),
            (_("Khi nào, mấy lượt"), {"fields": [_DAYS, ("total_limit", "per_buyer")]}),
        ]

    head: Sequence[str] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "code", "state_text", *_SAID[:3]] if obj else fixed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Once used, or stopped, its terms are what people got: nothing changes them."""
        is_open = obj is None or (obj.is_active and not obj.uses.exists())
        return is_open and super().has_change_permission(request, obj)

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        terms = {name: form.cleaned_data[name] for name in (*_TERMS, *_DAYS)}
        return vouchers.create(producer=obj.producer, code=obj.code, actor=request.user, **terms)

    def change_row(self, request: HttpRequest, obj: Any, form: Any) -> None:
        terms = {name: form.cleaned_data[name] for name in (*_TERMS, *_DAYS)}
        vouchers.change(voucher=obj, actor=request.user, **terms)

    @display(description=_("Giảm"), ordering="value")
    def worth(self, voucher: Voucher) -> str:
        if voucher.kind == Voucher.Kind.AMOUNT:
            return vnd(voucher.value)
        most = gettext(", tối đa %s") % vnd(voucher.most) if voucher.most else ""
        return f"{voucher.value} %{most}"

    @display(description=_("Tiền hàng từ"), ordering="minimum")
    def from_amount(self, voucher: Voucher) -> str:
        return vnd(voucher.minimum) if voucher.minimum else "–"

    @display(description=_("Thời gian"), ordering="starts_at")
    def days(self, voucher: Voucher) -> str:
        return f"{day(voucher.starts_at)} – {day(last_day(voucher))}"

    @display(description=_("Đã dùng"), ordering="used")
    def usage(self, voucher: Any) -> str:
        limit = number(voucher.total_limit) or "∞"
        return f"{number(voucher.used)} / {limit}"

    @display(description=_("Đã dùng"))
    def usage_text(self, voucher: Any) -> str:
        told = {"uses": self.usage(voucher), "given": vnd(voucher.given or 0)}
        if voucher.uses.exists():
            words = gettext(
                "%(uses)s lượt, đã giảm %(given)s. Đã có người dùng nên điều khoản không sửa được nữa."
            )
        else:
            words = gettext("%(uses)s lượt, đã giảm %(given)s.")
        return words % told

    @display(description=_("Trạng thái"))
    def state_text(self, voucher: Voucher) -> str:
        return self.state(voucher)[1]

    @display(
        description=_("Trạng thái"),
        label={"open": "success", "ahead": "info", "over": "warning", "stopped": "danger"},
    )
    def state(self, voucher: Voucher) -> tuple[str, str]:
        now = clock.now()
        if not voucher.is_active:
            return "stopped", gettext("Đã dừng")
        if now >= voucher.ends_at:
            return "over", gettext("Hết hạn")
        if voucher.total_limit is not None and voucher.used >= voucher.total_limit:
            return "over", gettext("Hết lượt")
        if now < voucher.starts_at:
            return "ahead", gettext("Chưa đến ngày")
        return "open", gettext("Đang chạy")


@admin.register(Voucher, site=producer_site)
class OwnVoucherAdmin(VoucherAdminBase, OwnersAdmin):
    list_select_related = ["producer"]
    head = ("producer",)


@admin.register(Voucher, site=province_site)
class MarketVoucherAdmin(VoucherAdminBase, TreasuryAdmin):
    """What the market itself gives; producers' vouchers are their own affair."""

    may_add = may_change = True

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().rows(request, queryset).filter(producer=None)
