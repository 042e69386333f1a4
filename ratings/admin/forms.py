"""Forms of decisions in the province's admin site."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from ratings.models import RatingDecision
from ratings.services import drafts

Level = RatingDecision.Level


class HeadForm(forms.Form):
    """Number and date, as every decision has them."""

    number = forms.CharField(
        label=gettext_lazy("Số quyết định"),
        max_length=drafts.NUMBER_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "123/QĐ-UBND", "autocomplete": "off"}),
    )
    decided_on = forms.DateField(
        label=gettext_lazy("Ngày ký"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )


class DraftForm(HeadForm):
    """``rows`` may be chosen; for a decision of the centre each has a field for its points."""

    round_name = forms.CharField(
        label=gettext_lazy("Đợt"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": gettext_lazy("đợt 1 năm 2026")}),
    )
    authority = forms.CharField(
        label=gettext_lazy("Cơ quan ban hành"), max_length=160, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, data: Any, *, rows: Any, level: str, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["dossiers"] = forms.ModelMultipleChoiceField(rows, required=False)
        self.rows = list(rows)
        if level == Level.NATIONAL:
            for row in self.rows:
                self.fields[f"score_{row.pk}"] = forms.DecimalField(
                    label=_("Điểm Trung ương"),
                    required=False,
                    max_digits=5,
                    decimal_places=2,
                    widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
                )
        else:
            del self.fields["authority"]

    @property
    def head(self) -> list[Any]:
        return [
            self[name] for name in ("number", "decided_on", "round_name", "authority") if name in self.fields
        ]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Each dossier that may be chosen, whether it is, and its field for points if it has one."""
        chosen = {str(getattr(value, "pk", value)) for value in self["dossiers"].value() or []}
        return [
            {
                "dossier": row,
                "chosen": str(row.pk) in chosen,
                "score": self[f"score_{row.pk}"] if f"score_{row.pk}" in self.fields else None,
            }
            for row in self.rows
        ]

    def facts(self) -> dict[str, Any]:
        """Keywords of the service."""
        data = self.cleaned_data
        scores: dict[int, Decimal] = {
            row.pk: points for row in self.rows if (points := data.get(f"score_{row.pk}")) is not None
        }
        return {
            "number": data["number"],
            "decided_on": data["decided_on"],
            "round_name": data["round_name"],
            "authority": data.get("authority", ""),
            "dossiers": list(data["dossiers"]),
            "scores": scores,
        }
