"""Public pages: look up a code, its trace page, its QR pictures."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.errors import MarketError
from traceability import gs1, reading, resolver
from traceability.errors import BadDigitalLink, PictureNotReady
from traceability.selectors import pages
from traceability.services import codes
from traceability.views import looking

_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The form, and where the typed or pasted text leads."""
    text = request.GET.get("ma")
    if text is None:
        return render(request, "traceability/lookup.html", {"nav": "trace"})
    try:
        found = reading.read(text, hosts={request.get_host(), urlsplit(settings.SITE_URL).netloc})
    except MarketError as refusal:
        context = {"nav": "trace", "text": text[: reading.LONGEST], "refusal": str(refusal)}
        return render(request, "traceability/lookup.html", context, status=refusal.status)
    if found.code:
        return redirect("traceability:trace", found.code)
    return redirect(_gtin_address(found.gtin, found.lot))


@require_safe
def trace(request: HttpRequest, code: str) -> HttpResponse:
    value = reading.compact(code)
    page = pages.of_code(value) if codes.SHAPE.fullmatch(value) else None
    if page is not None and value != code:
        return redirect("traceability:trace", value)
    return _answer(request, page, asked=code)


@require_safe
def of_product(request: HttpRequest, slug: str) -> HttpResponse:
    """From a product's page to its trace page; to the form while its code is being made."""
    code = pages.code_of_product(slug)
    return redirect("traceability:trace", code) if code else redirect("traceability:lookup")


@require_safe
def of_digital_link(request: HttpRequest, tail: str) -> HttpResponse:
    """The page that the resolver sends people to: a GS1 Digital Link with ``/truy-xuat`` before it."""
    try:
        link = resolver.link_of(request, tail)
    except BadDigitalLink as refusal:
        return resolver.refused(request, refusal, asked=tail)
    page = pages.of_gtin(link.gtin, link.lot)
    return _answer(request, page, asked=link.gtin, here=f"/truy-xuat{link.path}")


@require_safe
def location(request: HttpRequest, code: str) -> HttpResponse:
    """A place that events name: who grows or makes what there."""
    place = pages.location(code=code)
    if place is None:
        raise Http404
    return render(request, "traceability/location.html", {"place": place, "nav": "trace"})


@require_safe
def qr(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The drawn picture; ``?tai`` saves it under a name that says what it is."""
    found = pages.code_named(code)
    if found is None:
        raise Http404
    name = found.png if form == "png" else found.svg
    if not name:
        waiting = HttpResponse(str(PictureNotReady()), status=503, content_type="text/plain; charset=utf-8")
        waiting["Retry-After"] = "60"
        return waiting
    with default_storage.open(name, "rb") as file:
        response = HttpResponse(file.read(), content_type=_TYPES[form])
    way = "attachment" if "tai" in request.GET else "inline"
    lot = "-lo" if found.lot_id else ""
    response["Content-Disposition"] = f'{way}; filename="qr-{found.product.slug[:60]}{lot}-{code}.{form}"'
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _answer(
    request: HttpRequest, page: pages.TracePage | None, *, asked: str, here: str = ""
) -> HttpResponse:
    """Render a page, or the help for an unknown code; count the look-up of a person.

    ``here`` is the page's path where Django's own would lose the %2F of a lot.
    """
    if page is None:
        return resolver.unknown(request, asked=asked)
    context = {"page": page, "nav": "trace", "here": here or request.path, **looking.context(request)}
    response = render(request, "traceability/trace.html", context)
    if page.code is not None:
        looking.count(request, response, code=page.code)
    return response


def _gtin_address(gtin14: str, lot: str) -> str:
    return gs1.digital_link(site="", gtin=gtin14, lot=lot)
