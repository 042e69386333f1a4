"""Where a producer's money goes: entered on the producers' site, confirmed by treasurers."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment
from orders.admin.treasury import TreasuryAdmin
from orders.templatetags.banks import bank_name
from payments.banks import all_banks
from producers.errors import InvalidAccount
from producers.models import AccountStatus, Membership, PayoutAccount, Producer
from producers.services import payout_accounts

LOOKS = {AccountStatus.UNCONFIRMED: "warning", AccountStatus.CONFIRMED: "success"}


def _tidy(field: str) -> Callable[[forms.Form], str]:
    def clean(form: forms.Form) -> str:
        try:
            return payout_accounts.tidy(field=field, value=form.cleaned_data[field])
        except InvalidAccount as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    return clean


class AccountForm(forms.ModelForm):
    """Number and name may be typed as people write them; they are kept as banks do."""

    clean_account_number = _tidy("account_number")
    clean_account_name = _tidy("account_name")


class PayoutAccountBase(ScopedAdmin):
    list_select_related = ["producer"]

    @display(description=_("Tài khoản"), header=True)
    def account(self, row: PayoutAccount) -> list[str]:
        return [row.account_name, f"{bank_name(row.bank_bin)} · {row.account_number}"]

    @display(description=_("Ngân hàng"))
    def bank(self, row: PayoutAccount) -> str:
        return bank_name(row.bank_bin)

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: PayoutAccount) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Trạng thái"))
    def state_text(self, row: PayoutAccount) -> str:
        return row.get_status_display()

    @display(description=_("Xác nhận"))
    def confirmation(self, row: PayoutAccount) -> str:
        return f"{row.confirmed_by or '–'}, {moment(row.confirmed_at)}" if row.confirmed_at else "–"


def _owned(request: HttpRequest) -> QuerySet[Producer]:
    """Producers that the person owns; staff do not say where money goes."""
    return Producer.objects.filter(memberships__user=request.user.pk, memberships__role=Membership.Role.OWNER)


@admin.register(PayoutAccount, site=producer_site)
class OwnPayoutAccountAdmin(PayoutAccountBase):
    list_display = ["producer", "account", "state"]
    form = AccountForm
    fields = ["producer", "bank_bin", "account_number", "account_name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and _owned(request).filter(payout_account=None).exists()

    def has_change_permission(self, request: HttpRequest, obj: PayoutAccount | None = None) -> bool:
        mine = _owned(request).filter(pk=obj.producer_id) if obj else _owned(request)
        return self.has_view_permission(request, obj) and mine.exists()

    def get_fields(self, request: HttpRequest, obj: PayoutAccount | None = None) -> list[str]:
        return [*self.fields, "state_text"] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: PayoutAccount | None = None) -> Sequence[str]:
        return ["producer", "state_text"] if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "bank_bin":
            banks = [("", _("Chọn ngân hàng")), *((bank.bin, bank.name) for bank in all_banks())]
            return forms.ChoiceField(label=_("Ngân hàng"), choices=banks, widget=UnfoldAdminSelectWidget)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "account_number":
            field.max_length = 40  # spaces between the figures are taken out
            field.widget.attrs.update({"maxlength": 40, "inputmode": "numeric", "autocomplete": "off"})
        if db_field.name == "account_name":
            field.help_text = _(
                "Như ngân hàng ghi, ví dụ HO TRAN THI A. Phải là chủ thể hoặc người đại diện."
            )
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "producer":
            kwargs["queryset"] = _owned(request).filter(payout_account=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def create_row(self, request: HttpRequest, obj: PayoutAccount, form: Any) -> PayoutAccount:
        return self._enter(request, obj)

    def change_row(self, request: HttpRequest, obj: PayoutAccount, form: Any) -> None:
        self._enter(request, obj)

    def _enter(self, request: HttpRequest, obj: PayoutAccount) -> PayoutAccount:
        return payout_accounts.enter(
            producer=obj.producer,
            bank_bin=obj.bank_bin,
            account_number=obj.account_number,
            account_name=obj.account_name,
            actor=request.user,
        )


class SeenForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput)


@admin.register(PayoutAccount, site=province_site)
class TreasuryPayoutAccountAdmin(TreasuryAdmin, PayoutAccountBase):
    list_display = ["producer", "account", "entered", "state"]
    list_filter = ["status"]
    search_fields = ["producer__name", "producer__search_text", "account_number", "account_name"]
    ordering = ["-status", "changed_at"]  # those to be confirmed first, the oldest of them at the top
    fields = readonly_fields = [
        "producer",
        "kind",
        "tax_code",
        "representative",
        "bank",
        "account_number",
        "account_name",
        "entered",
        "state_text",
        "confirmation",
    ]
    list_select_related = ["producer", "confirmed_by"]
    steps = (
        Step(
            slug="xac-nhan",
            label=_("Xác nhận tài khoản"),
            icon="verified",
            template="admin/orders/confirm_account.html",
            form=SeenForm,
            initial=lambda row: {"seen": row.fingerprint},
            run=lambda row, actor, data: payout_accounts.confirm(account=row, seen=data["seen"], actor=actor),
            offered=lambda row: not row.is_confirmed,
            ask=_("So tên chủ tài khoản với giấy tờ của chủ thể, gọi số điện thoại đã biết để hỏi lại."),
            done=_("Đã xác nhận. Tiền của chủ thể được chi vào tài khoản này."),
        ),
        Step(
            slug="bo-xac-nhan",
            label=_("Bỏ xác nhận"),
            icon="gpp_maybe",
            look="danger",
            form=ReasonForm,
            run=lambda row, actor, data: payout_accounts.doubt(
                account=row, reason=data["reason"], actor=actor
            ),
            offered=lambda row: row.is_confirmed,
            ask=_(
                "Không chi vào tài khoản này nữa cho đến khi được xác nhận lại. Chủ thể nhận thư có lý do."
            ),
            done=_("Đã bỏ xác nhận."),
        ),
    )

    @display(description=_("Nhập lúc"), ordering="changed_at")
    def entered(self, row: PayoutAccount) -> str:
        return moment(row.changed_at)

    @display(description=_("Loại hình"))
    def kind(self, row: PayoutAccount) -> str:
        return row.producer.get_kind_display()

    @display(description=_("Mã số thuế"))
    def tax_code(self, row: PayoutAccount) -> str:
        return row.producer.tax_code or "–"

    @display(description=_("Người đại diện"))
    def representative(self, row: PayoutAccount) -> str:
        return row.producer.representative or "–"
