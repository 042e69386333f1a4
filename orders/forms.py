"""Forms of checkout, look-up and cancelling."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PhoneField
from core.forms import PlaceMixin, place_initial
from core.models import Commune
from core.text import clean
from orders import codes
from orders.errors import NoPickupThere
from orders.models import PickupPoint
from orders.selectors import methods
from orders.selectors.basket import Parcel
from orders.services.checkout import Contact
from payments import banks
from payments.states import Method


class CleanTextField(forms.CharField):
    """One line of text: NFC, no control characters, no runs of spaces."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class CheckoutForm(PlaceMixin):
    """Everything that an order asks for, on one page.

    ``points`` are those of the producers in the cart: each parcel that can be fetched gets a field
    of its own, ``kien_<producer id>``, the point's id or "" for delivery.
    """

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
    payment_method = forms.ChoiceField(label=_("Cách trả tiền"), initial=Method.COD, widget=forms.RadioSelect)
    idempotency_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, points: Sequence[PickupPoint] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["payment_method"]
        offered.choices = [(method.value, method.label) for method in methods.offered()]
        self.points: dict[int, list[PickupPoint]] = {}
        for point in points:
            self.points.setdefault(point.producer_id, []).append(point)
        for producer_id, there in self.points.items():
            self.fields[f"kien_{producer_id}"] = forms.ChoiceField(
                choices=[("", _("Giao tận nơi")), *((str(point.pk), point.name) for point in there)],
                required=False,
                error_messages={"invalid_choice": NoPickupThere.message},
            )

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

    def pickups(self) -> dict[int, PickupPoint]:
        """Producer id → the point where that parcel will be fetched; what is wrong or empty is left out."""
        wanted = {producer_id: self[f"kien_{producer_id}"].value() for producer_id in self.points}
        there = (point for points in self.points.values() for point in points)
        return {p.producer_id: p for p in there if str(p.pk) == wanted[p.producer_id]}

    def ways(self, parcels: Sequence[Parcel]) -> list[dict[str, Any]]:
        """For the template: each parcel that can be fetched, its field, its points, and the chosen one."""
        chosen = self.pickups()
        return [
            {
                "parcel": parcel,
                "field": self[f"kien_{parcel.producer.pk}"],
                "points": self.points[parcel.producer.pk],
                "chosen": chosen.get(parcel.producer.pk),
            }
            for parcel in parcels
            if parcel.producer.pk in self.points
        ]

    def agreed(self, name: str) -> int | None:
        """A sum that the page showed, in đồng: "total", "fee", "discount"; None where it did not."""
        text = str(self.data.get(f"agreed_{name}", ""))
        return int(text) if text.isdecimal() and len(text) <= 15 else None

    @property
    def named(self) -> Commune | None:
        """The commune as far as it is clear, whatever else is still wrong."""
        found = self.cleaned_data.get("commune") if self.is_bound and self.errors is not None else None
        return found or (None if self.place_question else self.chosen_commune)

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
