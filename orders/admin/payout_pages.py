"""Preparing a batch with who gets what before one's eyes, and its list for the bank."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget

from core import clock
from core.errors import MarketError
from orders.papers.money_sheets import CSV, XLSX
from orders.selectors import payouts as selectors
from orders.services import payouts
from orders.services.bank_lists import bank_list
from payments.selectors.payouts import Share, Verdict
from payments.states import PayoutStatus

TYPES = {"xlsx": XLSX, "csv": CSV}
WHY_NOT = {
    Verdict.NO_ACCOUNT: gettext_lazy("chưa nhập tài khoản nhận tiền"),
    Verdict.NOT_CONFIRMED: gettext_lazy("tài khoản chờ xác nhận"),
    Verdict.NOTHING_DUE: gettext_lazy("chưa có khoản nào đến hạn"),
    Verdict.OWES: gettext_lazy("khoản phải trừ lớn hơn khoản đến hạn, để lại đợt sau"),
    Verdict.TOO_LITTLE: gettext_lazy("dưới mức chi tối thiểu, dồn sang đợt sau"),
}


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class DayForm(forms.Form):
    up_to = forms.DateField(
        label=gettext_lazy("Chi những khoản đến hạn đến hết ngày"), widget=UnfoldAdminDateWidget
    )


class PreparingMixin:
    """Adds the page where a batch is prepared, and the files for the bank."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        name = "payments_payoutbatch"
        return [
            path("lap/", view(self.prepare_view), name=f"{name}_prepare"),
            path("<int:pk>/ngan-hang.<str:kind>", view(self.bank_view), name=f"{name}_bank"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def prepare_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows what would be paid up to a day; POST makes the draft."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        today = clock.today()
        source = request.POST if request.method == "POST" else request.GET
        form = DayForm({"up_to": source.get("up_to") or today})
        status = 200 if form.is_valid() else 422
        up_to: dt.date = form.cleaned_data.get("up_to", today)
        if request.method == "POST" and form.is_valid():
            try:
                batch = payouts.prepare(up_to=up_to, actor=request.user)
            except MarketError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Đã lập đợt chi. Một kế toán khác cần xem và duyệt."))
                return redirect(reverse("province:payments_payoutbatch_change", args=[batch.pk]))
        shares = selectors.preview(up_to=up_to)
        paid = [share for share in shares if share.verdict == Verdict.PAID]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Lập đợt chi"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "form": form,
            "up_to": up_to,
            "paid": paid,
            "total": sum(share.amount for share in paid),
            "left_out": [_left_out(share) for share in shares if share.verdict != Verdict.PAID],
        }
        return TemplateResponse(request, "admin/orders/prepare_batch.html", context, status=status)

    def bank_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        batch = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if kind not in TYPES or not batch.payouts.filter(status=PayoutStatus.SENT).exists():
            raise Http404
        return download(bank_list(batch=batch, kind=kind), TYPES[kind], f"chi-{batch.number}.{kind}")


def _left_out(share: Share) -> dict[str, Any]:
    return {"share": share, "why": WHY_NOT[share.verdict]}
