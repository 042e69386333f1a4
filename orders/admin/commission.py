"""Rules of the market's fee, for its treasurers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from core import clock
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import day
from orders.admin.treasury import TreasuryAdmin
from orders.models import CommissionRule
from orders.services import commission
from producers.models import Producer


class RuleForm(forms.ModelForm):
    percent = forms.DecimalField(
        label=_("Phí sàn (%)"),
        min_value=0,
        max_value=50,
        decimal_places=2,
        max_digits=4,
        localize=True,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("Tính trên tiền hàng sau phần người bán tự giảm. Ví dụ: 2,5."),
    )
    stars = forms.TypedChoiceField(
        label=_("Hạng sao"),
        choices=[("", _("Mọi hạng sao")), (3, _("3 sao")), (4, _("4 sao")), (5, _("5 sao"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        help_texts = {
            "product_set": _("Để trống: mọi bộ sản phẩm."),
            "producer": _("Để trống: mọi chủ thể."),
            "valid_to": _("Để trống: cho đến khi có quyết định khác."),
        }


class EndForm(ReasonForm):
    last_day = forms.DateField(label=_("Áp dụng đến hết ngày"), widget=UnfoldAdminDateWidget)
    field_order = ["last_day", "reason"]


@admin.register(CommissionRule, site=province_site)
class CommissionRuleAdmin(TreasuryAdmin):
    """Rules are added and ended, never rewritten: each order keeps the rate it was placed under."""

    may_add = True
    form = RuleForm
    list_display = ["rate", "goods", "star", "whose", "days", "state"]
    list_select_related = ["product_set", "producer"]
    fields = ["percent", "product_set", "stars", "producer", "valid_from", "valid_to"]
    steps = (
        Step(
            slug="ket-thuc",
            label=_("Kết thúc"),
            icon="event_busy",
            look="danger",
            form=EndForm,
            initial=lambda rule: {"last_day": rule.valid_to or clock.today()},
            run=lambda rule, actor, data: commission.end(
                rule=rule, last_day=data["last_day"], reason=data["reason"], actor=actor
            ),
            offered=lambda rule: rule.valid_to is None or rule.valid_to > clock.today(),
            ask=_("Đơn đặt sau ngày này không theo mức này nữa. Đơn đã đặt giữ mức cũ."),
            done=_("Đã ghi ngày kết thúc."),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["rate", "goods", "star", "whose", "days"] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["rate", "goods", "star", "whose", "days"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "producer":
            # A treasurer has no area: the market's money concerns every producer.
            field.queryset = Producer.objects.selling().order_by("name")
        return field

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        data = form.cleaned_data
        return commission.begin(
            rate_bp=int(data["percent"] * Decimal(100)),
            product_set=data["product_set"],
            stars=data["stars"],
            producer=data["producer"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            actor=request.user,
        )

    @display(description=_("Mức"), ordering="rate_bp")
    def rate(self, rule: CommissionRule) -> str:
        return f"{rule.percent} %"

    @display(description=_("Bộ sản phẩm"), ordering="product_set")
    def goods(self, rule: CommissionRule) -> str:
        return str(rule.product_set or gettext("Mọi bộ sản phẩm"))

    @display(description=_("Hạng sao"), ordering="stars")
    def star(self, rule: CommissionRule) -> str:
        return gettext("%s sao") % rule.stars if rule.stars else gettext("Mọi hạng sao")

    @display(description=_("Chủ thể"), ordering="producer")
    def whose(self, rule: CommissionRule) -> str:
        return str(rule.producer or gettext("Mọi chủ thể"))

    @display(description=_("Áp dụng"), ordering="valid_from")
    def days(self, rule: CommissionRule) -> str:
        days = {"begin": day(rule.valid_from), "end": day(rule.valid_to)}
        return (gettext("%(begin)s đến %(end)s") if rule.valid_to else gettext("từ %(begin)s")) % days

    @display(description=_("Trạng thái"), label={"now": "success", "ahead": "info", "over": "warning"})
    def state(self, rule: CommissionRule) -> tuple[str, str]:
        today = clock.today()
        if rule.valid_from > today:
            return "ahead", gettext("Sắp áp dụng")
        is_over = rule.valid_to is not None and rule.valid_to < today
        return ("over", gettext("Đã kết thúc")) if is_over else ("now", gettext("Đang áp dụng"))
