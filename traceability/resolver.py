"""GS1's resolver on ``/01/…``: where a Digital Link leads, for people and for programs.

By the GS1-Conformant Resolver Standard 1.2.0 (ratified January 2026), which says:
- a resolver *redirects* to the default link unless the request asks for something better. So ``/01/…`` does
  not draw the trace page itself: it sends on with 307 (which keeps the method and is not remembered, for a
  lot may be entered or recalled tomorrow) to the same path under ``/truy-xuat``;
- ``linkType`` chooses another link, and a type that is not there is 404; ``linkType=linkset`` (``all`` is its
  old name) or ``Accept: application/linkset+json`` asks for the whole set (RFC 9264);
- a malformed link is 400, nothing wrong is ever 200, other keys of the query are passed on, a lot or serial
  that is not known walks up to the product, a slash at the end is no matter, every origin may ask.
"""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import MarketError
from traceability import gs1, links, verdicts
from traceability.errors import BadDigitalLink, NoSuchLink
from traceability.selectors import pages

METHODS = ("GET", "HEAD", "OPTIONS")
LINKSET = "application/linkset+json"
PROBLEM = "application/problem+json"  # RFC 9457
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
_PREFIX = re.compile(r"^(gs1:|https?://((ref|www)\.)?gs1\.org/voc/)")

View = Callable[..., HttpResponse]


def for_every_origin(view: View) -> View:
    """GET, HEAD and OPTIONS, from pages of any host (CORS)."""

    @require_http_methods(METHODS)
    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
        response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        response["Access-Control-Expose-Headers"] = "Link, Location"
        return response

    return answer


@never_cache
@for_every_origin
def resolve(request: HttpRequest, tail: str) -> HttpResponse:
    try:
        link = link_of(request, tail)
    except BadDigitalLink as refusal:
        return refused(request, refusal, asked=tail)
    found = links.of(link)
    if found is None:
        return unknown(request, asked=link.gtin)
    link_type = request.GET.get("linkType") or links.DEFAULT
    target = found.find(_PREFIX.sub("", link_type))
    if link_type in ("linkset", "all") or _wants(request) == LINKSET:
        response: HttpResponse = JsonResponse(
            found.as_json(), content_type=LINKSET, json_dumps_params={"ensure_ascii": False}
        )
        context = f', <{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    elif target is None:
        return refused(request, NoSuchLink(data={"link_type": link_type[:60]}), asked=link.gtin)
    else:
        response, context = HttpResponseRedirect(_passing_on(request, target), preserve_request=True), ""
    itself = settings.SITE_URL + link.path
    response["Link"] = f'<{itself}?linkType=linkset>; rel="linkset"; type="{LINKSET}"{context}'
    patch_vary_headers(response, ["Accept"])
    return response


@never_cache
@for_every_origin
def location(request: HttpRequest, gln: str) -> HttpResponse:
    """``/414/{GLN}``, by which events name a place: on to its page. Places have no link sets."""
    try:
        place = pages.location(gln=gs1.gln13(gln))
    except BadDigitalLink as refusal:
        return refused(request, refusal, asked=gln)
    if place is None:
        return unknown(request, asked=gln)
    return redirect("traceability:location", place.code, preserve_request=True)


@for_every_origin
def description(request: HttpRequest) -> HttpResponse:
    """The resolver description file, by which a resolver is told from other services."""
    about = {
        "name": "Chợ OCOP",
        "resolverRoot": settings.SITE_URL,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": links.GS1_VOC, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
    }
    return JsonResponse(
        about, headers={"Cache-Control": "public, max-age=86400"}, json_dumps_params={"ensure_ascii": False}
    )


def link_of(request: HttpRequest, tail: str) -> gs1.DigitalLink:
    """The link of a request whose path goes on with ``tail``, as the server decoded it, after ``/01/``.

    gunicorn also hands over the path as it was sent, where ``%2F`` still differs from ``/``; another server
    may not. Raises BadDigitalLink.
    """
    sent = str(request.META.get("RAW_URI", "")).partition("?")[0].partition("/01/")[2]
    return gs1.parse(sent or gs1.encoded_again(tail), request.META.get("QUERY_STRING", ""))


def refused(request: HttpRequest, refusal: MarketError, *, asked: str) -> HttpResponse:
    """Why not, in words: a page for people, problem JSON for programs."""
    if _wants(request) != "text/html":
        return _problem(refusal.status, str(refusal), code=refusal.code, **refusal.data)
    context = {"nav": "trace", "text": asked[:60], "refusal": str(refusal)}
    return render(request, "traceability/lookup.html", context, status=refusal.status)


def unknown(request: HttpRequest, *, asked: str) -> HttpResponse:
    """Nothing of ours has this code or GTIN."""
    verdict = verdicts.unknown()
    if _wants(request) != "text/html":
        return _problem(404, f"{verdict.title}. {verdict.text}", code="unknown_code")
    context = {"nav": "trace", "verdict": verdict, "asked": asked[:60]}
    return render(request, "traceability/unknown.html", context, status=404)


def _wants(request: HttpRequest) -> str:
    """The first of these that suits the Accept header; a page where nothing is asked for."""
    return request.get_preferred_type(["text/html", LINKSET, "application/json", PROBLEM]) or "text/html"


def _problem(status: int, detail: str, **more: object) -> HttpResponse:
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(
        told | more, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )


def _passing_on(request: HttpRequest, target: links.Link) -> str:
    """The target with the query that came, as it was written, but for the wish that is now fulfilled."""
    pairs = [pair for pair in request.META.get("QUERY_STRING", "").split("&") if pair]
    kept = [pair for pair in pairs if unquote_plus(pair.partition("=")[0]) != "linkType"]
    return target.href + ("?" + "&".join(kept) if kept else "")
