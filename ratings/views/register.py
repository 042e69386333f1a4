"""The public register of recognitions."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.paging import window
from ratings import exports
from ratings.models import Certificate
from ratings.selectors import register as selectors
from ratings.validity import VALIDITY_MONTHS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    filters = selectors.Filters.parse(request.GET)
    page = selectors.register(filters=filters, page=request.GET.get("trang", ""))
    context = {
        "nav": "register",
        "page": page,
        "filters": filters,
        "pages": window(page.number, page.last),
        "base": filters.query(),
        "query_real": filters.query(data=selectors.REAL).rstrip("&"),
        "query_illustrative": filters.query(data=selectors.ILLUSTRATIVE).rstrip("&"),
        "active": filters.active,
        "without_province": filters.query(province="", commune=""),
        "today": clock.today(),
        "trail": [(_("Sổ công nhận"), "")],
        "export_max": exports.MAX_ROWS,
    }
    return render(request, "ratings/register.html", context)


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    try:
        entry, history = selectors.certificate(number=number)
    except Certificate.DoesNotExist as error:
        raise Http404 from error
    context = {
        "nav": "register",
        "entry": entry,
        "row": entry.certificate,
        "history": history,
        "months": VALIDITY_MONTHS,
        "today": clock.today(),
        "trail": [(_("Sổ công nhận"), reverse("ratings:register")), (entry.certificate.number, "")],
    }
    return render(request, "ratings/certificate.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The filtered register, at most ``exports.MAX_ROWS`` rows."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    entries = selectors.exported(filters=selectors.Filters.parse(request.GET), limit=exports.MAX_ROWS)
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(exports.as_csv(entries), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(exports.as_xlsx(entries), content_type=XLSX)
    name = f"so-cong-nhan-ocop-{clock.today():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response
