"""Forms of recalls in the two admin sites."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.models import Product
from core.forms import CleanLinesField
from producers.models import Producer
from traceability.models import Recall


class OpenForm(forms.Form):
    """Which lots, how grave, why, what to do. What the lots are is the service's to tell."""

    product = forms.ModelChoiceField(
        label=_("Sản phẩm"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=_("– mọi sản phẩm của chủ thể –"),
        widget=UnfoldAdminSelectWidget,
    )
    producer = forms.ModelChoiceField(
        label=_("Chủ thể"),
        queryset=Producer.objects.none(),
        required=False,
        empty_label=_("– theo sản phẩm –"),
        help_text=_("Chỉ cần khi thu hồi mọi sản phẩm làm trong một khoảng ngày."),
        widget=UnfoldAdminSelectWidget,
    )
    codes = forms.CharField(
        label=_("Số lô"),
        max_length=11_000,
        required=False,
        help_text=_("Mỗi lô một dòng hoặc cách nhau bằng dấu cách. Để trống nếu chọn theo ngày sản xuất."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    made_from = forms.DateField(label=_("Sản xuất từ ngày"), required=False, widget=UnfoldAdminDateWidget)
    made_to = forms.DateField(label=_("Đến hết ngày"), required=False, widget=UnfoldAdminDateWidget)
    level = forms.ChoiceField(
        label=_("Mức"), choices=Recall.Level.choices, widget=UnfoldAdminRadioSelectWidget
    )
    reason = CleanLinesField(
        label=_("Lý do"),
        max_length=1000,
        help_text=_("Người mua và mọi người đọc được."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    instruction = CleanLinesField(
        label=_("Người mua cần làm gì"), max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(
        label=_("Thật hay diễn tập"),
        choices=[
            ("real", _("Thu hồi thật: ngừng bán, báo người mua ngay")),
            ("mock", _("Diễn tập: chỉ tìm người mua và đo thời gian, không ai được báo")),
        ],
        initial="real",
        widget=UnfoldAdminRadioSelectWidget,
    )

    def __init__(
        self, *args: Any, products: QuerySet[Product], producers: QuerySet[Producer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = {"product": products, "producer": producers}
        for name, rows in offered.items():
            self.fields[name].queryset = rows.order_by("name")  # type: ignore[attr-defined]
        only = list(producers[:2])
        if len(only) == 1:  # who works for one producer is not asked which
            self.fields["producer"].widget = forms.HiddenInput()
            self.initial["producer"] = only[0].pk

    @property
    def lots_named(self) -> dict[str, Any]:
        """What ``traceability.selectors.recalls.chosen`` asks for."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("producer", "product", "made_from", "made_to")}
        return {**facts, "codes": data["codes"].split()}

    @property
    def words(self) -> dict[str, Any]:
        """What ``traceability.services.recalls.open_`` asks for, beside the lots."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("level", "reason", "instruction")}
        return {**facts, "is_mock": data["kind"] == "mock"}


class ReportForm(forms.Form):
    report = CleanLinesField(
        label=_("Báo cáo kết thúc"),
        max_length=4000,
        help_text=_("Nguyên nhân, việc đã làm với hàng thu về, cách tránh lặp lại."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
    )


class CalledForm(forms.Form):
    note = forms.CharField(
        label=_("Ghi chú"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
