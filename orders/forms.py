"""Forms of checkout, look-up and cancelling."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PhoneField
from core.forms import PlaceMixin, place_initial
from core.text import clean
from orders import codes
from orders.services.checkout import Contact
from payments import banks
from payments.states import Method


class CleanTextField(forms.CharField):
    """One line of text: NFC, no control characters, no runs of spaces."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class CheckoutForm(PlaceMixin):
    """Everything that an order asks for, on one page."""

    recipient = CleanTextField(
        label=_("Họ tên người nhận"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(help_text=_("Người bán gọi số này để xác nhận trước khi gửi."))
    thon = CleanTextField(
        label=_("Thôn, số nhà"),
        max_length=200,
        error_messages={"required": _("Cho biết thôn, số nhà hoặc tên đường để người giao tìm đến.")},
    )
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        help_text=_("Có email thì bạn nhận thư xác nhận và tin khi hàng đi."),
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
        choices=Method.choices,
        initial=Method.COD,
        widget=forms.RadioSelect,
    )
    idempotency_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    @staticmethod
    def start(*, user: Any, draft: dict[str, str]) -> dict[str, Any]:
        """First values: what was typed before, else the account's default address."""
        if draft or not user.is_authenticated:
            return dict(draft)
        first: dict[str, Any] = {"recipient": user.full_name, "phone": user.phone or "", "email": user.email}
        address = user.addresses.select_related("commune").order_by("-is_default", "-pk").first()
        if address is not None:
            first |= {"recipient": address.recipient, "phone": address.phone}
            first |= place_initial(commune=address.commune, line=address.line)
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
            commune=data["commune"],
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


class RefundAccountForm(forms.Form):
    """Where the buyer wants money back."""

    bank_bin = forms.ChoiceField(
        label=_("Ngân hàng"),
        choices=lambda: [("", _("Chọn ngân hàng")), *((b.bin, b.name) for b in banks.all_banks())],
    )
    account_number = CleanTextField(
        label=_("Số tài khoản"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_name = CleanTextField(
        label=_("Tên chủ tài khoản"),
        max_length=120,
        help_text=_("Như trên ứng dụng ngân hàng; có dấu hay không đều được."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
