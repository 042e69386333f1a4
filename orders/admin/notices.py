"""Tiền chưa khớp: what came in and could not be placed, and how a treasurer places it."""

import json
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment, vnd
from orders.admin.treasury import TreasuryAdmin
from orders.selectors import treasury
from orders.services import remittances, resolving
from payments import banks
from payments.models import PaymentNotice
from payments.selectors import desk
from payments.selectors.balances import missing_for
from payments.services import suspense
from payments.states import NEEDS_A_PERSON, NoticeOutcome, PaymentStatus

O = NoticeOutcome  # noqa: E741
LOOKS = {
    O.MATCHED: "success",
    O.UNKNOWN: "danger",
    O.WRONG_AMOUNT: "danger",
    O.REFUSED: "danger",
    O.UNDERPAID: "warning",
    O.OVERPAID: "warning",
    O.LATE: "warning",
    O.DUPLICATE: "warning",
    O.CANCELLED: "warning",
    O.FAILED: "info",
    O.OUTGOING: "info",
}


class AttachForm(forms.Form):
    code = forms.CharField(
        label=_("Mã đơn"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "7K3M-92XQ", "autocomplete": "off"}),
    )


class CarrierForm(forms.Form):
    carrier = forms.ChoiceField(label=_("Đơn vị vận chuyển"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = remittances.READER.sources()  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """An account to send money to."""

    bank_bin = forms.ChoiceField(label=_("Ngân hàng"), widget=UnfoldAdminSelectWidget)
    account_number = forms.CharField(
        label=_("Số tài khoản"),
        max_length=30,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_name = forms.CharField(
        label=_("Tên chủ tài khoản"),
        max_length=120,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(bank.bin, f"{bank.name} ({bank.code})") for bank in banks.all_banks()]
        self.fields["bank_bin"].choices = [("", _("– chọn ngân hàng –")), *names]  # type: ignore[attr-defined]


class SendBackForm(ReasonForm, AccountForm):
    """Where to, and why."""

    field_order = ["bank_bin", "account_number", "account_name", "reason"]


def _is_open(notice: PaymentNotice) -> bool:
    return notice.resolved_at is None and notice.outcome in NEEDS_A_PERSON


def _is_part(notice: PaymentNotice, *statuses: str) -> bool:
    payment = notice.payment
    return _is_open(notice) and notice.outcome == O.UNDERPAID and bool(payment) and payment.status in statuses  # type: ignore[union-attr]


STEPS = (
    Step(
        slug="gan-don",
        label=_("Gắn vào đơn"),
        icon="link",
        form=AttachForm,
        run=lambda notice, actor, data: resolving.attach(notice=notice, actor=actor, **data),
        offered=lambda notice: _is_open(notice) and suspense.is_unknown(notice),
        ask=_("Đơn đi tiếp như thể tiền vừa đến: đủ thì đơn được đặt, thừa thì phần thừa được hoàn."),
        done=_("Đã gắn tiền vào đơn."),
    ),
    Step(
        slug="tien-thu-ho",
        label=_("Tiền thu hộ của đơn vị vận chuyển"),
        icon="local_shipping",
        look="plain",
        form=CarrierForm,
        run=lambda notice, actor, data: resolving.carriers_transfer(notice=notice, actor=actor, **data),
        offered=lambda notice: _is_open(notice) and suspense.is_unknown(notice),
        ask=_("Số tiền này được ghi sổ theo từng kiện từ bảng đối soát, nên giao dịch không ghi lần nữa."),
        done=_("Đã ghi. So với bảng đối soát ở trang Đối soát thu hộ."),
    ),
    Step(
        slug="tra-lai",
        label=_("Trả lại người gửi"),
        icon="undo",
        look="plain",
        form=SendBackForm,
        run=lambda notice, actor, data: resolving.send_back(notice=notice, actor=actor, **data),
        offered=lambda notice: _is_open(notice) and suspense.is_unknown(notice),
        ask=_("Ghi tài khoản đúng như sao kê. Một kế toán khác duyệt rồi mới chuyển."),
        done=_("Đã lập khoản hoàn, chờ người khác duyệt."),
    ),
    Step(
        slug="bo-qua-phan-thieu",
        label=_("Bỏ qua phần thiếu"),
        icon="check_circle",
        form=ReasonForm,
        run=lambda notice, actor, data: resolving.accept(notice=notice, actor=actor, **data),
        offered=lambda notice: _is_part(notice, PaymentStatus.PENDING, PaymentStatus.LAPSED),
        ask=_("Sàn chịu phần còn thiếu, chỉ khi rất nhỏ; đơn được đặt ngay nếu hàng còn."),
        done=_("Đã bỏ qua phần thiếu. Đơn đi tiếp."),
    ),
    Step(
        slug="hoan-phan-da-tra",
        label=_("Hoàn phần đã trả"),
        icon="undo",
        look="plain",
        form=ReasonForm,
        run=lambda notice, actor, data: resolving.give_back_part(notice=notice, actor=actor, **data),
        offered=lambda notice: _is_part(notice, PaymentStatus.LAPSED),
        ask=_("Đơn đã hết hạn mà tiền chưa đủ. Người mua được hỏi số tài khoản để nhận lại phần đã trả."),
        done=_("Đã lập khoản hoàn. Người mua được hỏi số tài khoản."),
    ),
    Step(
        slug="da-xem",
        label=_("Đã xem"),
        icon="visibility",
        form=ReasonForm,
        run=lambda notice, actor, data: resolving.mark_seen(notice=notice, actor=actor, **data),
        offered=lambda notice: _is_open(notice) and suspense.may_be_seen(notice),
        ask=_("Không còn tiền nào phải chuyển chỗ vì khoản này. Ghi điều đã kiểm tra, ví dụ đã hỏi ai."),
        done=_("Đã ghi là đã xem."),
    ),
)


class PileFilter(admin.SimpleListFilter):
    """What waits for a person comes first; everything else is one click away."""

    title = _("việc")
    parameter_name = "viec"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        waiting = [(outcome.value, outcome.label) for outcome in O if outcome in NEEDS_A_PERSON]
        return [*waiting, ("xong", _("Đã xử lý")), ("tat-ca", _("Mọi thông báo"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "tat-ca":
            return queryset
        if self.value() == "xong":
            return queryset.filter(outcome__in=NEEDS_A_PERSON, resolved_at__isnull=False)
        waiting = queryset.filter(resolved_at=None)
        return waiting.filter(outcome__in=[self.value()] if self.value() else NEEDS_A_PERSON)

    def choices(self, changelist: Any) -> Any:
        every = list(super().choices(changelist))
        every[0]["display"] = gettext("Chờ xử lý")
        return every


@admin.register(PaymentNotice, site=province_site)
class PaymentNoticeAdmin(TreasuryAdmin):
    list_display = ["money", "what", "order_code", "when", "state"]
    list_select_related = ["payment"]
    list_filter = [PileFilter, "source", "gateway"]
    list_before_template = "admin/orders/money_tabs.html"
    date_hierarchy = "occurred_at"
    search_fields = ["memo", "payment__reference", "bank_reference", "=amount"]
    search_help_text = _("Tìm theo nội dung, mã đơn, số tham chiếu, số tiền")
    fields = readonly_fields = [
        "money", "state_text", "what", "when", "told", "order_text", "refunds", "resolution_text", "raw_text",
    ]  # fmt: skip
    steps = STEPS

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        chosen = request.GET.get(PileFilter.parameter_name, "")
        piles = desk.notice_piles()
        tabs = [{"value": "", "label": gettext("Chờ xử lý"), "count": sum(pile.count for pile in piles)}]
        tabs += [{"value": pile.value, "label": pile.label, "count": pile.count} for pile in piles]
        tabs += [
            {"value": "xong", "label": gettext("Đã xử lý")},
            {"value": "tat-ca", "label": gettext("Tất cả")},
        ]
        for tab in tabs:
            query = {PileFilter.parameter_name: tab["value"]} if tab["value"] else {}
            tab |= {"url": f"?{urlencode(query)}", "active": chosen == tab["value"]}
        return super().changelist_view(request, {"money_tabs": tabs, **(extra_context or {})})

    @display(description=_("Số tiền"), ordering="amount")
    def money(self, notice: PaymentNotice) -> str:
        return vnd(notice.amount) if notice.currency == "VND" else f"{notice.amount} {notice.currency}"

    @display(description=_("Nội dung"))
    def what(self, notice: PaymentNotice) -> str:
        return notice.memo or "–"

    @display(description=_("Đơn"))
    def order_code(self, notice: PaymentNotice) -> str | SafeString:
        return entries_link(notice.payment.reference) if notice.payment else "–"

    @display(description=_("Lúc"), ordering="occurred_at")
    def when(self, notice: PaymentNotice) -> str:
        return moment(notice.occurred_at)

    @display(description=_("Kết quả"), label=LOOKS, ordering="outcome")
    def state(self, notice: PaymentNotice) -> tuple[str, str]:
        return notice.outcome, notice.get_outcome_display()

    # --- One notice ---

    @display(description=_("Kết quả"))
    def state_text(self, notice: PaymentNotice) -> str:
        return notice.get_outcome_display()

    @display(description=_("Nguồn"))
    def told(self, notice: PaymentNotice) -> str:
        parts = [notice.get_source_display(), notice.file.name if notice.file else "", notice.bank_reference]
        again = [gettext("cũng có trong: %s") % echo.get_source_display() for echo in notice.echoes.all()]
        return " · ".join(part for part in (*parts, *again) if part)

    @display(description=_("Đơn hàng"))
    def order_text(self, notice: PaymentNotice) -> str | SafeString:
        order = treasury.order_of(notice)
        payment = order.payment if order else None
        if order is None or payment is None:
            return "–"
        lines = [
            gettext("%(status)s: phải trả %(amount)s, đã nhận %(received)s, còn thiếu %(missing)s")
            % {
                "status": payment.get_status_display(),
                "amount": vnd(payment.amount),
                "received": vnd(payment.received),
                "missing": vnd(_wanting(payment)),
            },
            *(
                f"{sub.code} · {sub.producer.name}: {sub.get_status_display()}"
                for sub in order.sub_orders.all()
            ),
        ]
        items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        return format_html('{} <ul class="money-lines">{}</ul>', entries_link(order.code), items)

    @display(description=_("Khoản hoàn"))
    def refunds(self, notice: PaymentNotice) -> str | SafeString:
        rows = notice.payment.refunds.all() if notice.payment else []
        items = [
            (
                reverse("province:payments_refund_change", args=[row.pk]),
                f"{vnd(row.amount)} – {row.get_status_display()}",
            )
            for row in rows
        ]
        links = format_html_join("", '<li><a href="{}">{}</a></li>', items)
        return format_html('<ul class="market-links">{}</ul>', links) if items else "–"

    @display(description=_("Cách xử lý"))
    def resolution_text(self, notice: PaymentNotice) -> str:
        if notice.resolved_at is None:
            return notice.resolution or "–"
        return f"{moment(notice.resolved_at)} · {notice.resolution}"

    @display(description=_("Nguyên văn"))
    def raw_text(self, notice: PaymentNotice) -> SafeString:
        return format_html('<pre class="money-raw" tabindex="0">{}</pre>', _laid_out(notice.raw))


def _wanting(payment: Any) -> int:
    return missing_for(payment) if payment.status in suspense.OPEN else 0


def _laid_out(raw: str) -> str:
    """A JSON text over several lines; any other text as it is."""
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return raw


def entries_link(code: str) -> SafeString:
    """An order's code, leading to everything that was booked for it."""
    url = reverse("province:payments_journalentry_changelist")
    return format_html('<a class="money-link" href="{}?{}">{}</a>', url, urlencode({"q": code}), code)
