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
from ratings.services import certificate_papers
from ratings.validity import VALIDITY_MONTHS
from ratings.wording import Entry

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


def _certificate(number: str) -> tuple[Entry, list[Entry]]:
    try:
        return selectors.certificate(number=number)
    except Certificate.DoesNotExist as error:
        raise Http404 from error


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    entry, history = _certificate(number)
    context = {
        "nav": "register",
        "entry": entry,
        "row": entry.certificate,
        "history": history,
        "has_paper": certificate_papers.has_paper(entry),
        "months": VALIDITY_MONTHS,
        "today": clock.today(),
        "trail": [(_("Sổ công nhận"), reverse("ratings:register")), (entry.certificate.number, "")],
    }
    return render(request, "ratings/certificate.html", context)


@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The recognition as a PDF, as it stands today."""
    entry, _history = _certificate(number)
    if not certificate_papers.has_paper(entry):
        raise Http404
    response = HttpResponse(
        certificate_papers.as_pdf(entry, on=clock.today()), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="cong-nhan-ocop-{entry.certificate.number}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response


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
