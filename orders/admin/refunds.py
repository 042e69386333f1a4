"""Hoàn tiền: from asking for an account to the bank's number of the transfer.

The only screen of the province's site that shows buyers' personal data: name, phone, account.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import phones
from accounts import selectors as accounts
from core import clock
from core.errors import MarketError
from core.models import StatusChange
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment, vnd
from orders.admin.notices import SendBackForm, entries_link
from orders.admin.treasury import TreasuryAdmin
from orders.services.letters import order_of
from payments.banks import by_bin
from payments.models import Refund
from payments.selectors import desk
from payments.services import refund_lists, refunds
from payments.states import REFUND, RefundStatus, RefundWay

S = RefundStatus
LOOKS = {
    S.NEEDS_ACCOUNT: "info",
    S.REQUESTED: "warning",
    S.APPROVED: "primary",
    S.SENDING: "info",
    S.DONE: "success",
    S.FAILED: "danger",
}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class TransferForm(forms.Form):
    gateway_transaction = forms.CharField(
        label=_("Số giao dịch của ngân hàng"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


def _is(*states: str, way: str = "") -> Any:
    return lambda refund: refund.status in states and way in ("", refund.way)


def _run(service: Any) -> Any:
    return lambda refund, actor, data: service(refund=refund, actor=actor, **data)


STEPS = (
    Step(
        slug="ghi-tai-khoan",
        label=_("Ghi tài khoản thay người mua"),
        icon="account_balance",
        form=SendBackForm,
        run=_run(refunds.name_account),
        offered=_is(S.NEEDS_ACCOUNT),
        ask=_("Chỉ khi người mua đã đọc số tài khoản cho bạn. Ghi vì sao, ví dụ đã gọi lúc nào."),
        done=_("Đã ghi tài khoản. Một kế toán khác duyệt."),
    ),
    Step(
        slug="duyet",
        label=_("Duyệt hoàn tiền"),
        icon="verified",
        run=_run(refunds.approve),
        offered=_is(S.REQUESTED),
        ask=_("So lại số tiền, lý do và tài khoản. Người duyệt phải khác người lập và người ghi tài khoản."),
        done=_("Đã duyệt. Khoản này vào danh sách chuyển."),
    ),
    Step(
        slug="sai-tai-khoan",
        label=_("Hỏi lại tài khoản"),
        icon="help",
        look="plain",
        form=ReasonForm,
        run=_run(refunds.reject_account),
        offered=_is(S.REQUESTED),
        ask=_("Tài khoản không đúng hoặc thiếu. Người mua được hỏi lại."),
        done=_("Đã trả về: chờ tài khoản khác."),
    ),
    Step(
        slug="da-chuyen",
        label=_("Đã chuyển khoản"),
        icon="task_alt",
        form=TransferForm,
        run=_run(refunds.done),
        offered=_is(S.APPROVED, way=RefundWay.TRANSFER),
        ask=_("Tiền đã rời tài khoản của sàn. Người mua được báo tin."),
        done=_("Đã ghi: đã hoàn tiền."),
    ),
    Step(
        slug="khong-thanh",
        label=_("Chuyển không thành"),
        icon="error",
        look="danger",
        form=ReasonForm,
        run=_run(refunds.failed),
        offered=_is(S.APPROVED, S.SENDING),
        ask=_("Chỉ khi ngân hàng hoặc cổng đã trả lời chắc chắn là không chuyển, để không trả hai lần."),
        done=_("Đã ghi: không thành."),
    ),
    Step(
        slug="gui-lai",
        label=_("Gửi cổng lần nữa"),
        icon="refresh",
        run=_run(refunds.send_again),
        offered=_is(S.FAILED, way=RefundWay.GATEWAY),
        ask=_("Cổng thanh toán được yêu cầu hoàn lại một lần nữa."),
        done=_("Đã gửi lại cổng thanh toán."),
    ),
    Step(
        slug="chuyen-khoan",
        label=_("Hoàn bằng chuyển khoản"),
        icon="account_balance",
        look="plain",
        run=_run(refunds.by_transfer),
        offered=_is(S.FAILED),
        ask=_("Người mua được hỏi số tài khoản; một kế toán duyệt rồi mới chuyển."),
        done=_("Đã chuyển cách hoàn: chờ số tài khoản."),
    ),
)


@admin.register(Refund, site=province_site)
class RefundAdmin(TreasuryAdmin):
    list_display = ["document", "money", "way", "where_to", "when", "state"]
    list_filter = ["status", "way"]
    list_before_template = "admin/orders/money_tabs.html"
    date_hierarchy = "created_at"
    search_fields = ["reference", "account_number", "account_name", "gateway_transaction"]
    search_help_text = _("Tìm theo mã đơn, số tài khoản, tên chủ tài khoản, số giao dịch")
    fields = readonly_fields = [
        "reference", "money", "state_text", "reason", "way", "buyer", "where_to", "when", "listed",
        "gateway_transaction", "booked", "thread",
    ]  # fmt: skip
    steps = STEPS

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("danh-sach-chuyen/", view, name="payments_refund_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        chosen = request.GET.get("status__exact", "")
        piles = desk.refund_piles().values()
        tabs = [{"value": "", "label": gettext("Tất cả"), "count": sum(pile.count for pile in piles)}]
        tabs += [{"value": pile.value, "label": pile.label, "count": pile.count} for pile in piles]
        for tab in tabs:
            query = {"status__exact": tab["value"]} if tab["value"] else {}
            tab |= {"url": f"?{urlencode(query)}", "active": chosen == tab["value"]}
        export = desk.transfers() if chosen == S.APPROVED else None
        context = {"money_tabs": tabs, "money_export": export, **(extra_context or {})}
        return super().changelist_view(request, context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The transfers to make, as a file; POST, because who is on the list is written down."""
        if not accounts.is_treasurer(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        kind, _dash, again = request.POST.get("dang", "xlsx").partition("-")
        kind = kind if kind in TYPES else "xlsx"
        try:
            content = refund_lists.export(kind=kind, again=bool(again), actor=request.user)
        except MarketError as refusal:
            messages.error(request, str(refusal))
            return redirect(
                f"{reverse('province:payments_refund_changelist')}?status__exact={S.APPROVED.value}"
            )
        response = HttpResponse(content, content_type=TYPES[kind])
        name = f"hoan-tien-{clock.now().astimezone(clock.VIETNAM):%Y%m%d-%H%M}.{kind}"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        return response

    @display(description=_("Chứng từ"), header=True, ordering="id")
    def document(self, refund: Refund) -> list[str]:
        return [refund.reference, refund.reason]

    @display(description=_("Số tiền"), ordering="amount")
    def money(self, refund: Refund) -> str:
        return vnd(refund.amount)

    @display(description=_("Trả về"))
    def where_to(self, refund: Refund) -> str:
        if not refund.account_number:
            return "–"
        bank = by_bin(refund.bank_bin)
        name = bank.code if bank else refund.bank_bin
        return f"{refund.account_number} · {refund.account_name} · {name}"

    @display(description=_("Yêu cầu lúc"), ordering="created_at")
    def when(self, refund: Refund) -> str:
        return moment(refund.created_at)

    @display(description=_("Trạng thái"), label=LOOKS, ordering="status")
    def state(self, refund: Refund) -> tuple[str, str]:
        return refund.status, refund.get_status_display()

    # --- One refund ---

    @display(description=_("Trạng thái"))
    def state_text(self, refund: Refund) -> str:
        return refund.get_status_display()

    @display(description=_("Người mua"))
    def buyer(self, refund: Refund) -> str | SafeString:
        order = order_of(reference=refund.reference)
        if order is None:
            return "–"
        return format_html(
            '{} · <a class="market-phone" href="tel:{}">{}</a>',
            order.recipient,
            order.phone,
            phones.national(order.phone),
        )

    @display(description=_("Đưa vào danh sách chuyển"))
    def listed(self, refund: Refund) -> str:
        return moment(refund.exported_at) or "–"

    @display(description=_("Bút toán"))
    def booked(self, refund: Refund) -> SafeString:
        return entries_link(refund.reference)

    @display(description=_("Diễn biến"))
    def thread(self, refund: Refund) -> SafeString:
        labels = dict(S.choices)
        steps = StatusChange.objects.filter(machine=REFUND.name, object_id=refund.pk).order_by("id")
        rows = (
            (
                labels.get(step.to_state, step.to_state),
                " · ".join(part for part in (moment(step.at), step.actor_label, step.reason) if part),
            )
            for step in steps
        )
        items = format_html_join("", "<li><strong>{}</strong> <span>{}</span></li>", rows)
        return format_html('<ol class="market-thread">{}</ol>', items)
