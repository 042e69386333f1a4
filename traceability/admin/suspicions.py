"""The desk of labels that look copied, in both admin sites."""

from typing import Any

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import Step
from core.templatetags.market import moment
from traceability.models import Suspicion
from traceability.selectors import scans
from traceability.services import suspicions

OPEN, COPY, FINE = "open", "copy", "fine"
LOOKS = {OPEN: "warning", COPY: "danger", FINE: "success"}


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("Nội dung"), max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(
        label=_("Kết luận"),
        help_text=_("Đã kiểm tra gì, ở đâu, thấy gì."),
        max_length=suspicions.MOST_WORDS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class FindingForm(ConclusionForm):
    is_copy = forms.TypedChoiceField(
        label=_("Tem có bị sao chép không"),
        choices=[("yes", _("Có, bị sao chép")), ("no", _("Không"))],
        coerce=lambda value: value == "yes",
        widget=UnfoldAdminRadioSelectWidget,
    )
    field_order = ("is_copy", "conclusion")


def _is_open(row: Suspicion) -> bool:
    return row.closed_at is None


def _comment(row: Suspicion, actor: Any, data: Any) -> None:
    suspicions.comment(suspicion=row, actor=actor, **data)


def _conclude(row: Suspicion, actor: Any, data: Any) -> None:
    suspicions.conclude(suspicion=row, actor=actor, **data)


def _dismiss(row: Suspicion, actor: Any, data: Any) -> None:
    suspicions.conclude(suspicion=row, is_copy=False, actor=actor, **data)


_DETAIL = [
    "label",
    "product",
    "rule",
    "facts_in_words",
    "when",
    "looks",
    "comment",
    "state_text",
    "conclusion",
]


class SuspicionAdminBase(ScopedAdmin):
    list_display = ["subject", "label", "rule", "facts_in_words", "when", "state"]
    list_select_related = ["code__product__producer", "code__lot", "serial"]
    list_filter = ["rule", ("closed_at", admin.EmptyFieldListFilter)]
    search_fields = ["code__value", "code__product__name", "code__product__search_name", "code__lot__code"]
    fields = readonly_fields = _DETAIL

    @display(description=_("Sản phẩm"), header=True, ordering="code__product__name")
    def subject(self, row: Suspicion) -> list[str]:
        return [row.code.product.name, gettext("Lô %s") % row.code.lot if row.code.lot else ""]

    @display(description=_("Sản phẩm"))
    def product(self, row: Suspicion) -> str:
        return ", ".join(filter(None, self.subject(row)))

    @display(description=_("Mã"), ordering="code__value")
    def label(self, row: Suspicion) -> SafeString:
        serial = gettext("tem %s") % row.serial.value if row.serial else gettext("mã của cả lô")
        address = reverse("traceability:trace", args=[row.code.value])
        return format_html('<a href="{}">{}</a> · {}', address, row.code.value, serial)

    @display(description=_("Thấy gì"))
    def facts_in_words(self, row: Suspicion) -> str:
        return scans.in_words(row)

    @display(description=_("Phát hiện lúc"), ordering="id")
    def when(self, row: Suspicion) -> str:
        return moment(row.raised_at)

    @display(description=_("Trạng thái"), label=LOOKS)
    def state(self, row: Suspicion) -> tuple[str, str]:
        if _is_open(row):
            return OPEN, gettext("Chờ kết luận")
        return (COPY, gettext("Bị sao chép")) if row.is_copy else (FINE, gettext("Không bị sao chép"))

    @display(description=_("Trạng thái"))
    def state_text(self, row: Suspicion) -> str:
        words = self.state(row)[1]
        return words if _is_open(row) else f"{words}, {moment(row.closed_at)}"

    @display(description=_("Lượt quét theo ngày và nơi"))
    def looks(self, row: Suspicion) -> str:
        return render_to_string(
            "admin/traceability/suspicion_looks.html", {"rows": scans.by_day_and_place(row)}
        )


@admin.register(Suspicion, site=producer_site)
class OwnSuspicionAdmin(SuspicionAdminBase):
    steps = (
        Step(
            slug="y-kien",
            label=_("Ghi ý kiến"),
            icon="comment",
            form=WordsForm,
            initial=lambda row: {"words": row.comment},
            run=_comment,
            offered=_is_open,
            ask=_("Cán bộ địa phương đọc ý kiến này trước khi kết luận."),
            done=_("Đã ghi ý kiến."),
        ),
        Step(
            slug="khong-phai",
            label=_("Không có gì bất thường"),
            icon="check",
            look="plain",
            form=ConclusionForm,
            run=_dismiss,
            offered=_is_open,
            ask=_(
                "Khi bạn biết chắc vì sao tem được quét như vậy, ví dụ hàng mẫu ở hội chợ. "
                "Cán bộ vẫn đọc được."
            ),
            done=_("Đã khép lại."),
        ),
    )


@admin.register(Suspicion, site=province_site)
class AreaSuspicionAdmin(SuspicionAdminBase):
    list_display = ["subject", "producer", "label", "rule", "facts_in_words", "when", "state"]
    fields = readonly_fields = ["producer", *_DETAIL]
    steps = (
        Step(
            slug="ket-luan",
            label=_("Kết luận"),
            icon="gavel",
            form=FindingForm,
            run=_conclude,
            offered=_is_open,
            ask=_(
                "Kết luận có sao chép làm đỏ trang của đúng tem này; nếu nghi cả lô thì đỏ trang của "
                "mọi tem trong lô."
            ),
            done=_("Đã kết luận."),
        ),
    )

    @display(description=_("Chủ thể"), ordering="code__product__producer__name")
    def producer(self, row: Suspicion) -> str:
        return row.code.product.producer.name
