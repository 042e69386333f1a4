"""Who may enter the province's site; accounts and assignments for the system administrator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts import selectors
from accounts.models import Assignment, Role, User
from accounts.services import offices
from core.admin import SystemAdmin
from core.scoping import ScopedInline
from core.sites import province_site
from core.steps import ReasonForm, Step


@province_site.admit
def holds_an_office(user: Any) -> bool:
    """Officers of a commune or a province in force today, treasurers, and the system administrator."""
    roles = (*selectors.OFFICER_ROLES, Role.TREASURER)
    return bool(user.is_superuser) or bool(selectors.held(user, roles=roles))


class AssignmentInline(ScopedInline):
    model = Assignment
    fields = ["role", "province", "commune", "valid_from", "valid_to"]


@admin.register(User, site=province_site)
class UserAdmin(SystemAdmin):
    list_display = ["__str__", "email", "phone", "active", "date_joined"]
    list_filter = ["is_active", "is_superuser", "is_illustrative"]
    search_fields = ["full_name", "email", "phone"]
    ordering = ["-date_joined"]
    fields = ["full_name", "email", "phone", "is_active", "is_superuser", "is_illustrative", "date_joined"]
    inlines = [AssignmentInline]
    steps = (
        Step(
            slug="khoa",
            label=_("Khóa tài khoản"),
            icon="lock",
            look="danger",
            form=ReasonForm,
            run=lambda user, actor, data: offices.lock(user=user, actor=actor, reason=data["reason"]),
            offered=lambda user: user.is_active,
            ask=_("Người này sẽ không đăng nhập được nữa. Đơn hàng và chủ thể giữ nguyên."),
            done=_("Đã khóa tài khoản."),
        ),
        Step(
            slug="mo-khoa",
            label=_("Mở khóa"),
            icon="lock_open",
            form=ReasonForm,
            run=lambda user, actor, data: offices.unlock(user=user, actor=actor, reason=data["reason"]),
            offered=lambda user: not user.is_active,
            ask=_("Người này sẽ đăng nhập được trở lại."),
            done=_("Đã mở khóa tài khoản."),
        ),
    )

    @display(description=_("Hoạt động"), boolean=True, ordering="is_active")
    def active(self, user: User) -> bool:
        return user.is_active


class AssignmentForm(forms.ModelForm):
    class Meta:
        model = Assignment
        fields = ["user", "role", "province", "commune", "valid_from", "valid_to"]


@admin.register(Assignment, site=province_site)
class AssignmentAdmin(SystemAdmin):
    may_add = True
    form = AssignmentForm
    list_display = ["user", "role", "province", "commune", "valid_from", "valid_to"]
    list_select_related = ["user", "province", "commune"]
    list_filter = ["role", "province"]
    search_fields = ["user__full_name", "user__email"]
    autocomplete_fields = ["user", "commune"]
    fields = ["user", "role", "province", "commune", "valid_from", "valid_to"]
    steps = (
        Step(
            slug="ket-thuc",
            label=_("Kết thúc phân công"),
            icon="event_busy",
            look="danger",
            form=ReasonForm,
            run=lambda row, actor, data: offices.end(assignment=row, actor=actor, reason=data["reason"]),
            offered=lambda row: row.valid_to is None,
            ask=_("Người này thôi giữ nhiệm vụ từ hôm nay."),
            done=_("Đã kết thúc phân công."),
        ),
    )

    def create_row(self, request: HttpRequest, obj: Assignment, form: forms.ModelForm) -> Assignment:
        return offices.assign(
            user=obj.user,
            role=obj.role,
            province=obj.province,
            commune=obj.commune,
            valid_from=obj.valid_from,
            valid_to=obj.valid_to,
            actor=request.user,
        )
