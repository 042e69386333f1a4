"""Payouts on the treasurers' desk: batches that two people make, and every transfer in them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from core.models import StatusChange
from core.scoping import ScopedAdmin, ScopedInline
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import day, moment, number, vnd
from orders.admin.payout_pages import PreparingMixin
from orders.admin.statements import StatementMixin
from orders.admin.taxes import TaxMixin
from orders.admin.treasury import TreasuryAdmin
from orders.services import payouts as batches
from orders.templatetags.banks import bank_name
from payments.models import Payout, PayoutBatch
from payments.selectors import payouts as selectors
from payments.services import payouts
from payments.states import BATCH, PAYOUT, BatchStatus, PayoutStatus

BATCH_LOOKS = {BatchStatus.DRAFT: "warning", BatchStatus.APPROVED: "success", BatchStatus.DROPPED: "danger"}
LOOKS = {
    PayoutStatus.PLANNED: "warning",
    PayoutStatus.SENT: "info",
    PayoutStatus.PAID: "success",
    PayoutStatus.BOUNCED: "danger",
    PayoutStatus.DROPPED: "danger",
}


class BankReferenceForm(forms.Form):
    bank_reference = forms.CharField(
        label=_("Số giao dịch của ngân hàng"), max_length=60, widget=UnfoldAdminTextInputWidget
    )


def account_text(row: Payout) -> str:
    return f"{row.account_name} · {row.account_number} · {bank_name(row.bank_bin)}"


class PayoutAdminBase(ScopedAdmin):
    list_select_related = ["producer", "batch"]

    class Media:
        css = {"all": ["css/admin-money.css"]}

    @display(description=_("Đợt chi"), header=True, ordering="id")
    def entry(self, row: Payout) -> list[str]:
        return [row.batch.number, moment(row.batch.approved_at or row.batch.prepared_at)]

    @display(description=_("Số tiền"), ordering="amount")
    def money(self, row: Payout) -> str:
        return vnd(row.amount)

    @display(description=_("Đợt chi"))
    def batch_number(self, row: Payout) -> str:
        return row.batch.number

    @display(description=_("Tài khoản nhận"), header=True)
    def account(self, row: Payout) -> list[str]:
        return [row.account_name, f"{bank_name(row.bank_bin)} · {row.account_number}"]

    @display(description=_("Tài khoản nhận"))
    def account_text(self, row: Payout) -> str:
        return account_text(row)

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: Payout) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Trạng thái"))
    def state_text(self, row: Payout) -> str:
        """With the bank's reason where it sent the money back."""
        event = StatusChange.objects.filter(
            machine=PAYOUT.name, object_id=row.pk, to_state=PayoutStatus.BOUNCED
        ).last()
        return f"{row.get_status_display()}: {event.reason}" if event else row.get_status_display()

    @display(description=_("Số giao dịch"))
    def bank_number(self, row: Payout) -> str:
        return row.bank_reference or "–"

    @display(description=_("Chi lúc"), ordering="paid_at")
    def paid(self, row: Payout) -> str:
        return moment(row.paid_at) or "–"

    @display(description=_("Gồm những kiện"))
    def parcels(self, row: Payout) -> SafeString:
        context = {"parcels": selectors.parcels_of(row), "payout": row}
        return render_to_string("admin/orders/payout_parcels.html", context)


DETAIL = ["producer", "batch_number", "money", "account_text", "state_text", "paid", "bank_number", "parcels"]


@admin.register(Payout, site=province_site)
class PayoutAdmin(StatementMixin, TaxMixin, TreasuryAdmin, PayoutAdminBase):
    list_display = ["entry", "producer", "money", "account", "state", "paid"]
    list_filter = ["status"]
    search_fields = ["producer__name", "producer__search_text", "batch__number", "bank_reference"]
    ordering = ["-id"]
    fields = readonly_fields = DETAIL
    steps = (
        Step(
            slug="da-chi",
            label=_("Ngân hàng đã chi"),
            icon="task_alt",
            form=BankReferenceForm,
            run=lambda row, actor, data: payouts.mark_paid(payout=row, actor=actor, **data),
            offered=lambda row: PayoutStatus.PAID in PAYOUT.allowed(row.status),
            ask=_("Ghi số giao dịch trong sao kê. Chủ thể nhận thư báo tiền đã chuyển."),
            done=_("Đã ghi: tiền đã chi."),
        ),
        Step(
            slug="tra-ve",
            label=_("Ngân hàng trả về"),
            icon="undo",
            look="danger",
            form=ReasonForm,
            run=lambda row, actor, data: payouts.bounce(payout=row, reason=data["reason"], actor=actor),
            offered=lambda row: PayoutStatus.BOUNCED in PAYOUT.allowed(row.status),
            ask=_("Tiền lại thuộc về chủ thể; tài khoản phải được xác nhận lại trước lần chi sau."),
            done=_("Đã ghi trả về. Chủ thể được báo để xem lại tài khoản."),
        ),
    )


