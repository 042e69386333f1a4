"""Public pages: look up a code, its trace page, its QR pictures."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_ratelimit.core import is_ratelimited

from core import paths
from core.errors import MarketError
from core.templatetags.market import moment
from traceability import gs1, reading, resolver
from traceability.errors import BadDigitalLink, PictureNotReady
from traceability.facts import of_page
from traceability.resolver import for_every_origin
from traceability.selectors import pages
from traceability.services import checks, codes
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
    serial = reading.compact(request.GET.get("s", "")[:40])
    page = pages.of_code(value, serial) if codes.SHAPE.fullmatch(value) else None
    if page is not None and value != code:
        asked = request.META["QUERY_STRING"]
        return redirect(reverse("traceability:trace", args=[value]) + (f"?{asked}" if asked else ""))
    return _answer(request, page, asked=code, here=request.get_full_path() if serial else "")


@for_every_origin
def facts(request: HttpRequest, code: str) -> HttpResponse:
    """What the trace page says, for programs; ``?s=`` asks for one item."""
    page = pages.of_code(code, reading.compact(request.GET.get("s", "")[:40]))
    if page is None:
        raise Http404
    return JsonResponse(of_page(page), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_POST
def scratch(request: HttpRequest, code: str) -> HttpResponse:
    """The number under the film of one item was typed."""
    serial = pages.serial_of(code, request.POST.get("s", "")[:20])
    if serial is None or not serial.check_code:
        raise Http404
    here = reverse("traceability:trace", args=[code]) + f"?s={serial.value}"
    back = paths.own(request.POST.get("next", "")) or here
    if is_ratelimited(request, group="scratch", key="ip", rate=settings.SCRATCH_RATE, increment=True):
        messages.error(request, _("Bạn đã thử quá nhiều lần. Xin chờ vài phút rồi nhập lại."))
        return redirect(back)
    match checks.scratch(serial=serial, typed=request.POST.get("ma_cao", "")[:40]):
        case checks.Scratch.FIRST:
            messages.success(request, _("Mã cào đúng, và bạn là người đầu tiên kiểm tra tem này."))
        case checks.Scratch.AGAIN:
            told = _("Mã cào đúng, nhưng đã có người kiểm tra từ %s. Nếu không phải bạn, hàng có thể là giả.")
            messages.warning(request, told % moment(serial.checked_at))
        case checks.Scratch.WRONG:
            messages.error(
                request, _("Mã cào không đúng. Xin so lại từng số; nếu vẫn sai, tem có thể là giả.")
            )
    return redirect(back)


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
    page = pages.of_gtin(link.gtin, link.lot, link.serial)
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
        looking.count(request, response, code=page.code, serial=page.serial)
    return response


def _gtin_address(gtin14: str, lot: str) -> str:
    return gs1.digital_link(site="", gtin=gtin14, lot=lot)
