"""Label sheets in the two admin sites: asked for on a lot's page, watched, fetched."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldBooleanWidget

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import Step
from core.storage import private_storage
from core.templatetags.market import moment, number
from core.text import slugify
from traceability.models import LabelJob, Lot
from traceability.services import labels

S = LabelJob.Status
LOOKS = {S.WAITING: "info", S.WORKING: "warning", S.DONE: "success", S.FAILED: "danger"}
SHOWN = 10  # sheets on a lot's page; the list has the others


class SheetForm(forms.Form):
    """Bounds are the service's to tell: it names them in words."""

    paper = forms.ChoiceField(
        label=_("Khổ giấy"), choices=LabelJob.Paper.choices, widget=UnfoldAdminSelectWidget
    )
    count = forms.IntegerField(label=_("Số tem"), widget=UnfoldAdminIntegerFieldWidget)
    with_serials = forms.BooleanField(
        label=_("Mỗi tem một số riêng"),
        help_text=_("Người mua quét sẽ biết tem đã được quét ở nơi khác hay chưa."),
        required=False,
        widget=UnfoldBooleanWidget,
    )
    with_checks = forms.BooleanField(
        label=_("Thêm mã cào"),
        help_text=_("Sáu chữ số để phủ lớp cào; chỉ người mở hàng mới đọc được."),
        required=False,
        widget=UnfoldBooleanWidget,
    )
    with_price = forms.BooleanField(label=_("In giá bán"), required=False, widget=UnfoldBooleanWidget)


def _ask(lot: Lot, actor: Any, data: Mapping[str, Any]) -> None:
    labels.ask(lot=lot, actor=actor, **data)


def _again(job: LabelJob, actor: Any, data: Mapping[str, Any]) -> None:
    labels.again(job=job, actor=actor)


class LotLabels:
    """Adds "In tem" and the latest sheets to the page of a lot."""

    steps: Sequence[Step] = (
        Step(
            slug="in-tem",
            label=_("In tem"),
            icon="print",
            form=SheetForm,
            initial=lambda lot: {"count": min(lot.quantity, labels.MOST)},
            run=_ask,
            ask=_("Tem được tạo thành một tệp PDF để in ở cỡ thật (100%), không co giãn theo trang."),
            done=_("Đã nhận. Tem đang được tạo, xem ở cuối trang này."),
        ),
    )
    change_form_outer_after_template = "admin/traceability/sheets.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        lot = kwargs.get("obj")
        context["sheets"] = LabelJob.objects.filter(lot=lot)[:SHOWN] if lot is not None else []
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


class SheetAdminBase(ScopedAdmin):
    list_display = ["entry", "size", "paper", "progress", "when"]
    list_select_related = ["lot__product"]
    list_filter = ["status", "paper"]
    search_fields = ["lot__code", "lot__product__name", "lot__product__search_name"]
    fields = ["product", "lot", "size", "paper", "with_serials", "with_price", "state", "when"]
    readonly_fields = ["product", "size", "state", "when"]

    @display(description=_("Lô"), header=True, ordering="lot__product__name")
    def entry(self, job: LabelJob) -> list[str]:
        return [job.lot.product.name, gettext("Lô %s") % job.lot.code]

    @display(description=_("Sản phẩm"))
    def product(self, job: LabelJob) -> str:
        return job.lot.product.name

    @display(description=_("Số tem"), ordering="count")
    def size(self, job: LabelJob) -> str:
        return number(job.count)

    @display(description=_("Tiến độ"), ordering="status", label=LOOKS)
    def progress(self, job: LabelJob) -> tuple[str, str]:
        return job.status, self.state(job)

    @display(description=_("Tiến độ"))
    def state(self, job: LabelJob) -> str:
        words = job.get_status_display()
        return f"{words} {number(job.done)}/{number(job.count)}" if job.status == S.WORKING else words

    @display(description=_("Yêu cầu lúc"), ordering="id")
    def when(self, job: LabelJob) -> str:
        return moment(job.asked_at)


@admin.register(LabelJob, site=producer_site)
class OwnSheetAdmin(SheetAdminBase):
    list_display = [*SheetAdminBase.list_display, "file_link"]
    fields = [*SheetAdminBase.fields, "file_link"]
    readonly_fields = [*SheetAdminBase.readonly_fields, "file_link"]
    steps = (
        Step(
            slug="tao-lai",
            label=_("Tạo lại"),
            icon="refresh",
            run=_again,
            offered=lambda job: job.status == S.FAILED,
            ask=_("Tem được tạo lại với đúng các số riêng đã dành cho tờ này."),
            done=_("Đã nhận. Tem đang được tạo."),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        own = [path("<int:object_id>/tai/", view, name="traceability_labeljob_file")]
        return own + super().get_urls()

    @display(description=_("Tệp PDF"))
    def file_link(self, job: LabelJob) -> SafeString | str:
        if job.status != S.DONE:
            return "–"
        address = reverse("producer:traceability_labeljob_file", args=[job.pk])
        return format_html(
            '<a class="market-step market-step--plain market-step--small" href="{}">{}</a>',
            address,
            gettext("Tải PDF"),
        )

    def file_view(self, request: HttpRequest, object_id: int) -> Any:
        """The sheet, to people of the lot's producer only."""
        job = self.get_object(request, str(object_id))
        if job.status != S.DONE:
            raise Http404
        try:
            content = private_storage().open(job.file, "rb")
        except FileNotFoundError as error:
            raise Http404 from error
        name = f"tem-{job.lot.product.slug[:60]}-lo-{slugify(job.lot.code)}-{job.count}.pdf"
        response = FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
        response["Cache-Control"] = "private, no-store"
        return response


@admin.register(LabelJob, site=province_site)
class AreaSheetAdmin(SheetAdminBase):
    """Officers see that and how many; the files with their serials are the producer's."""

    list_display = ["entry", "producer", "size", "paper", "progress", "when"]
    list_select_related = ["lot__product__producer"]

    @display(description=_("Chủ thể"), ordering="lot__product__producer__name")
    def producer(self, job: LabelJob) -> str:
        return job.lot.product.producer.name
