"""Public pages of the shop."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog import selectors
from catalog.selectors import addresses, navigation, structured
from catalog.selectors.filters import Filters, query_string
from core.paging import window


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"home": selectors.home(), "canonical": settings.SITE_URL + "/"}
    return render(request, "catalog/home.html", context)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The whole page, or only what filters change when htmx asks."""
    found = selectors.listing(request.GET)
    sort = found.sort if "sap_xep" in request.GET else ""
    context = {
        "nav": "listing",
        "query": found.filters.q,
        "listing": found,
        "filters": found.filters,
        "facets": found.summary.facets,
        "facets_key": f"{found.key}:{sort}",
        "chips": navigation.chips(found.filters, found.summary.facets, sort=sort),
        "sortings": navigation.sortings(found.filters, sort=found.sort),
        "sort_suffix": f"&sap_xep={sort}" if sort else "",
        "number": found.page,
        "last": found.pages,
        "pages": window(found.page, found.pages),
        "base": navigation.base(found.filters, sort=sort),
        "canonical": settings.SITE_URL + addresses.listing() + query_string(found.filters, page=found.page),
    }
    partial = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(request, "catalog/_results.html" if partial else "catalog/listing.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    page = selectors.product_page(slug.lower())
    if page is None:
        raise Http404(_("Không có sản phẩm này, hoặc sản phẩm đã ngừng hiển thị."))
    if slug != page.product.slug:
        return redirect(page.url, permanent=True)
    trail = [(_("Sản phẩm"), addresses.listing())]
    if page.product.product_set:
        found = query_string(Filters(product_set=page.product.product_set.pk))
        trail.append((page.product.product_set.name, addresses.listing() + found))
    site = settings.SITE_URL
    context = {
        "nav": "listing",
        "page": page,
        "product": page.product,
        "producer": page.producer,
        "trust": page.trust,
        "trail": [*trail, (page.product.name, "")],
        "canonical": site + page.url,
        "json_ld": structured.script(
            structured.product(page, site=site),
            structured.breadcrumbs([*trail, (page.product.name, page.url)], site=site),
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
    asked = urlencode({name: value for name, value in (("q", found.q), ("tinh", found.province)) if value})
    context = {
        "nav": "producers",
        "producers": found,
        "trail": [(_("Chủ thể"), "")],
        "number": found.page,
        "last": found.pages,
        "pages": window(found.page, found.pages),
        "base": f"{asked}&" if asked else "",
        "canonical": settings.SITE_URL + addresses.producers() + (f"?{asked}" if asked else ""),
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
        "trail": [(_("Chủ thể"), addresses.producers()), (page.producer.name, "")],
        "number": page.page,
        "last": page.pages,
        "pages": window(page.page, page.pages),
        "base": "",
        "canonical": settings.SITE_URL + page.url,
    }
    return render(request, "catalog/producer.html", context)
