"""Sessions of the council in the province's admin site: members, dossiers, opening, closing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.models import Role
from accounts.selectors import offices
from core.models import Province
from core.scoping import ScopedAdmin, ScopedInline
from core.sites import province_site
from core.templatetags.market import day
from ratings.council_steps import SESSION_STEPS
from ratings.models import Council, CouncilItem, CouncilMember
from ratings.selectors import seats
from ratings.services import councils
from ratings.states import CouncilStatus, ItemStatus
from ratings.wording import score, verdict

_ROLES = (Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)
_LOOKS = {CouncilStatus.PLANNED: "info", CouncilStatus.OPEN: "warning", CouncilStatus.CLOSED: "success"}


def _provinces(request: HttpRequest) -> QuerySet[Province]:
    """Where the person may plan a session."""
    if request.user.is_superuser:
        return Province.objects.all()
    return Province.objects.filter(pk__in=offices(request.user, roles=_ROLES).values("province"))


def _pk(request: HttpRequest) -> Any:
    """Of the session whose page was asked for, None on the page that adds one."""
    return request.resolver_match.kwargs.get("object_id") if request.resolver_match else None


class MemberInline(ScopedInline):
    """Seats are given and taken while the session is planned."""

    model = CouncilMember
    fields = ["user", "role", "title", "is_present"]
    readonly_fields = ["is_present"]
    verbose_name_plural = _("Thành viên")
    hide_title = False

    def _is_open(self, request: HttpRequest, obj: Council | None) -> bool:
        is_planned = obj is None or obj.status == CouncilStatus.PLANNED
        return is_planned and self._parent_is_ours(request, obj)

    has_add_permission = has_change_permission = has_delete_permission = _is_open  # type: ignore[assignment]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            planned = Council.objects.filter(pk=_pk(request))
            field.queryset = seats.candidates(*planned.values_list("province", flat=True))
        return field

    def create_row(self, request: HttpRequest, obj: Any) -> None:
        member = councils.seat(
            council=obj.council, user=obj.user, role=obj.role, title=obj.title, actor=request.user
        )
        obj.__dict__.update(member.__dict__)

    def change_row(self, request: HttpRequest, obj: Any, fields: Sequence[str]) -> None:
        councils.change_seat(member=obj, role=obj.role, title=obj.title, actor=request.user)

    def remove_row(self, request: HttpRequest, obj: Any) -> None:
        councils.unseat(member=obj, actor=request.user)


class ItemInline(ScopedInline):
    model = CouncilItem
    fields = ["position", "product", "code", "state", "result"]
    readonly_fields = ["product", "code", "state", "result"]
    verbose_name_plural = _("Hồ sơ")
    hide_title = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("dossier__product__producer")

    @display(description=_("Sản phẩm"))
    def product(self, item: CouncilItem) -> str:
        return f"{item.dossier.product.name} ({item.dossier.product.producer.name})"

    @display(description=_("Mã hồ sơ"))
    def code(self, item: CouncilItem) -> str:
        return item.dossier.code

    @display(description=_("Trạng thái"))
    def state(self, item: CouncilItem) -> str:
        return item.get_status_display()

    @display(description=_("Kết quả"))
    def result(self, item: CouncilItem) -> str:
        if item.status != ItemStatus.DONE:
            return "–"
        return f"{score(item.score)} · {verdict(item)}" if item.score is not None else verdict(item)


@admin.register(Council, site=province_site)
class CouncilAdmin(ScopedAdmin):
    may_change = True
    list_display = ["session", "province", "people", "progress", "state"]
    list_select_related = ["province"]
    list_filter = ["status"]
    search_fields = ["name"]
    ordering = ["-held_on", "-pk"]
    fields = ["live_screen", "name", "held_on", "venue", "quorum_percent", "province", "secretary"]
    inlines = [MemberInline, ItemInline]
    steps = SESSION_STEPS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.annotate(
            seated=Count("members", distinct=True),
            heard=Count("items", filter=~Q(items__status=ItemStatus.REMOVED), distinct=True),
            finished=Count("items", filter=Q(items__status=ItemStatus.DONE), distinct=True),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and _provinces(request).exists()

    def has_change_permission(self, request: HttpRequest, obj: Council | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or obj.status == CouncilStatus.PLANNED
        )

    def get_fields(self, request: HttpRequest, obj: Council | None = None) -> Sequence[Any]:
        return self.fields if obj else self.fields[1:]

    def get_readonly_fields(self, request: HttpRequest, obj: Council | None = None) -> Sequence[str]:
        return ["live_screen", "province"] if obj else ["live_screen"]

    def get_inlines(self, request: HttpRequest, obj: Council | None) -> list[Any]:
        """None while a session is being added: seats are given by its province."""
        return list(self.inlines) if obj or _pk(request) else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"province": _provinces(request).first(), "secretary": request.user.pk}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "province":
            field.queryset = _provinces(request)
        if db_field.name == "secretary":
            field.queryset = seats.candidates(*_provinces(request))
        return field

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        return councils.plan(actor=request.user, **form.cleaned_data)

    @display(description=_("Phiên"), header=True, ordering="held_on")
    def session(self, row: Council) -> list[str]:
        return [row.name, day(row.held_on)]

    @display(description=_("Thành viên"))
    def people(self, row: Any) -> int:
        return row.seated

    @display(description=_("Hồ sơ có kết quả"))
    def progress(self, row: Any) -> str:
        return f"{row.finished}/{row.heard}"

    @display(description=_("Trạng thái"), ordering="status", label=_LOOKS)
    def state(self, row: Council) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Màn hình điều hành"))
    def live_screen(self, row: Council) -> SafeString:
        url = reverse("ratings:council-live", args=[row.pk])
        return format_html(
            '<a class="market-phone" href="{}">{}</a>',
            url,
            _("Ai đã chấm, ai đã khóa; chốt kết quả, biên bản"),
        )
