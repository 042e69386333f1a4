"""Forms of returns and disputes, for buyers and for the two admin sites."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from core.forms import CleanLinesField
from orders.models import CaseLine, OrderLine
from orders.services.cases import MOST_PHOTOS, MOST_WORDS
from orders.states import CaseReason

# What each reason means, in the words of who has the goods in hand.
REASON_WORDS = {
    CaseReason.DAMAGED: gettext_lazy("Vỡ, dập, chảy, rách bao bì khi bạn mở kiện."),
    CaseReason.WRONG_GOODS: gettext_lazy("Khác món đã đặt, sai quy cách, hoặc thiếu số lượng."),
    CaseReason.WRONG_INFORMATION: gettext_lazy(
        "Hàng không như trang sản phẩm nói, hoặc trang không nói điều cần biết. Được yêu cầu trong 30 ngày, "
        "theo Luật Bảo vệ quyền lợi người tiêu dùng số 19/2023/QH15, Điều 38."
    ),
    CaseReason.EXPIRED: gettext_lazy("Quá hạn dùng, mốc, có mùi lạ, kém chất lượng."),
    CaseReason.RECALLED: gettext_lazy("Lô bạn mua nằm trong đợt thu hồi; không có thời hạn."),
    CaseReason.OTHER: gettext_lazy("Viết rõ ở ô bên dưới để người bán hiểu."),
}


def words_field(label: Any, *, required: bool = True, help_text: Any = "", admin: bool = True) -> Any:
    widget: type[forms.Textarea] = UnfoldAdminTextareaWidget if admin else forms.Textarea
    return CleanLinesField(
        label=label,
        required=required,
        max_length=MOST_WORDS,
        help_text=help_text,
        widget=widget(attrs={"rows": 4}),
    )


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class PhotosField(forms.FileField):
    """Any number of uploads, as a list. Whether they are pictures is for the service to judge."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(PhotosField, self).clean(file) for file in data or []]


class CaseForm(forms.Form):
    """What a buyer asks back of one parcel: a number for each line, the reason, the story, photos.

    Two inputs for photos, because a phone's camera button takes one picture at a time.
    """

    reason = forms.ChoiceField(
        label=gettext_lazy("Vì sao bạn muốn trả?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một lý do.")},
    )
    story = words_field(
        gettext_lazy("Chuyện gì đã xảy ra?"),
        help_text=gettext_lazy("Khi mở kiện bạn thấy gì, bạn đã làm gì với hàng."),
        admin=False,
    )
    photos = PhotosField(
        label=gettext_lazy("Chọn ảnh có sẵn"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
    )
    camera = PhotosField(
        label=gettext_lazy("Chụp ảnh"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[OrderLine],
        left: Mapping[int, int],
        reasons: Sequence[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._reasons().choices = list(reasons)
        self.lines = [(line, f"line-{line.pk}") for line in lines if left[line.pk]]
        for line, name in self.lines:
            most = left[line.pk]
            self.fields[name] = forms.IntegerField(
                label=line.product_name,
                min_value=0,
                max_value=most,
                required=False,
                initial=most if len(self.lines) == 1 else 0,
                error_messages={
                    "max_value": _("Chỉ còn trả được %(limit_value)s."),
                    "invalid": _("Hãy ghi một số nguyên."),
                },
            )

    def _reasons(self) -> Any:
        return self.fields["reason"]

    @property
    def rows(self) -> list[tuple[OrderLine, forms.BoundField]]:
        return [(line, self[name]) for line, name in self.lines]

    @property
    def reason_rows(self) -> list[tuple[Any, Any]]:
        """Radio buttons, each with what its reason means."""
        return [(radio, REASON_WORDS[CaseReason(radio.data["value"])]) for radio in self["reason"]]

    @property
    def uploads(self) -> list[UploadedFile]:
        return [*self.cleaned_data["photos"], *self.cleaned_data["camera"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.quantities:
            self.add_error(None, _("Hãy chọn ít nhất một món để trả."))
        if len(cleaned.get("photos", [])) + len(cleaned.get("camera", [])) > MOST_PHOTOS:
            self.add_error("photos", _("Mỗi yêu cầu nhận tối đa 6 ảnh. Xin bỏ bớt ảnh rồi gửi lại."))
        return cleaned

    @property
    def quantities(self) -> dict[int, int]:
        """Order line id → units."""
        return {line.pk: self.cleaned_data[name] for line, name in self.lines if self.cleaned_data.get(name)}


class DisputeForm(forms.Form):
    words = words_field(
        gettext_lazy("Điều bạn muốn nói với tỉnh"),
        required=False,
        help_text=gettext_lazy(
            "Cán bộ đọc câu chuyện, ảnh và trả lời của người bán; ở đây ghi điều còn thiếu."
        ),
        admin=False,
    )


class AnswerForm(forms.Form):
    answer = words_field(
        gettext_lazy("Lời nhắn cho người mua"),
        required=False,
        help_text=gettext_lazy("Ví dụ: cách gửi hàng lại, ai trả phí gửi."),
    )


class DeclineForm(forms.Form):
    answer = words_field(
        gettext_lazy("Vì sao không đồng ý"), help_text=gettext_lazy("Người mua và tỉnh đọc những lời này.")
    )


class CallProvinceForm(forms.Form):
    words = words_field(gettext_lazy("Điều cần tỉnh xem xét"))


class RejectForm(forms.Form):
    ruling = words_field(
        gettext_lazy("Kết luận bằng văn bản"), help_text=gettext_lazy("Cả hai bên đọc những lời này.")
    )


class RuleForm(RejectForm):
    goods_back = forms.BooleanField(
        label=gettext_lazy("Người mua gửi hàng lại trước"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
    )
    with_shipping = forms.BooleanField(
        label=gettext_lazy("Hoàn cả phí giao"), required=False, widget=UnfoldBooleanSwitchWidget
    )


class GoodsForm(forms.Form):
    """One choice for each line that comes back; ``initial["lines"]`` are the case's lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in self.initial["lines"]:
            self.fields[f"fate-{line.pk}"] = forms.ChoiceField(
                label=f"{line.quantity} × {line.order_line.product_name} ({line.order_line.variant_name})",
                choices=CaseLine.Fate.choices,
                widget=UnfoldAdminRadioSelectWidget,
            )

    def clean(self) -> dict[str, Any]:
        """``fates``: case line id → what became of the goods."""
        cleaned = super().clean() or self.cleaned_data
        return {"fates": {int(name.partition("-")[2]): fate for name, fate in cleaned.items()}}
