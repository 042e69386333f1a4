"""Criteria sets in the province's admin site."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from catalog.models import ProductSet
from core.errors import MarketError
from core.models import Province
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import points
from ratings import policies
from ratings.admin import criteria_page
from ratings.admin.criteria_files import CriteriaFilesAdmin, url
from ratings.models import CriteriaSet, RuleVersion
from ratings.rubric import InvalidQuestion
from ratings.selectors import criteria as selectors
from ratings.services import criteria, criteria_rows

LOOKS = {"complete": "success", "incomplete": "danger", "frozen": "info", "retired": "warning"}


class VersionForm(forms.Form):
    version = forms.ModelChoiceField(
        RuleVersion.objects.all(), label=_("Theo phiên bản"), widget=UnfoldAdminSelectWidget, empty_label=None
    )


class VersionInProvinceForm(VersionForm):
    province = forms.ModelChoiceField(Province.objects.all(), label=_("Tỉnh"), widget=UnfoldAdminSelectWidget)


class ProvinceNeeded(MarketError):
    code = "province_needed"
    status = 422
    message = _("Bạn phụ trách nhiều tỉnh. Hãy chọn tỉnh.")


def _only_province(actor: Any) -> Province:
    provinces = selectors.editable_provinces(actor)[:2]
    if len(provinces) != 1:
        raise ProvinceNeeded
    return provinces[0]


def _clone(row: CriteriaSet, actor: Any, data: Mapping[str, Any]) -> None:
    province = data.get("province") or _only_province(actor)
    criteria.clone(criteria_set=row, actor=actor, province=province, version=data["version"])


_CLONE: dict[str, Any] = {
    "label": _("Nhân bản để sửa"),
    "icon": "content_copy",
    "run": _clone,
    "allowed": lambda request, row: selectors.editable_provinces(request.user).exists(),
    "initial": lambda row: {"version": row.version},
    "ask": _("Tỉnh có một lần sửa mới với đủ các tiêu chí. Bộ đang xem giữ nguyên cho các hồ sơ đã dùng."),
    "done": _("Đã nhân bản. Lần sửa mới nằm trong danh sách."),
}
STEPS = (
    Step(slug="nhan-ban", form=VersionForm, **_CLONE),
    Step(slug="nhan-ban-cho-tinh", form=VersionInProvinceForm, **_CLONE),
    Step(
        slug="thoi-dung",
        label=_("Thôi dùng"),
        icon="block",
        look="danger",
        form=ReasonForm,
        run=lambda row, actor, data: criteria.retire(criteria_set=row, actor=actor, reason=data["reason"]),
        offered=lambda row: row.retired_at is None,
        allowed=lambda request, row: policies.may_edit_criteria(request.user, row),
        ask=_(
            "Hồ sơ mới không chọn bộ này nữa, mà dùng lần sửa trước còn hiệu lực hoặc bộ chính thức. "
            "Hồ sơ đang dùng vẫn giữ."
        ),
        done=_("Bộ tiêu chí đã thôi dùng."),
    ),
)


@admin.register(CriteriaSet, site=province_site)
class CriteriaSetAdmin(CriteriaFilesAdmin):
    list_display = ["entry", "rules", "goods", "sums", "state"]
    list_select_related = ["version", "province"]
    list_filter = ["version", "product_sets"]
    list_before_template = "admin/ratings/criteria_lead.html"
    search_fields = ["name", "code"]
    ordering = ["province", "-version__in_force_from", "name", "-revision"]
    fields = ["version", "code", "name", "product_sets", "source"]
    steps = STEPS

    # --- List ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("product_sets")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        checks = selectors.check_all(rows)
        for row in rows:
            row.__dict__["check"] = checks[row.pk]
        found.result_list = rows
        return found

    @display(description=_("Bộ tiêu chí"), header=True, ordering="name")
    def entry(self, row: CriteriaSet) -> list[str]:
        return [gettext("%(code)s. %(name)s") % {"code": row.code, "name": row.name}, owner(row)]

    @display(description=_("Phiên bản"), ordering="version")
    def rules(self, row: CriteriaSet) -> str:
        return row.version.code

    @display(description=_("Bộ sản phẩm"))
    def goods(self, row: CriteriaSet) -> str:
        return "; ".join(f"{one.code}. {one.name}" for one in row.product_sets.all()) or "–"

    @display(description=_("Điểm"))
    def sums(self, row: Any) -> SafeString:
        text = " · ".join(f"{part.code} {points(part.found)}/{part.wanted}" for part in row.check.sums)
        return format_html('<span class="criteria-nowrap">{}</span>', text)

    @display(description=_("Trạng thái"), label=LOOKS)
    def state(self, row: Any) -> tuple[str, str]:
        return criteria_page.state(row, row.check)

    # --- A new set ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and selectors.editable_provinces(request.user).exists()

    def get_fields(self, request: HttpRequest, obj: CriteriaSet | None = None) -> Sequence[Any]:
        is_one = selectors.editable_provinces(request.user).count() == 1
        return self.fields if is_one else [*self.fields, "province"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        found = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "province":
            found.required = True
        return found

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def create_row(self, request: HttpRequest, obj: CriteriaSet, form: Any) -> CriteriaSet:
        data = form.cleaned_data
        province = data.get("province") or _only_province(request.user)
        return criteria.create(
            version=data["version"],
            code=data["code"],
            name=data["name"],
            product_sets=data["product_sets"],
            province=province,
            source=data["source"],
            actor=request.user,
        )

    # --- One set ---

    def steps_of(self, request: HttpRequest, obj: CriteriaSet) -> list[dict[str, Any]]:
        """Of the two ways to clone the one that fits: whoever has one province is not asked for it."""
        is_one = selectors.editable_provinces(request.user).count() == 1
        other = "nhan-ban-cho-tinh" if is_one else "nhan-ban"
        return [item for item in super().steps_of(request, obj) if item["step"].slug != other]

    def get_urls(self) -> list[URLPattern]:
        def own(address: str, view: Any, kind: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"ratings_criteriaset_{kind}")

        return [
            own("nhap/", self.import_view, "import"),
            own("<int:object_id>/xuat/", self.export_view, "export"),
            own("<int:object_id>/tieu-chi/", self.criterion_view, "newcriterion"),
            own("<int:object_id>/tieu-chi/<int:criterion>/", self.criterion_view, "criterion"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The set with all its criteria; POST changes its name and product sets."""
        row = self._row(request, object_id)
        if request.method != "POST":
            return self._page(request, row)
        self._require_editor(request, row)
        chosen = [code for code in request.POST.getlist("product_sets") if code.isdigit()]
        try:
            criteria.describe(
                criteria_set=row,
                name=request.POST.get("name", ""),
                product_sets=ProductSet.objects.filter(code__in=chosen),
                actor=request.user,
            )
        except MarketError as refusal:
            return self._page(request, row, status=refusal.status, refusal=str(refusal))
        messages.success(request, gettext("Đã lưu tên và bộ sản phẩm."))
        return redirect(url("change", row.pk))

    def criterion_view(
        self, request: HttpRequest, object_id: int, criterion: int | None = None
    ) -> HttpResponse:
        """One criterion: saved, moved, removed, or added. The refused form comes back as it was typed."""
        row = self._row(request, str(object_id))
        self._require_editor(request, row)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        kept = row.criteria.select_related("criteria_set").filter(pk=criterion).first() if criterion else None
        if criterion and kept is None:
            raise Http404
        sent = criteria_page.Form.sent(request.POST, criterion)
        try:
            anchor = self._act(request, row, kept, sent)
        except MarketError as refusal:
            where = refusal.data.get("field", "") if isinstance(refusal, InvalidQuestion) else ""
            sent.errors[where] = str(refusal)
            return self._page(request, row, sent=sent, status=refusal.status, refusal=str(refusal))
        return HttpResponseRedirect(f"{url('change', row.pk)}#{anchor}")

    def _act(self, request: HttpRequest, row: CriteriaSet, kept: Any, sent: criteria_page.Form) -> str:
        """Do what the pressed button says; returns where on the page to go on."""
        actor, do = request.user, request.POST.get("do", "save")
        if kept is None:
            found = criteria_rows.add(criteria_set=row, question=sent.question(), actor=actor)
            messages.success(request, gettext("Đã thêm tiêu chí “%s”.") % found)
            return f"c{found.pk}"
        if do in ("up", "down"):
            criteria_rows.move(criterion=kept, up=do == "up", actor=actor)
        elif do == "remove":
            criteria_rows.remove(criterion=kept, actor=actor)
            messages.success(request, gettext("Đã xóa tiêu chí “%s”.") % kept)
            return f"part-{kept.part}"
        else:
            criteria_rows.change(criterion=kept, question=sent.question(), actor=actor)
            messages.success(request, gettext("Đã lưu tiêu chí “%s”.") % sent.question())
        return f"c{kept.pk}"

    def _row(self, request: HttpRequest, object_id: str) -> CriteriaSet:
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _require_editor(self, request: HttpRequest, row: CriteriaSet) -> None:
        if not policies.may_edit_criteria(request.user, row):
            raise PermissionDenied

    def _page(
        self,
        request: HttpRequest,
        row: CriteriaSet,
        *,
        sent: criteria_page.Form | None = None,
        status: int = 200,
        refusal: str = "",
    ) -> HttpResponse:
        row = CriteriaSet.objects.select_related("version", "province", "cloned_from__version").get(pk=row.pk)
        is_open = not (row.frozen_at or row.retired_at)
        may_edit = is_open and policies.may_edit_criteria(request.user, row)
        page = criteria_page.context(row, may_edit=may_edit, sent=sent)
        chosen = {one.code for one in row.product_sets.all()}
        context = {
            **self.admin_site.each_context(request),
            **page,
            "title": row.name,
            "opts": self.opts,
            "object": row,
            "owner": owner(row),
            "state": criteria_page.state(row, page["check"]),
            "refusal": refusal,
            "product_sets": [(one, one.code in chosen) for one in ProductSet.objects.all()],
            "steps": self.steps_of(request, row),
        }
        return TemplateResponse(request, "admin/ratings/criteria_set.html", context, status=status)


def owner(row: CriteriaSet) -> str:
    if row.province is None:
        return gettext("Chính thức")
    return gettext("%(province)s, lần sửa %(revision)s") % {
        "province": row.province.name,
        "revision": row.revision,
    }
