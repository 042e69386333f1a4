"""Reporting a label, known or not; whoever reports needs no account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_ratelimit.core import is_ratelimited

from core.errors import MarketError
from traceability.models import Code
from traceability.report_forms import ReportForm
from traceability.selectors import scans
from traceability.services import reports
from traceability.views import looking

_NUMBER = "scan_report"  # in the session: the number to show with the thanks


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, code: str = "") -> HttpResponse:
    """``code`` is a code of ours; any other text comes as ``?ma=`` and asks to be copied from the label."""
    asked = code or request.GET.get("ma", "")[: reports.MOST_ASKED]
    found = scans.reported(asked)
    if request.method != "POST":
        if "da-gui" in request.GET:
            number = request.session.get(_NUMBER, "")
            return render(request, "traceability/report_thanks.html", {"nav": "trace", "number": number})
        form = ReportForm(
            is_known=found is not None, initial={"asked": asked, "province": looking.place_of(request)}
        )
        return _page(request, form, found)
    if is_ratelimited(
        request, group="traceability.report", key="ip", rate=settings.SCAN_REPORT_RATE, increment=True
    ):
        response = render(request, "traceability/report_too_often.html", {"nav": "trace"}, status=429)
        response["Retry-After"] = "600"
        return response
    form = ReportForm(request.POST, is_known=found is not None)
    if not form.is_valid():
        return _page(request, form, found, status=422)
    data = dict(form.cleaned_data)
    if data.pop("website"):
        return redirect(f"{request.path}?da-gui=1")
    try:
        row = reports.report(code=found, asked=data.pop("asked", ""), **data)
    except MarketError as refusal:
        field = refusal.data.get("field", "phone")
        form.add_error(field if field in form.fields else None, str(refusal))
        return _page(request, form, found, status=refusal.status)
    request.session[_NUMBER] = row.number
    return redirect(f"{request.path}?da-gui=1")


def _page(request: HttpRequest, form: ReportForm, code: Code | None, status: int = 200) -> HttpResponse:
    context = {"nav": "trace", "form": form, "code": code}
    return render(request, "traceability/report.html", context, status=status)
