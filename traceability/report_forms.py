"""Forms of the public pages. What is right is for the services to say; these only shape the fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CleanLinesField
from core.models import Province
from traceability.models import ScanReport
from traceability.services import reports


class ReportForm(forms.Form):
    asked = forms.CharField(label=_("Mã hoặc chữ in trên tem"), max_length=reports.MOST_ASKED, required=False)
    kind = forms.ChoiceField(
        label=_("Chuyện gì đã xảy ra"), choices=ScanReport.Kind.choices, widget=forms.RadioSelect
    )
    words = CleanLinesField(
        label=_("Kể lại"),
        help_text=_("Điều gì khác, bạn thấy lúc nào. Xin đừng ghi tên hay số giấy tờ của ai."),
        max_length=reports.MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    province = forms.ModelChoiceField(
        label=_("Mua ở tỉnh, thành phố nào"),
        queryset=Province.objects.all(),
        empty_label=_("Chọn tỉnh, thành phố"),
    )
    where = forms.CharField(
        label=_("Cửa hàng, chợ hoặc trang bán"), max_length=reports.MOST_WHERE, required=False
    )
    phone = forms.CharField(
        label=_("Số điện thoại của bạn"),
        help_text=_("Chỉ cán bộ địa phương thấy, để hỏi thêm khi cần. Chủ thể không thấy."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    # Nobody sees it; programs that fill in everything fill in this one too.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["asked"]
        else:
            self.fields["asked"].required = True
