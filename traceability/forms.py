"""What producers send about a lot: a step from the phone, a paper, raw materials."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from traceability.models import Location, Lot, LotPaper
from traceability.services import papers
from traceability.units import UNITS


class MomentField(forms.Field):
    """ISO 8601 as phones send it; without an offset it is Vietnam's time."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> dt.datetime | None:
        if not value:
            return None
        try:
            found = parse_datetime(str(value))
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError(_("Thời gian không đọc được. Hãy chọn lại."))
        return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)


class AmountField(forms.Field):
    """A number with a comma or a point before its decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip().replace(",", ".")
        if not text:
            return None
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(_("Số lượng phải là một số, ví dụ 12,5.")) from error


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class NoteForm(forms.Form):
    """A step. ``event_id`` was made where it was noted; ``user`` is who noted it, by id."""

    user = forms.IntegerField(widget=forms.HiddenInput, required=False)
    event_id = forms.UUIDField(widget=forms.HiddenInput)
    step = forms.CharField(
        max_length=60, error_messages={"required": gettext_lazy("Hãy chọn công đoạn vừa làm.")}
    )
    event_time = MomentField(label=gettext_lazy("Lúc khác"), required=False)
    location_id = forms.IntegerField(label=gettext_lazy("Địa điểm"), required=False)
    quantity = AmountField(label=gettext_lazy("Số lượng"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị"), choices=UNITS, required=False)
    words = forms.CharField(
        label=gettext_lazy("Ghi chú"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photos = FilesField(label=gettext_lazy("Ảnh"), required=False)

    @property
    def first_error(self) -> tuple[str, str]:
        """Field and words."""
        field, errors = next(iter(self.errors.items()))
        return str(field), str(errors[0])


class PaperForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Ảnh hoặc PDF (tối đa 10 MB)"),
        widget=forms.FileInput(attrs={"accept": papers.ACCEPT}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại"), choices=LotPaper.Kind.choices, initial=LotPaper.Kind.TEST
    )
    title = forms.CharField(label=gettext_lazy("Tên"), max_length=120, required=False)
    issuer = forms.CharField(label=gettext_lazy("Nơi cấp, phòng kiểm nghiệm"), max_length=160, required=False)
    result = forms.CharField(label=gettext_lazy("Kết quả"), max_length=300, required=False)
    issued_on = forms.DateField(
        label=gettext_lazy("Ngày cấp"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Có giá trị đến"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Hiện trên trang truy xuất"), required=False, initial=True
    )


class MaterialForm(forms.Form):
    """One raw material of ``lot``."""

    name = forms.CharField(label=gettext_lazy("Nguyên liệu"), max_length=120)
    quantity = AmountField(label=gettext_lazy("Lượng"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị"), choices=UNITS, required=False, initial="KGM")
    source_lot = forms.ModelChoiceField(
        label=gettext_lazy("Từ lô của mình"), queryset=Lot.objects.none(), required=False
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Từ vùng trồng"), queryset=Location.objects.none(), required=False
    )
    supplier = forms.CharField(label=gettext_lazy("Hoặc người cung cấp"), max_length=200, required=False)

    def __init__(self, *args: Any, choices: Mapping[str, Any], **kwargs: Any) -> None:
        """``choices``: field → its rows, ``source_lot`` and ``location``; read once for all forms."""
        super().__init__(*args, **kwargs)
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


MaterialFormSet = forms.formset_factory(MaterialForm, extra=2, can_delete=True)