class PayoutInline(ScopedInline):
    model = Payout
    fields = ["who", "account", "money", "state"]
    readonly_fields = ["who", "account", "money", "state"]
    verbose_name_plural = _("Chi cho ai")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("producer", "batch").order_by("producer__name")

    @display(description=_("Chủ thể"))
    def who(self, row: Payout) -> SafeString:
        url = reverse("province:payments_payout_change", args=[row.pk])
        return format_html('<a class="market-phone" href="{}">{}</a>', url, row.producer.name)

    @display(description=_("Tài khoản nhận"))
    def account(self, row: Payout) -> str:
        return account_text(row)

    @display(description=_("Số tiền"))
    def money(self, row: Payout) -> str:
        return vnd(row.amount)

    @display(description=_("Trạng thái"))
    def state(self, row: Payout) -> str:
        return row.get_status_display()


@admin.register(PayoutBatch, site=province_site)
class PayoutBatchAdmin(PreparingMixin, TreasuryAdmin):
    list_display = ["entry", "up_to_day", "count", "sum", "progress", "state"]
    list_before_template = "admin/orders/batches_top.html"
    list_filter = ["status"]
    search_fields = ["number", "payouts__producer__name"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "number",
        "state_text",
        "up_to_day",
        "sum",
        "progress",
        "prepared",
        "approved",
        "files",
    ]
    inlines = [PayoutInline]

    class Media:
        css = {"all": ["css/admin-money.css"]}

    steps = (
        Step(
            slug="duyet",
            label=_("Duyệt chi"),
            icon="verified",
            template="admin/orders/approve_batch.html",
            run=lambda row, actor, data: batches.approve(batch=row, actor=actor),
            offered=lambda row: BatchStatus.APPROVED in BATCH.allowed(row.status),
            ask=_("Duyệt rồi thì tải tệp cho ngân hàng được. Người duyệt phải khác người lập."),
            done=_("Đã duyệt. Tải tệp chi ở dưới và gửi ngân hàng."),
        ),
        Step(
            slug="bo",
            label=_("Bỏ đợt này"),
            icon="delete",
            look="danger",
            form=ReasonForm,
            run=lambda row, actor, data: payouts.drop(batch=row, reason=data["reason"], actor=actor),
            offered=lambda row: BatchStatus.DROPPED in BATCH.allowed(row.status),
            ask=_("Không chi gì cả; các khoản trong đợt này lại chờ đợt sau."),
            done=_("Đã bỏ đợt chi."),
        ),
        Step(
            slug="da-chi-het",
            label=_("Ngân hàng đã chi cả đợt"),
            icon="task_alt",
            form=BankReferenceForm,
            run=lambda row, actor, data: payouts.mark_all_paid(batch=row, actor=actor, **data),
            offered=lambda row: row.payouts.filter(status=PayoutStatus.SENT).exists(),
            ask=_("Ghi trước những khoản bị trả về, từng khoản một; phần còn lại được ghi là đã chi."),
            done=_("Đã ghi: tiền đã chi."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).prefetch_related("payouts__producer")
        done = Count("payouts", filter=~Q(payouts__status=PayoutStatus.SENT))
        return rows.annotate(payees=Count("payouts"), total=Sum("payouts__amount"), done=done)

    @display(description=_("Đợt chi"), header=True, ordering="id")
    def entry(self, row: Any) -> list[str]:
        return [row.number, moment(row.prepared_at)]

    @display(description=_("Đến hạn đến ngày"), ordering="up_to")
    def up_to_day(self, row: PayoutBatch) -> str:
        return day(row.up_to)

    @display(description=_("Chủ thể"), ordering="payees")
    def count(self, row: Any) -> str:
        return number(row.payees)

    @display(description=_("Tổng tiền"), ordering="total")
    def sum(self, row: Any) -> str:
        return vnd(row.total or 0)

    @display(description=_("Đã xong"))
    def progress(self, row: Any) -> str:
        if row.status != BatchStatus.APPROVED:
            return "–"
        return gettext("%(done)s trên %(all)s khoản") % {"done": row.done, "all": row.payees}

    @display(description=_("Trạng thái"), ordering="status", label=BATCH_LOOKS)
    def state(self, row: PayoutBatch) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Trạng thái"))
    def state_text(self, row: PayoutBatch) -> str:
        return row.get_status_display()

    @display(description=_("Người lập"))
    def prepared(self, row: PayoutBatch) -> str:
        return _signed(row.prepared_by, row.prepared_at)

    @display(description=_("Người duyệt"))
    def approved(self, row: PayoutBatch) -> str:
        return _signed(row.approved_by, row.approved_at) if row.approved_by else "–"

    @display(description=_("Tệp cho ngân hàng"))
    def files(self, row: PayoutBatch) -> SafeString | str:
        if not row.payouts.filter(status=PayoutStatus.SENT).exists():
            return gettext("Có khi đợt đã duyệt và còn khoản chưa chi")
        return render_to_string("admin/orders/bank_files.html", {"batch": row})


def _signed(user_id: int | None, at: Any) -> str:
    user = User.objects.filter(pk=user_id).first() if user_id else None
    return f"{user or '–'}, {moment(at)}"
