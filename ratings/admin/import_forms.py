"""Forms of the import screens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from core.models import Province
from core.spreadsheets import Page
from ratings.selectors import import_rows
from ratings.services.headers import FIELDS


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp danh sách"),
        help_text=_("Excel (.xlsx, .xls) hoặc CSV, tối đa 20 MB và 20.000 dòng. Chưa ghi gì vào sổ."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    province = forms.ModelChoiceField(
        label=_("Danh sách của tỉnh"),
        queryset=Province.objects.none(),
        help_text=_("Dòng thuộc tỉnh khác sẽ bị từ chối từng dòng."),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = import_rows.provinces_of(actor=actor)
        field = self.fields["province"]
        field.queryset = provinces  # type: ignore[attr-defined]
        if actor.is_superuser:
            field.required = False
            field.empty_label = _("Nhiều tỉnh (tỉnh ghi ở từng dòng)")  # type: ignore[attr-defined]
        elif len(provinces) == 1:
            self.initial.setdefault("province", provinces[0])


class SheetForm(forms.Form):
    sheet = forms.ChoiceField(label=_("Trang tính"), required=False, widget=UnfoldAdminSelectWidget)
    header_row = forms.TypedChoiceField(label=_("Dòng tiêu đề"), coerce=int, widget=UnfoldAdminSelectWidget)
    header_height = forms.TypedChoiceField(
        label=_("Tiêu đề cao"),
        coerce=int,
        choices=[(1, _("một dòng")), (2, _("hai dòng"))],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, pages: tuple[Page, ...], shown: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles: list[tuple[str, Any]] = [(page.title[:60], self._title(page)) for page in pages]
        if len(pages) > 1:
            titles.append(("", _("Tất cả các trang có cùng cột")))
        self.fields["sheet"].choices = titles  # type: ignore[attr-defined]
        lines = min(len(shown.grid), 40)
        self.fields["header_row"].choices = [(y, y) for y in range(1, lines + 1)]  # type: ignore[attr-defined]

    @staticmethod
    def _title(page: Page) -> str:
        return str(_("%(title)s (trang ẩn)") % {"title": page.title}) if page.is_hidden else page.title


class ColumnsForm(forms.Form):
    """One choice per column of the file: "c-<column>" → field, or "" for a column that is not read."""

    def __init__(self, *args: Any, columns: list[import_rows.Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("– không dùng –")), *((name, self._label(name)) for name in FIELDS)]
        for column in columns:
            self.fields[f"c-{column.index}"] = forms.ChoiceField(
                label=column.heading or _("(cột %s không tên)") % (column.index + 1),
                required=False,
                choices=choices,
                initial=column.field,
                widget=UnfoldAdminSelectWidget,
            )

    @staticmethod
    def _label(name: str) -> str:
        return f"{FIELDS[name]} *" if name in ("name", "stars") else str(FIELDS[name])

    def mapping(self) -> dict[int, str]:
        return {int(name[2:]): field for name, field in self.cleaned_data.items() if field}
