"""Type-ahead and lists of places, for the address field of every form."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.services import places
from core.text import clean

DAY = 86_400


def _parameter(request: HttpRequest, name: str) -> str:
    return clean(request.GET.get(name, ""))[: places.MAX_TEXT]


@require_safe
@cache_control(public=True, max_age=DAY)
def place_suggest(request: HttpRequest) -> HttpResponse:
    """``?q=&tinh=``: an HTML list for htmx, else JSON {"results": [{code, label, …}]}."""
    found = places.suggest(_parameter(request, "q"), province=_parameter(request, "tinh") or None)
    if request.headers.get("HX-Request"):
        response = render(request, "core/place_suggestions.html", {"suggestions": found})
    else:
        response = JsonResponse({"results": [asdict(suggestion) for suggestion in found]})
    response["Vary"] = "HX-Request"
    return response


@require_safe
@cache_control(public=True, max_age=DAY)
def communes(request: HttpRequest) -> HttpResponse:
    """``?tinh=48``: the communes of a province, as <option> rows for htmx, else as JSON."""
    rows = places.communes_of(_parameter(request, "tinh"))
    if request.headers.get("HX-Request"):
        response = render(request, "core/commune_options.html", {"communes": rows})
    else:
        response = JsonResponse({"results": [{"code": row.code, "name": row.name} for row in rows]})
    response["Vary"] = "HX-Request"
    return response
