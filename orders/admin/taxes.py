"""What was withheld in a month, for the platform's own filing."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from core import clock
from orders.admin.payout_pages import download
from orders.admin.statements import month_of
from orders.papers.money_sheets import TAX_FORMATS
from payments.selectors import taxes

MONTHS = 12  # offered on the page, the present one first


class TaxMixin:
    """Adds the tax report of a month, and the same as a file."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        name = "payments_payout"
        return [
            path("thue/", view(self.taxes_view), name=f"{name}_taxes"),
            path("thue/<str:month>.<str:kind>", view(self.taxes_file), name=f"{name}_taxesfile"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def taxes_view(self, request: HttpRequest) -> HttpResponse:
        report = self._report(request, request.GET.get("thang") or f"{clock.today():%Y-%m}")
        first = clock.today().replace(day=1)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Thuế khấu trừ hộ tháng %s") % f"{report.month:%m/%Y}",
            "opts": self.opts,  # type: ignore[attr-defined]
            "report": report,
            "months": _months(first, report.month),
        }
        return TemplateResponse(request, "admin/orders/taxes.html", context)

    def taxes_file(self, request: HttpRequest, month: str, kind: str) -> HttpResponse:
        report = self._report(request, month)
        if kind not in TAX_FORMATS:
            raise Http404
        make, content_type = TAX_FORMATS[kind]
        return download(make(report), content_type, f"thue-khau-tru-{report.month:%Y-%m}.{kind}")

    def _report(self, request: HttpRequest, month: str) -> taxes.TaxReport:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return taxes.report(month=month_of(month))


def _months(first: dt.date, chosen: dt.date) -> list[dt.date]:
    recent = [clock.add_months(first, -number) for number in range(MONTHS)]
    return recent if chosen in recent else [*recent, chosen]
