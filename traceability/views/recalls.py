"""Public pages: what is being recalled, and one recall."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import paging
from traceability.selectors import recalls

_PER_PAGE = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    page = Paginator(recalls.public_list(), _PER_PAGE).get_page(request.GET.get("trang"))
    context = {"nav": "trace", "page": page, "pages": paging.window(page.number, page.paginator.num_pages)}
    return render(request, "traceability/recalls.html", context)


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    recall = recalls.public(code)
    if recall is None:
        raise Http404
    return render(request, "traceability/recall.html", {"nav": "trace", "recall": recall})
