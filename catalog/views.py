"""Public pages of the shop."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog import selectors
from catalog.selectors import choices, navigation, structured
from catalog.selectors.filters import address
from catalog.selectors.listing import Summary


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"home": selectors.home(), "canonical": f"{settings.SITE_URL}/"}
    return render(request, "catalog/home.html", context)


def _frame(summary: Summary, sort: str) -> dict[str, Any]:
    """What stands around the cards of all pages of a listing."""
    facets = choices.build(summary.filters, summary.counts, sort=sort)
    return {
        "chips": navigation.chips(summary.filters, facets, sort=sort),
        "sortings": navigation.sortings(summary.filters, sort=sort),
    }


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The whole page, or only what filters change when htmx asks for it."""
    found = selectors.listing(request.GET, frame=_frame)
    filters = found.filters

    @cache
    def facets() -> choices.Facets:
        # Called by the template, which remembers the rendered panel under listing.key.
        return selectors.listing_facets(found)

    context = {
        **found.frame,
        "nav": "listing",
        "query": filters.q,
        "listing": found,
        "filters": filters,
        "facets": facets,
        "pager": navigation.pager(
            found.page, found.pages, lambda number: address(filters, sort=found.sort, page=number)
        ),
        "canonical": settings.SITE_URL + address(filters, page=found.page),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    partial = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, "catalog/_results.html" if partial else "catalog/listing.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    page = selectors.product_page(slug.lower())
    if page is None:
        raise Http404(_("Không có sản phẩm này, hoặc sản phẩm đã ngừng hiển thị."))
    if slug != page.product.slug:
        return redirect(page.url, permanent=True)
    site = settings.SITE_URL
    context = {
        "nav": "listing",
        "page": page,
        "product": page.product,
        "canonical": site + page.url,
        "json_ld": structured.script(
            structured.product(page, site=site), structured.breadcrumbs(page.trail, site=site)
        ),
    }
    return render(request, "catalog/product.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """{"results": [{"name", "url", "place"}]} for the search box, which works without it too."""
    found = selectors.suggest(request.GET.get("q", ""))
    results = [{"name": s.name, "url": s.url, "place": s.place} for s in found]
    return JsonResponse({"results": results}, headers={"Cache-Control": "public, max-age=60"})


@require_safe
def producers(request: HttpRequest) -> HttpResponse:
    found = selectors.producer_list(request.GET)
    context = {
        "nav": "producers",
        "producers": found,
        "pager": navigation.pager(found.page, found.pages, found.address),
        "canonical": settings.SITE_URL + found.address(found.page),
    }
    return render(request, "catalog/producers.html", context)


@require_safe
def producer(request: HttpRequest, slug: str) -> HttpResponse:
    page = selectors.producer_page(slug.lower(), request.GET)
    if page is None:
        raise Http404(_("Không có chủ thể này."))
    if slug != page.producer.slug:
        return redirect(page.url, permanent=True)
    context = {
        "nav": "producers",
        "page": page,
        "producer": page.producer,
        "pager": navigation.pager(page.page, page.pages, page.address),
        "canonical": settings.SITE_URL + page.address(page.page),
    }
    return render(request, "catalog/producer.html", context)
