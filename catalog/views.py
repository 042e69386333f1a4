"""Public pages of the shop."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog import selectors
from catalog.selectors import navigation, structured
from catalog.selectors.filters import Filters, address
from core import clock
from core.services import freshness

DRAWN_SECONDS = 120


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"home": selectors.home(), "canonical": f"{settings.SITE_URL}/"}
    return render(request, "catalog/home.html", context)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of the listing, drawn but for what differs from visitor to visitor."""

    filters: Filters
    canonical: str
    chips: int
    illustrative: bool
    results: SafeString
    panel: SafeString


def _draw_listing(asked: selectors.Asked) -> Drawn:
    found = selectors.listing(asked)
    filters, sort = found.filters, found.sort
    chips = navigation.chips(filters, found.facets, sort=sort)
    context = {
        "listing": found,
        "filters": filters,
        "facets": found.facets,
        "chips": chips,
        "sortings": navigation.sortings(filters, sort=sort),
        "pager": navigation.pager(
            found.page, found.pages, lambda number: address(filters, sort=sort, page=number)
        ),
    }
    return Drawn(
        filters=filters,
        canonical=settings.SITE_URL + address(filters, page=found.page),
        chips=len(chips),
        illustrative=bool(found.cards) and found.cards[0].is_illustrative,
        results=render_to_string("catalog/_shown.html", context),
        panel=render_to_string("catalog/_facets.html", context),
    )


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The whole page, or only what filters change when htmx asks for it.

    What was drawn is remembered for a short while, as every query string has a page of its own.
    """
    asked = selectors.Asked.parse(request.GET)
    key = ("listing page", asked, clock.today(), get_language())
    drawn = freshness.remembered(key, lambda: _draw_listing(asked), seconds=DRAWN_SECONDS)
    context = {"nav": "listing", "query": drawn.filters.q, "drawn": drawn}
    htmx = request.htmx  # type: ignore[attr-defined]
    partial = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, "catalog/_results.html" if partial else "catalog/listing.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


_PARTS = ("title", "gallery", "promises", "slip", "contact", "more")


@dataclass(frozen=True, slots=True)
class DrawnProduct:
    """A product page and its parts, drawn but for stock and the buying form."""

    page: selectors.ProductPage
    parts: dict[str, SafeString]
    topics: set[str]


def _draw_product(slug: str) -> DrawnProduct | None:
    page = selectors.product_page(slug)
    if page is None:
        return None
    context = {"page": page, "product": page.product, "producer": page.producer, "zalo": page.zalo}
    parts = {part: render_to_string(f"catalog/_{part}.html", context) for part in _PARTS}
    parts["crumbs"] = render_to_string("components/crumbs.html", {"trail": page.trail})
    parts["maker"] = render_to_string("catalog/_maker.html", context)
    parts["maker_with_contact"] = render_to_string("catalog/_maker.html", {**context, "with_contact": True})
    # What has been drawn need not travel from the cache a second time.
    return DrawnProduct(
        replace(page, related=[], facts=[], certifications=[]), parts, selectors.product_topics(page)
    )


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Remembered until a product or producer on it changes, but for the stock, which is read afresh."""
    key = ("product page", slug.lower(), clock.today(), get_language())
    drawn = freshness.remembered(
        key, lambda: _draw_product(slug.lower()), topics=lambda found: found.topics if found else ()
    )
    if drawn is None:
        raise Http404(_("Không có sản phẩm này, hoặc sản phẩm đã ngừng hiển thị."))
    page, parts = drawn.page, drawn.parts
    if slug != page.product.slug:
        return redirect(page.url, permanent=True)
    offer = selectors.offer(page)
    if offer.sale_state not in ("sold_out", "request"):  # there the way to call stands beside the price
        parts["maker"] = parts["maker_with_contact"]
    site = settings.SITE_URL
    context = {
        "nav": "listing",
        "page": page,
        "product": page.product,
        "offer": offer,
        "drawn": parts,
        "canonical": site + page.url,
        "json_ld": structured.script(
            structured.product(page, offer, site=site), structured.breadcrumbs(page.trail, site=site)
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
