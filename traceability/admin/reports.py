"""Reports about labels in both admin sites: the producer answers, an officer closes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.template.defaultfilters import linebreaksbr, truncatechars
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import Step
from core.templatetags.market import moment, phone
from traceability.admin.suspicions import WordsForm
from traceability.models import ScanReport
from traceability.services import reports

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
LOOKS = {OPEN: "warning", ANSWERED: "info", CLOSED: "success"}


class CloseForm(forms.Form):
    conclusion = forms.CharField(
        label=_("Kết luận"),
        max_length=reports.MOST_WORDS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


def _is_open(row: ScanReport) -> bool:
    return row.closed_at is None


def _answer(row: ScanReport, actor: Any, data: Any) -> None:
    reports.answer(report=row, actor=actor, **data)


def _close(row: ScanReport, actor: Any, data: Any) -> None:
    reports.close(report=row, actor=actor, **data)


_DETAIL = ["label", "kind", "story", "province", "where", "when", "answer", "state_text", "conclusion"]


class ReportAdminBase(ScopedAdmin):
    list_display = ["report", "label", "kind", "short", "province", "state"]
    list_select_related = ["code__product__producer", "code__lot", "province"]
    list_filter = ["kind", ("closed_at", admin.EmptyFieldListFilter)]
    search_fields = ["number", "code__value", "asked", "code__product__name", "code__product__search_name"]
    fields = readonly_fields = _DETAIL

    @display(description=_("Phản ánh"), header=True, ordering="id")
    def report(self, row: ScanReport) -> list[str]:
        return [row.number, moment(row.reported_at)]

    @display(description=_("Tem"))
    def label(self, row: ScanReport) -> str:
        if row.code is None:
            return gettext("không phải mã của Chợ OCOP: %s") % row.asked
        lot = gettext("Lô %s") % row.code.lot if row.code.lot else ""
        return ", ".join(filter(None, [row.code.product.name, lot, row.code.value]))

    @display(description=_("Kể lại"))
    def short(self, row: ScanReport) -> str:
        return truncatechars(row.words, 90)

    @display(description=_("Kể lại"))
    def story(self, row: ScanReport) -> str:
        return linebreaksbr(row.words)

    @display(description=_("Gửi lúc"))
    def when(self, row: ScanReport) -> str:
        return moment(row.reported_at)

    @display(description=_("Trạng thái"), label=LOOKS)
    def state(self, row: ScanReport) -> tuple[str, str]:
        if not _is_open(row):
            return CLOSED, gettext("Đã khép lại")
        return (ANSWERED, gettext("Chủ thể đã trả lời")) if row.answer else (OPEN, gettext("Mới"))

    @display(description=_("Trạng thái"))
    def state_text(self, row: ScanReport) -> str:
        words = self.state(row)[1]
        return words if _is_open(row) else f"{words}, {moment(row.closed_at)}"


@admin.register(ScanReport, site=producer_site)
class OwnReportAdmin(ReportAdminBase):
    """Who reported stays unknown to the producer: no phone."""

    steps = (
        Step(
            slug="tra-loi",
            label=_("Trả lời"),
            icon="reply",
            form=WordsForm,
            initial=lambda row: {"words": row.answer},
            run=_answer,
            offered=_is_open,
            ask=_("Cán bộ địa phương đọc câu trả lời của bạn trước khi kết luận."),
            done=_("Đã ghi câu trả lời."),
        ),
    )


@admin.register(ScanReport, site=province_site)
class AreaReportAdmin(ReportAdminBase):
    list_display = ["report", "producer", "label", "kind", "short", "province", "state"]
    fields = readonly_fields = ["producer", *_DETAIL, "phone_number"]
    steps = (
        Step(
            slug="khep-lai",
            label=_("Khép lại"),
            icon="task_alt",
            form=CloseForm,
            run=_close,
            offered=_is_open,
            ask=_("Ghi đã làm gì và kết quả. Chủ thể đọc được kết luận."),
            done=_("Đã khép lại phản ánh."),
        ),
    )

    @display(description=_("Chủ thể"), ordering="code__product__producer__name")
    def producer(self, row: ScanReport) -> str:
        return row.code.product.producer.name if row.code else "–"

    @display(description=_("Điện thoại người gửi"))
    def phone_number(self, row: ScanReport) -> str:
        return phone(row.phone) if row.phone else gettext("không để lại số")
