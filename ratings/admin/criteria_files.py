"""A criteria set out to a workbook and in from one, in the province's admin site."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from core.errors import MarketError
from core.models import Province
from core.scoping import ScopedAdmin
from core.text import slugify
from ratings.admin import criteria_page
from ratings.selectors import criteria as selectors
from ratings.services import criteria_files, criteria_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SALT = "ratings.criteria-import"
_PREVIEW_SECONDS = 24 * 3600


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp .xlsx theo mẫu"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx"})
    )
    province = forms.ModelChoiceField(
        Province.objects.none(), label=_("Tỉnh"), widget=UnfoldAdminSelectWidget, empty_label=None
    )

    def __init__(self, *args: Any, provinces: QuerySet[Province], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].queryset = provinces  # type: ignore[attr-defined]


class CriteriaFilesAdmin(ScopedAdmin):
    def export_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.get_object(request, str(object_id))
        response = HttpResponse(criteria_files.as_xlsx(criteria_set=row), content_type=XLSX)
        name = slugify(f"bo tieu chi {row.version.code} {row.code} {row.name} lan {row.revision}")
        response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload, preview of the differences, then writing: what was shown is what is written."""
        provinces = selectors.editable_provinces(request.user)
        if not provinces:
            raise PermissionDenied
        data = request.POST.copy() if request.method == "POST" else None
        if data is not None and len(provinces) == 1:
            data["province"] = provinces[0].pk
        form = ImportForm(data, request.FILES or None, provinces=provinces)
        if len(provinces) == 1:
            form.fields["province"].widget = forms.HiddenInput()
        if data is None:
            return self._import_page(request, form)
        if "packed" in data:
            return self._import_write(request, str(data["packed"]))
        if not form.is_valid():
            return self._import_page(request, form, status=422)
        province = form.cleaned_data["province"]
        try:
            read = criteria_files.read(content=form.cleaned_data["file"].read())
            if read.errors:
                return self._import_page(request, form, status=422, errors=read.errors)
            plan = criteria_import.plan(read=read, province=province, actor=request.user)
        except MarketError as refusal:
            form.add_error("file", str(refusal))
            return self._import_page(request, form, status=refusal.status)
        packed = {"read": criteria_import.packed(read=read), "province": province.pk, "by": request.user.pk}
        sealed = signing.dumps(packed, salt=_SALT, compress=True)
        return self._import_page(
            request,
            form,
            packed=sealed,
            file_name=form.cleaned_data["file"].name,
            **criteria_page.preview(plan),
        )

    def _import_write(self, request: HttpRequest, sealed: str) -> HttpResponse:
        try:
            packed = signing.loads(sealed, salt=_SALT, max_age=_PREVIEW_SECONDS)
            if packed["by"] != request.user.pk:
                raise signing.BadSignature
            found = criteria_import.apply(
                read=criteria_import.unpacked(values=packed["read"]),
                province=Province.objects.get(pk=packed["province"]),
                actor=request.user,
            )
        except signing.BadSignature:
            messages.error(request, gettext("Bản xem trước đã quá hạn. Hãy tải tệp lên lại."))
            return redirect(url("import"))
        except MarketError as refusal:
            messages.error(request, str(refusal))
            return redirect(url("import"))
        messages.success(request, gettext("Đã nhập bộ tiêu chí “%s”.") % found.name)
        return redirect(url("change", found.pk))

    def _import_page(
        self, request: HttpRequest, form: ImportForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Nhập bộ tiêu chí từ tệp"),
            "opts": self.opts,
            "form": form,
            "back": url("changelist"),
            **more,
        }
        return TemplateResponse(request, "admin/ratings/criteria_import.html", context, status=status)


def url(kind: str, *args: Any) -> str:
    return reverse(f"province:ratings_criteriaset_{kind}", args=args)
