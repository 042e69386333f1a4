"""Forms of the account pages."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.fields import PasswordField, SetPasswordField
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import phones
from accounts.models import Address, User
from accounts.services import addresses, users
from core.errors import MarketError
from core.forms import PlaceMixin, place_initial


class PhoneField(forms.CharField):
    """A phone number in any spelling; the cleaned value is E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Số điện thoại"))
        super().__init__(max_length=40, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return phones.national(str(value)) if value else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return phones.normalise(text) if text else ""
        except phones.InvalidPhone as error:
            raise forms.ValidationError(str(error), code=error.code) from error


def _email_field(**kwargs: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    return forms.EmailField(label=_("Email"), widget=widget, **kwargs)


_PASSWORD_HELP = _("Ít nhất 8 ký tự, không chỉ toàn chữ số.")


class LoginForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Số điện thoại hoặc email"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"].label = _("Mật khẩu")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """One identity, one text: throttling and look-up see the same whatever way it is typed."""
        login = super().clean_login()
        if "@" in login:
            return login.lower()
        try:
            return phones.normalise(login)
        except phones.InvalidPhone:
            return login


class SignupForm(allauth.SignupForm):
    field_order = ["full_name", "phone", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"] = forms.CharField(
            label=_("Họ và tên"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
        )
        self.fields["phone"] = PhoneField(
            required=False, help_text=_("Dùng số điện thoại, email, hoặc cả hai để đăng nhập.")
        )
        self.fields["email"] = _email_field(
            required=False,
            help_text=_("Có email thì nhận được thư xác nhận đơn và tự lấy lại được mật khẩu."),
        )
        self.fields["password1"].label = _("Mật khẩu")
        self.fields["password1"].help_text = _PASSWORD_HELP
        self.fields["password1"].widget.attrs.pop("placeholder", None)
        self.order_fields(self.field_order)

    def _clean_phone(self) -> None:
        phone = self.cleaned_data.get("phone")
        if phone and User.objects.filter(phone=phone).exists():
            self.add_error("phone", users.IdentityTaken(_("Số điện thoại này đã có tài khoản.")).message)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not (data.get("phone") or data.get("email")):
            self.add_error("phone", str(users.NoIdentity()))
        return data


class ResetPasswordForm(allauth.ResetPasswordForm):
    email = _email_field()


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):
    password1 = SetPasswordField(label=_("Mật khẩu mới"), help_text=_PASSWORD_HELP)
    password2 = PasswordField(label=_("Nhập lại mật khẩu mới"), autocomplete="new-password")


class SetPasswordForm(allauth.SetPasswordForm):
    password1 = SetPasswordField(label=_("Mật khẩu mới"), help_text=_PASSWORD_HELP)
    password2 = PasswordField(label=_("Nhập lại mật khẩu mới"), autocomplete="new-password")


class ChangePasswordForm(allauth.ChangePasswordForm):
    oldpassword = PasswordField(label=_("Mật khẩu hiện tại"), autocomplete="current-password")
    password1 = SetPasswordField(label=_("Mật khẩu mới"), help_text=_PASSWORD_HELP)
    password2 = PasswordField(label=_("Nhập lại mật khẩu mới"), autocomplete="new-password")


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(required=False)
    email = _email_field(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"full_name": user.full_name, "phone": user.phone or "", "email": user.email or ""}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.user = user

    def save(self) -> bool:
        """True when saved; refusals of the service become errors of the form."""
        data = self.cleaned_data
        try:
            users.update_profile(
                user=self.user,
                full_name=data["full_name"],
                phone=data["phone"],
                email=data["email"],
                actor=self.user,
            )
        except MarketError as error:
            field = error.data.get("field")
            self.add_error(field if field in self.fields else None, str(error))
            return False
        return True


class AddressForm(PlaceMixin):
    """One address of the book."""

    recipient = forms.CharField(
        label=_("Người nhận"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField()
    is_default = forms.BooleanField(label=_("Dùng làm địa chỉ mặc định"), required=False)

    def __init__(self, *args: Any, user: User, address: Address | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"recipient": user.full_name, "phone": user.phone or ""}
        if address is not None:
            initial = {
                "recipient": address.recipient,
                "phone": address.phone,
                "is_default": address.is_default,
                **place_initial(commune=address.commune, line=address.line),
            }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["thon"].required = True
        self.user, self.address = user, address

    def save(self) -> bool:
        """True when saved; refusals of the service become errors of the form."""
        data = self.cleaned_data
        try:
            addresses.save(
                user=self.user,
                address=self.address,
                recipient=data["recipient"],
                phone=data["phone"],
                commune=data["commune"],
                line=data["thon"],
                is_default=data["is_default"],
                actor=self.user,
            )
        except MarketError as error:
            self.add_error(None, str(error))
            return False
        return True
