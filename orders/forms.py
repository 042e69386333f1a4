"""Forms of checkout, look-up and cancelling."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PhoneField
from core.models import Commune, Province
from core.text import clean
from orders import codes
from orders.models import PaymentMethod
from orders.services.checkout import Contact


class CleanTextField(forms.CharField):
    """One line of text: NFC, no control characters, no runs of spaces."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value))


class CheckoutForm(forms.Form):
    """Everything that an order asks for, on one page."""

    recipient = CleanTextField(
        label=_("Họ tên người nhận"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(help_text=_("Người bán gọi số này để xác nhận trước khi gửi."))
    tinh = forms.ModelChoiceField(
        label=_("Tỉnh, thành phố"), queryset=Province.objects.all(), empty_label=_("Chọn tỉnh, thành phố")
    )
    xa = forms.ModelChoiceField(
        label=_("Xã, phường"), queryset=Commune.objects.none(), empty_label=_("Chọn xã, phường")
    )
    thon = CleanTextField(
        label=_("Thôn, số nhà, đường"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        help_text=_("Không bắt buộc. Có email thì bạn nhận thư xác nhận và tin khi hàng đi."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = CleanTextField(
        label=_("Lời nhắn cho người bán"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    payment_method = forms.ChoiceField(
        label=_("Cách trả tiền"),
        choices=PaymentMethod.choices,
        initial=PaymentMethod.COD,
        widget=forms.RadioSelect,
    )
    idempotency_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province = str(self["tinh"].value() or "")
        self.fields["xa"].queryset = Commune.objects.filter(province=province[:2], valid_to=None)  # type: ignore[attr-defined]

    @staticmethod
    def start(*, user: Any, draft: dict[str, str]) -> dict[str, Any]:
        """First values: what was typed before, else the account's default address."""
        if draft or not user.is_authenticated:
            return dict(draft)
        first: dict[str, Any] = {"recipient": user.full_name, "phone": user.phone or "", "email": user.email}
        address = user.addresses.select_related("commune").order_by("-is_default", "-pk").first()
        if address is not None:
            first |= {
                "recipient": address.recipient,
                "phone": address.phone,
                "tinh": address.commune.province_id,
                "xa": address.commune_id,
                "thon": address.line,
            }
        return first

    @property
    def key(self) -> str:
        return str(self.data.get("idempotency_key", ""))[:64]

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, to be shown again; without the key, which belongs to one page."""
        return {
            name: self.data[name][:300]
            for name in self.fields
            if name != "idempotency_key" and self.data.get(name)
        }

    def contact(self) -> Contact:
        data = self.cleaned_data
        return Contact(
            recipient=data["recipient"],
            phone=data["phone"],
            commune=data["xa"],
            address_line=data["thon"],
            email=data["email"],
            note=data["note"],
        )


class LookupForm(forms.Form):
    """Phone and code. A code that cannot be one is treated like one that is unknown."""

    phone = PhoneField()
    code = forms.CharField(
        label=_("Mã đơn"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        return codes.normalise(self.cleaned_data["code"])


class CancelForm(forms.Form):
    reason = CleanTextField(label=_("Lý do hủy"), max_length=300, required=False)
