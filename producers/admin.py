"""Who may enter the producers' site; producers in both admin sites."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts import phones
from accounts.models import User
from core.errors import MarketError
from core.scoping import ScopedAdmin, ScopedInline
from core.sites import producer_site, province_site
from core.steps import ReasonForm, Step
from producers.models import Membership, Producer, ProducerStatus
from producers.services import producers


@producer_site.admit
def works_for_a_producer(user: Any) -> bool:
    return Membership.objects.filter(user=user.pk).exists()


def owns(request: HttpRequest, producer: Producer | None) -> bool:
    """Owner of the producer; without one, of any."""
    mine = Membership.objects.filter(user=request.user.pk, role=Membership.Role.OWNER)
    return (mine.filter(producer=producer) if producer else mine).exists()


class NoSuchAccount(MarketError):
    code = "no_such_account"
    status = 404
    message = _("Chưa có tài khoản nào dùng email hoặc số điện thoại này. Hãy nhờ người đó đăng ký trước.")


class MemberForm(forms.Form):
    login = forms.CharField(
        label=_("Email hoặc số điện thoại của người đó"), max_length=254, widget=UnfoldAdminTextInputWidget
    )
    role = forms.ChoiceField(
        label=_("Vai trò"),
        choices=Membership.Role.choices,
        initial=Membership.Role.STAFF,
        widget=UnfoldAdminSelectWidget,
    )


def _add_member(producer: Producer, actor: Any, data: Mapping[str, Any]) -> None:
    login = data["login"].strip()
    known = {"email__iexact": login} if "@" in login else {"phone": phones.normalise(login)}
    user = User.objects.filter(is_active=True, **known).first()
    if user is None:
        raise NoSuchAccount
    producers.add_member(producer=producer, user=user, role=data["role"], actor=actor)


class MemberInline(ScopedInline):
    model = Membership
    fields = ["person", "login", "role"]
    readonly_fields = ["person", "login"]
    verbose_name_plural = _("Người làm việc cho chủ thể")

    @display(description=_("Người"))
    def person(self, membership: Membership) -> str:
        return str(membership.user)

    @display(description=_("Đăng nhập bằng"))
    def login(self, membership: Membership) -> str:
        user = membership.user
        return user.email or phones.national(str(user.phone))


class ProducerAdminBase(ScopedAdmin):
    search_fields = ["name", "search_text", "phone"]
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(product_count=Count("products"))

    def view_on_site(self, producer: Producer) -> str:
        return reverse("catalog:producer", args=[producer.slug])

    @display(description=_("Sản phẩm"), ordering="product_count")
    def goods(self, producer: Any) -> int:
        return producer.product_count

    @display(
        description=_("Trạng thái"),
        ordering="status",
        label={
            ProducerStatus.ACTIVE: "success",
            ProducerStatus.LISTED: "info",
            ProducerStatus.SUSPENDED: "danger",
        },
    )
    def state(self, producer: Producer) -> tuple[str, str]:
        return producer.status, producer.get_status_display()


@admin.register(Producer, site=producer_site)
class OwnProducerAdmin(ProducerAdminBase):
    list_display = ["name", "kind", "state", "goods"]
    autocomplete_fields = ["commune"]
    readonly_fields = ["state_text", "kind", "tax_code"]
    inlines = [MemberInline]
    fieldsets = [
        (None, {"fields": ["name", "state_text", "kind", "tax_code", "representative"]}),
        (_("Liên hệ"), {"fields": [("phone", "email"), ("province", "commune"), "address_line"]}),
        (_("Câu chuyện"), {"fields": ["quote", "story", "since_year"]}),
    ]
    steps = (
        Step(
            slug="them-nguoi",
            label=_("Thêm người"),
            icon="person_add",
            look="plain",
            form=MemberForm,
            run=_add_member,
            allowed=owns,
            ask=_("Nhân viên làm việc hằng ngày; chủ sửa được cả hồ sơ, người và phí giao."),
            done=_("Đã thêm người."),
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Producer | None = None) -> bool:
        return self.has_view_permission(request, obj) and owns(request, obj)

    def change_row(self, request: HttpRequest, obj: Producer, form: Any) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values.keys() & {"province", "commune"}:  # checked as a pair
            values |= {"province": obj.province, "commune": obj.commune}
        if values:
            producers.update(producer=obj, actor=request.user, **values)

    @display(description=_("Trạng thái"))
    def state_text(self, producer: Producer) -> str:
        return producer.get_status_display()


@admin.register(Producer, site=province_site)
class AreaProducerAdmin(ProducerAdminBase):
    list_display = ["name", "kind", "commune", "state", "goods"]
    list_select_related = ["commune"]
    list_filter = ["status", "kind", "province", "is_illustrative"]
    fields = [
        "name",
        "state_text",
        "kind",
        "tax_code",
        "representative",
        "phone",
        "email",
        "province",
        "commune",
        "address_line",
        "former_address",
        "story",
        "since_year",
        "is_illustrative",
    ]
    readonly_fields = ["state_text"]
    steps = (
        Step(
            slug="tam-ngung",
            label=_("Tạm ngừng"),
            icon="pause_circle",
            look="danger",
            form=ReasonForm,
            run=lambda producer, actor, data: producers.suspend(
                producer=producer, reason=data["reason"], actor=actor
            ),
            offered=lambda producer: producer.status == ProducerStatus.ACTIVE,
            ask=_("Gian hàng và sản phẩm của chủ thể không hiện trên chợ nữa. Đơn đang giao vẫn tiếp tục."),
            done=_("Đã tạm ngừng chủ thể."),
        ),
        Step(
            slug="mo-lai",
            label=_("Cho bán lại"),
            icon="play_circle",
            form=ReasonForm,
            run=lambda producer, actor, data: producers.reopen(
                producer=producer, reason=data["reason"], actor=actor
            ),
            offered=lambda producer: producer.status == ProducerStatus.SUSPENDED,
            ask=_("Gian hàng và sản phẩm hiện lại trên chợ."),
            done=_("Chủ thể được bán trở lại."),
        ),
    )

    @display(description=_("Trạng thái"))
    def state_text(self, producer: Producer) -> str:
        return producer.get_status_display()
