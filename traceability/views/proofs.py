"""For those who disbelieve: a lot's chain as a file, the published roots, the page that recomputes both."""

import datetime as dt

from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import paging
from traceability import exports, reading
from traceability.models import DailyRoot, Lot
from traceability.selectors import proofs

ROOTS_PER_PAGE = 30


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The page; ``?ma=<code>`` fetches a lot's chain at once. All the work is the browser's."""
    code = reading.compact(request.GET.get("ma", ""))[: reading.LONGEST]
    return render(request, "traceability/verifier.html", {"code": code, "nav": "trace"})


@require_safe
def chain_export(request: HttpRequest, code: str) -> HttpResponse:
    return _open_to_all(exports.of_chain(_lot(code)), "application/json", f"chuoi-{code}.json")


@require_safe
def epcis_export(request: HttpRequest, code: str) -> HttpResponse:
    document = exports.as_epcis(_lot(code).events.order_by("sequence"))
    return _open_to_all(document, "application/ld+json", f"epcis-{code}.json")


@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    page = Paginator(DailyRoot.objects.all(), ROOTS_PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "pages": paging.window(page.number, page.paginator.num_pages),
        "nav": "trace",
    }
    return render(request, "traceability/roots.html", context)


@require_safe
def root(request: HttpRequest, day: dt.date) -> HttpResponse:
    context = {"root": get_object_or_404(DailyRoot, day=day), "nav": "trace"}
    return render(request, "traceability/root.html", context)


@require_safe
def root_facts(request: HttpRequest, day: dt.date) -> HttpResponse:
    """What a verifier compares a proof with."""
    row = get_object_or_404(DailyRoot, day=day)
    facts = {
        "day": row.day.isoformat(),
        "root": row.root,
        "previous": row.previous,
        "lots": row.lots,
        "events": row.events,
        "archive": request.build_absolute_uri(reverse("traceability:root-archive", args=[row.day])),
    }
    return _open_to_all(facts, "application/json")


@require_safe
def archive(request: HttpRequest, day: dt.date) -> HttpResponseBase:
    """The file with every leaf, as it was kept that night."""
    row = get_object_or_404(DailyRoot, day=day)
    try:
        content = default_storage.open(row.archive, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content, as_attachment=True, filename=f"moc-{row.day}.json", content_type="application/json"
    )


def _lot(code: str) -> Lot:
    lot = proofs.lot_of_code(code)
    if lot is None:
        raise Http404
    return lot


def _open_to_all(content: dict[str, object], content_type: str, name: str = "") -> JsonResponse:
    """Programs of other sites may read it too; ``name`` is what a browser saves it under."""
    options = {"ensure_ascii": False}
    response = JsonResponse(content, content_type=content_type, json_dumps_params=options)
    response["Access-Control-Allow-Origin"] = "*"
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
