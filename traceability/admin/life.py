"""The life of a lot on its admin page: journal, stock, raw materials, papers."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog.models import Variant
from core.steps import Step
from traceability.models import Lot
from traceability.selectors import journal
from traceability.services import lot_stock, packing


class ReceiveForm(forms.Form):
    """``initial["lot"]`` says of which product. Bounds are the service's to tell."""

    variant = forms.ModelChoiceField(
        label=_("Quy cách"),
        queryset=Variant.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    quantity = forms.IntegerField(label=_("Số gói nhập"), widget=UnfoldAdminIntegerFieldWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Variant.objects.filter(product=self.initial["lot"].product_id)
        self.fields["variant"].queryset = rows  # type: ignore[attr-defined]


class CaseForm(forms.Form):
    packs = forms.IntegerField(label=_("Số gói trong thùng"), widget=UnfoldAdminIntegerFieldWidget)
    sscc = forms.CharField(
        label=_("Mã SSCC của thùng"),
        help_text=_("18 chữ số trên tem thùng. Thùng không có mã thì để trống."),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    # A button pressed twice is one case.
    event_id = forms.UUIDField(widget=forms.HiddenInput)


def _receive(lot: Lot, actor: Any, data: Mapping[str, Any]) -> None:
    lot_stock.receive(lot=lot, actor=actor, **data)


def _pack(lot: Lot, actor: Any, data: Mapping[str, Any]) -> None:
    packing.pack(lot=lot, actor=actor, **data)


RECEIVE = Step(
    slug="nhap-kho",
    label=_("Nhập kho"),
    icon="inventory_2",
    look="plain",
    form=ReceiveForm,
    initial=lambda lot: {"lot": lot, "quantity": lot_stock.left_of(lot) or None},
    run=_receive,
    offered=lambda lot: lot_stock.left_of(lot) > 0,
    ask=_("Hàng của lô vào kho và bán được ngay. Hàng gửi đi lấy từ lô hết hạn trước."),
    done=_("Đã nhập kho."),
)
PACK = Step(
    slug="dong-thung",
    label=_("Đóng thùng"),
    icon="package_2",
    look="plain",
    form=CaseForm,
    initial=lambda lot: {"event_id": uuid.uuid4()},
    run=_pack,
    ask=_("Ghi vào nhật ký rằng chừng này gói của lô nằm trong một thùng."),
    done=_("Đã ghi thùng."),
)


class LotLife:
    """What has become of a lot, below its fields. ``is_own``: with links for its producer."""

    change_form_outer_after_template = "admin/traceability/lot_life.html"
    is_own = False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        lot = kwargs.get("obj")
        if lot is not None:
            context |= {"life": journal.life_of(lot), "lot": lot, "is_own": self.is_own}
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


class OwnLotLife(LotLife):
    """With the journal first among the steps."""

    is_own = True

    def steps_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        write = {"look": "primary", "icon": "edit_note", "label": _("Ghi nhật ký lô")}
        first = {"step": write, "url": reverse("traceability:journal-lot", args=[obj.pk])}
        return [first, *super().steps_of(request, obj)]  # type: ignore[misc]
