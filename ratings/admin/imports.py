"""Imports of recognition lists in the province's admin site: from the file to the register, and back."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.errors import MarketError
from core.scoping import ScopedAdmin
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment, number
from ratings import import_files, policies
from ratings.admin.import_forms import ColumnsForm, SheetForm, UploadForm
from ratings.models import ImportBatch, ImportRow
from ratings.selectors import import_rows
from ratings.services import import_batches, import_undo
from ratings.services.matching import ERROR
from ratings.states import ImportStatus

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
S = ImportStatus
LOOKS = {S.PREVIEW: "warning", S.WORKING: "info", S.APPLIED: "success", S.UNDONE: "danger"}


def _may_import(request: HttpRequest, batch: ImportBatch) -> bool:
    return policies.may_import(request.user, batch.province)


STEPS = (
    Step(
        slug="nhap-vao-so",
        label=_("Nhập vào sổ"),
        icon="playlist_add_check",
        run=lambda batch, actor, data: import_batches.confirm(batch=batch, actor=actor),
        offered=lambda batch: batch.status == S.PREVIEW and bool(batch.counts),
        allowed=_may_import,
        ask=_(
            "Các dòng “Mới” và “Cập nhật” được ghi vào sổ cùng một lúc; dòng lỗi và dòng bỏ qua đứng ngoài. "
            "Có thể hoàn tác cả lần nhập."
        ),
        done=_("Đã nhận. Kết quả ở dưới."),
    ),
    Step(
        slug="hoan-tac",
        label=_("Hoàn tác lần nhập"),
        icon="undo",
        look="danger",
        form=ReasonForm,
        run=lambda batch, actor, data: import_undo.undo(batch=batch, actor=actor, **data),
        offered=lambda batch: batch.status == S.APPLIED,
        allowed=_may_import,
        ask=_(
            "Lấy lại đúng những gì lần nhập này đã ghi: công nhận mới bị gỡ, dòng cập nhật về như cũ, "
            "sản phẩm và chủ thể mới bị gỡ nếu chưa ai dùng."
        ),
        done=_("Đã hoàn tác. Sổ như trước khi nhập."),
    ),
)


@admin.register(ImportBatch, site=province_site)
class ImportBatchAdmin(ScopedAdmin):
    list_display = ["file_name", "when", "actor", "state", "summary"]
    list_select_related = ["actor", "province"]
    list_before_template = "admin/ratings/import_start.html"
    fields = ["file_name", "province", "state_text", "when", "actor", "summary", "links"]
    readonly_fields = ["state_text", "when", "summary", "links"]
    steps = STEPS

    def get_urls(self) -> list[URLPattern]:
        views: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
            ("nhap/", "upload", self.upload_view),
            ("mau.xlsx", "template", self.template_view),
            ("<int:object_id>/trang-tinh/", "sheet", self.sheet_view),
            ("<int:object_id>/cot/", "columns", self.columns_view),
            ("<int:object_id>/dong/", "rows", self.rows_view),
            ("<int:object_id>/loi.xlsx", "errors", self.errors_view),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"ratings_importbatch_{name}")
            for route, name, view in views
        ]
        return own + super().get_urls()

    # --- The way in ---

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        if not import_rows.provinces_of(actor=request.user).exists():
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None, actor=request.user)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = import_batches.upload(
                    content=file.read(),
                    name=file.name,
                    province=form.cleaned_data["province"],
                    actor=request.user,
                )
            except MarketError as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect(_url("sheet", batch))
        return self._page(request, "upload", gettext("Nhập danh sách công nhận"), form=form)

    def template_view(self, request: HttpRequest) -> HttpResponse:
        if not import_rows.provinces_of(actor=request.user).exists():
            raise PermissionDenied
        return _download(import_files.template(), import_files.TEMPLATE_NAME)

    def sheet_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Which sheet, and where its header stands: guessed, with the first rows to see."""
        batch = self._batch(request, object_id)
        try:
            book = import_batches.open_book(batch=batch)
        except MarketError as refusal:
            return self._refuse(request, batch, refusal)
        page = import_batches.page_of(batch=batch, book=book)
        now = {"sheet": batch.sheet, "header_row": batch.header_row, "header_height": batch.header_height}
        form = SheetForm(request.POST or None, initial=now, pages=book.pages, shown=page)
        if request.method == "POST" and form.is_valid():
            is_other_sheet = form.cleaned_data["sheet"] != batch.sheet
            try:
                import_batches.choose(batch=batch, actor=request.user, **form.cleaned_data)
            except MarketError as refusal:
                form.add_error(None, str(refusal))
            else:
                # Another sheet has another header: look at it before going on.
                return redirect(
                    _url("sheet" if is_other_sheet or "xem" in request.POST else "columns", batch)
                )
        header = import_batches.header_of(batch=batch, page=page)
        return self._page(
            request,
            "sheet",
            gettext("Chọn trang tính và dòng tiêu đề"),
            batch=batch,
            form=form,
            shown=page,
            found=len(header.mapping),
            rows=import_rows.first_rows(page=page, header=header),
        )

    def columns_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What each column means."""
        batch = self._batch(request, object_id)
        try:
            page = import_batches.page_of(batch=batch, book=import_batches.open_book(batch=batch))
        except MarketError as refusal:
            return self._refuse(request, batch, refusal)
        header = import_batches.header_of(batch=batch, page=page)
        columns = import_rows.columns(page=page, header=header)
        form = ColumnsForm(request.POST or None, columns=columns)
        if request.method == "POST" and form.is_valid():
            try:
                import_batches.map_columns(batch=batch, mapping=form.mapping(), actor=request.user)
            except MarketError as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(_url("rows", batch))
        return self._page(
            request,
            "columns",
            gettext("Cột nào là gì"),
            batch=batch,
            form=form,
            columns=[(column, form[f"c-{column.index}"]) for column in columns],
        )

    def rows_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What each row would do, or did; before the import, cells are corrected and questions answered."""
        batch = self._batch(request, object_id)
        query = {name: request.GET[name] for name in ("kq", "trang", "sua") if request.GET.get(name)}
        is_open = batch.status == S.PREVIEW and _may_import(request, batch)
        if request.method == "POST":
            try:
                if request.POST.get("tat-ca"):
                    import_batches.answer_all(batch=batch, choice=request.POST["tat-ca"], actor=request.user)
                else:
                    known = [int(pk) for pk in request.POST.getlist("dong") if pk.isdecimal()]
                    cells, choices = import_rows.choices_of(request.POST.dict(), known)
                    import_batches.revise(batch=batch, cells=cells, choices=choices, actor=request.user)
            except MarketError as refusal:
                return self._refuse(request, batch, refusal)
            messages.success(request, gettext("Đã lưu và kiểm tra lại cả danh sách."))
            return redirect(f"{_url('rows', batch)}?{urlencode(query)}")
        shown = import_rows.rows(
            batch=batch,
            outcome=query.get("kq", ""),
            number=query.get("trang", "1"),
            editing=is_open and "sua" in query,
        )
        return self._page(
            request,
            "rows",
            gettext("Kiểm tra từng dòng") if batch.status == S.PREVIEW else gettext("Từng dòng đã nhập"),
            batch=batch,
            shown=shown,
            is_open=is_open,
            choices=import_rows.CHOICES,
            steps=self.steps_of(request, batch),
        )

    def errors_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self._batch(request, object_id)
        try:
            content = import_files.errors(batch)
        except MarketError as refusal:
            return self._refuse(request, batch, refusal)
        return _download(content, gettext("Dòng lỗi") + f" {batch.pk}.xlsx")

    def _batch(self, request: HttpRequest, object_id: int) -> ImportBatch:
        """404 outside the office's area, 403 for those who only see its rows."""
        batch: ImportBatch = self.get_object(request, str(object_id))
        if not _may_import(request, batch):
            raise PermissionDenied
        return batch

    def _refuse(self, request: HttpRequest, batch: ImportBatch, refusal: MarketError) -> HttpResponse:
        messages.error(request, str(refusal))
        return redirect(reverse("province:ratings_importbatch_change", args=[batch.pk]))

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        form = context.get("form")
        return TemplateResponse(
            request,
            f"admin/ratings/import_{name}.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "opts": self.opts,
                "name": name,
                **context,
            },
            status=422 if form is not None and form.errors else 200,
        )

    # --- The list, and the result of one ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = import_rows.provinces_of(actor=request.user).exists()
        return super().changelist_view(request, {"may_import": may, **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        if ImportBatch.objects.filter(pk=object_id, status=S.WORKING).exists():
            response["Refresh"] = "3"
        return response

    @display(description=_("Lúc"), ordering="id")
    def when(self, batch: ImportBatch) -> str:
        return moment(batch.created_at)

    @display(description=_("Trạng thái"), label=LOOKS)
    def state(self, batch: ImportBatch) -> tuple[str, str]:
        return batch.status, batch.get_status_display()

    @display(description=_("Trạng thái"))
    def state_text(self, batch: ImportBatch) -> str | SafeString:
        if batch.status != S.WORKING:
            return batch.get_status_display()
        done, total = import_batches.progress_of(batch=batch), sum(batch.counts.values())
        return format_html(
            '<progress class="market-progress" value="{}" max="{}"></progress> {}',
            done,
            total,
            gettext("Đang ghi: %(done)s/%(total)s dòng. Trang tự tải lại, có thể rời đi.")
            % {"done": number(done), "total": number(total)},
        )

    @display(description=_("Kết quả của cả tệp"))
    def summary(self, batch: ImportBatch) -> str:
        return ", ".join(
            f"{label}: {number(batch.counts[outcome])}"
            for outcome, label in import_rows.OUTCOMES.items()
            if batch.counts.get(outcome)
        )

    @display(description=_("Xem tiếp"))
    def links(self, batch: ImportBatch) -> SafeString:
        rows = reverse("province:ratings_importrow_changelist") + f"?batch__id__exact={batch.pk}"
        found = [(rows, gettext("Các dòng của địa bàn"))]
        if batch.file:
            if batch.status == S.PREVIEW:
                found = [
                    (_url("sheet", batch), gettext("Trang tính, dòng tiêu đề")),
                    (_url("columns", batch), gettext("Cột")),
                ]
            if batch.counts:
                found.insert(0, (_url("rows", batch), gettext("Kiểm tra từng dòng")))
            if batch.counts.get(ERROR):
                found.append((_url("errors", batch), gettext("Tải dòng lỗi (.xlsx)")))
        links = format_html_join("", '<li><a href="{}">{}</a></li>', found)
        return format_html('<ul class="market-links">{}</ul>', links)


def _url(name: str, batch: ImportBatch) -> str:
    return reverse(f"province:ratings_importbatch_{name}", args=[batch.pk])


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@admin.register(ImportRow, site=province_site)
class ImportRowAdmin(ScopedAdmin):
    list_display = ["row_number", "name", "outcome_text", "place", "message"]
    list_select_related = ["certificate", "batch"]
    list_filter = ["outcome", "place", "batch"]
    search_fields = ["message", "certificate__product_name"]
    fields = ["batch", "sheet", "row_number", "outcome_text", "place", "message", "certificate", "raw"]
    readonly_fields = ["outcome_text"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_("Sản phẩm"))
    def name(self, row: ImportRow) -> str:
        return row.certificate.product_name if row.certificate else row.raw.get("name", "–")

    @display(description=_("Kết quả"), ordering="outcome")
    def outcome_text(self, row: ImportRow) -> str:
        return str(import_rows.OUTCOMES.get(row.outcome, row.outcome))
