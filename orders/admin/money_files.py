"""Files about money in the province's admin site: handed in, looked at, booked.

The same pages for every kind of file that ``orders.services.money_files.READERS`` knows.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from accounts import selectors as accounts
from core.columns import WITHIN
from core.errors import MarketError
from core.sites import province_site
from core.steps import Step
from core.templatetags.market import moment, number
from orders.admin.treasury import TreasuryAdmin
from orders.services.money_files import READERS
from payments.models import FileKind, MoneyFile
from payments.selectors import files as pages
from payments.selectors.files import Layout
from payments.services import files
from payments.services.files import Reader
from payments.states import FileStatus

S = FileStatus
LOOKS = {S.PREVIEW: "warning", S.WORKING: "info", S.DONE: "success"}


class UploadForm(forms.Form):
    source = forms.ChoiceField(label=_("Tệp của"), widget=UnfoldAdminSelectWidget)
    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("Excel (.xlsx, .xls) hoặc CSV, tối đa 20 MB và 20.000 dòng. Chưa ghi gì vào sổ."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = list(reader.sources())  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """Where the header stands, and "f-<field>" → column, "" for a field that the file does not have."""

    sheet = forms.ChoiceField(label=_("Trang tính"), widget=UnfoldAdminSelectWidget)
    header_row = forms.TypedChoiceField(label=_("Dòng tiêu đề"), coerce=int, widget=UnfoldAdminSelectWidget)
    header_height = forms.TypedChoiceField(
        label=_("Tiêu đề cao"),
        coerce=int,
        choices=[(1, _("một dòng")), (2, _("hai dòng"))],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, reader: Reader, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = layout.sheets  # type: ignore[attr-defined]
        rows = [(y, y) for y in range(1, WITHIN + 1)]
        self.fields["header_row"].choices = rows  # type: ignore[attr-defined]
        self.initial.update(header_row=layout.header.row + 1, header_height=layout.header.height)
        must = {name for group in reader.words.required for name in group}
        for name, label in reader.words.labels.items():
            self.fields[f"f-{name}"] = forms.TypedChoiceField(
                label=f"{label} *" if name in must else label,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("– không có –")), *layout.columns],
                initial=layout.chosen.get(name, ""),
                widget=UnfoldAdminSelectWidget,
            )

    def by_field(self) -> dict[str, int]:
        chosen = {name[2:]: x for name, x in self.cleaned_data.items() if name.startswith("f-")}
        return {name: x for name, x in chosen.items() if x is not None}


def _reader(file: MoneyFile) -> Reader:
    return READERS[file.kind]


STEPS = (
    Step(
        slug="ghi",
        label=_("Ghi vào sổ"),
        icon="playlist_add_check",
        run=lambda file, actor, data: files.confirm(reader=_reader(file), file=file, actor=actor),
        offered=lambda file: file.status == S.PREVIEW and bool(file.mapping),
        ask=_("Dòng đã có trong sổ được bỏ qua, nên ghi lại một tệp hay tệp trùng ngày cũng không hại."),
        done=_("Đã nhận. Kết quả ở dưới."),
    ),
    Step(
        slug="bo",
        label=_("Bỏ tệp này"),
        icon="delete",
        look="danger",
        run=lambda file, actor, data: files.drop(file=file, actor=actor),
        offered=lambda file: file.status == S.PREVIEW,
        ask=_("Chưa có gì được ghi; tệp bị xóa."),
        done=_("Đã bỏ tệp."),
    ),
)


@admin.register(MoneyFile, site=province_site)
class MoneyFileAdmin(TreasuryAdmin):
    list_display = ["name", "kind", "source", "when", "state", "counts"]
    list_filter = ["kind", "status"]
    list_before_template = "admin/orders/money_file_start.html"
    search_fields = ["name", "source"]
    fields = ["name", "kind", "source", "state_text", "when", "counts"]
    readonly_fields = ["state_text", "when", "counts"]
    change_form_outer_after_template = "admin/orders/money_file.html"
    steps = STEPS

    def get_urls(self) -> list[URLPattern]:
        views: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
            ("tai-len/<slug:kind>/", "upload", self.upload_view),
            ("<int:object_id>/cot/", "columns", self.columns_view),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"payments_moneyfile_{name}")
            for route, name, view in views
        ]
        return own + super().get_urls()

    # --- The way in ---

    def upload_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        if not accounts.is_treasurer(request.user):
            raise PermissionDenied
        reader = READERS.get(kind)
        if reader is None:
            raise Http404
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = UploadForm(*posted, reader=reader)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = files.upload(
                    reader=reader,
                    content=file.read(),
                    name=file.name,
                    source=form.cleaned_data["source"],
                    actor=request.user,
                )
            except MarketError as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect(self._url("change" if kept.mapping else "columns", kept))
        return self._page(
            request, "upload", str(FileKind(kind).label), form=form, no_source=not reader.sources()
        )

    def columns_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Which column is what: guessed or remembered, set right by a person."""
        file: MoneyFile = self.get_object(request, str(object_id))
        reader = _reader(file)
        try:
            layout = pages.layout(reader=reader, file=file)
        except MarketError as refusal:
            messages.error(request, str(refusal))
            return redirect(self._url("change", file))
        form = ColumnsForm(request.POST or None, reader=reader, layout=layout, initial={"sheet": file.sheet})
        if request.method == "POST" and form.is_valid():
            where = {name: form.cleaned_data[name] for name in ("sheet", "header_row", "header_height")}
            try:
                files.choose_columns(
                    reader=reader, file=file, by_field=form.by_field(), actor=request.user, **where
                )
            except MarketError as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(self._url("change", file))
        return self._page(request, "columns", gettext("Cột nào là gì"), form=form, file=file, layout=layout)

    def _url(self, name: str, file: MoneyFile) -> str:
        return reverse(f"province:payments_moneyfile_{name}", args=[file.pk])

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/orders/money_file_{name}.html",
            {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context},
            status=422 if context["form"].errors else 200,
        )

    # --- The list, and one file ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        kinds = [(kind, FileKind(kind).label) for kind in READERS]
        return super().changelist_view(request, {"kinds": kinds, **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        file: MoneyFile = self.get_object(request, object_id)
        context: dict[str, Any] = {"file": file, "reader": _reader(file)}
        if file.status == S.PREVIEW:
            try:
                context["preview"] = pages.preview(reader=_reader(file), file=file)
            except MarketError as refusal:
                messages.error(request, str(refusal))
        response = super().change_view(request, object_id, extra_context=context)
        if file.status == S.WORKING:
            response["Refresh"] = "3"
        return response

    def step_view(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        response = super().step_view(request, pk, slug)
        if response.status_code == 302 and not MoneyFile.objects.filter(pk=pk).exists():
            return redirect("province:payments_moneyfile_changelist")  # dropped: it has no page any more
        return response

    @display(description=_("Lúc"), ordering="id")
    def when(self, file: MoneyFile) -> str:
        return moment(file.imported_at)

    @display(description=_("Trạng thái"), label=LOOKS, ordering="status")
    def state(self, file: MoneyFile) -> tuple[str, str]:
        return file.status, file.get_status_display()

    @display(description=_("Trạng thái"))
    def state_text(self, file: MoneyFile) -> str:
        if file.status != S.WORKING:
            return file.get_status_display()
        return gettext("Đang ghi: xong %s dòng. Trang tự tải lại, có thể rời đi.") % number(file.done_rows)

    @display(description=_("Kết quả"))
    def counts(self, file: MoneyFile) -> str:
        if file.status != S.DONE:
            return "–"
        return gettext("%(new)s dòng mới, %(known)s dòng đã có, %(bad)s dòng không đọc được") % {
            "new": number(file.new_rows),
            "known": number(file.known_rows),
            "bad": number(len(file.problems)),
        }
