"""What a trace page does with the look of a person: counts it once, and asks for nothing but a province.

Two cookies and no session: which code was just looked at (signed, ten minutes, holding what was sent to be
counted), and the province that the visitor chose.
"""

import re
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import paths
from core.models import Province
from traceability.models import Code, Serial
from traceability.services import scans

AGAIN = 10 * 60  # seconds in which a reload is the same look
REMEMBERED = 180 * 24 * 3600  # seconds for which a chosen province holds
PLACE = "noi-quet"
_SEEN = "da-xem-"
_SALT = "traceability.look"
_CODE = re.compile(r"[0-9]{2}")


def place_of(request: HttpRequest) -> str:
    """The province's code: by the operator's proxy where there is one, else as the visitor said; or "".

    Whether there is such a province is for the counter to find out.
    """
    found = _told_by_proxy(request) or request.COOKIES.get(PLACE, "")
    return found if _CODE.fullmatch(found) else ""


def context(request: HttpRequest) -> dict[str, Any]:
    """For ``traceability/_scans.html``: the provinces, none where the proxy knows, and the chosen one."""
    return {"provinces": [] if _told_by_proxy(request) else _provinces(), "place": place_of(request)}


def count(request: HttpRequest, response: HttpResponse, *, code: Code, serial: Serial | None = None) -> None:
    """Have a person's look counted, unless the same browser just looked at the same code."""
    name = _SEEN + (f"{code.value}-{serial.pk}" if serial else code.value)
    is_person = scans.is_person(
        method=request.method or "",
        user_agent=request.headers.get("User-Agent", ""),
        purpose=request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or "",
    )
    if not is_person or _look(request, name) is not None:
        return
    message = scans.note(code=code, serial=serial, province=place_of(request))
    _remember(response, name, signing.dumps(message, salt=_SALT), AGAIN)


@require_POST
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The visitor says in which province, for the look just made and for later ones; "" forgets it."""
    province = request.POST.get("province", "")
    if province and province not in dict(_provinces()):
        raise Http404
    response = redirect(paths.own(request.POST.get("next", "")) or reverse("traceability:trace", args=[code]))
    if not province:
        response.delete_cookie(PLACE, path="/truy-xuat/")
        return response
    _remember(response, PLACE, province, REMEMBERED)
    for name in request.COOKIES:
        if name.startswith(_SEEN + code) and (message := _look(request, name)) is not None:
            scans.place(message=message, province=province)
    return response


def _provinces() -> list[tuple[str, str]]:
    return list(Province.objects.values_list("code", "short_name"))


def _told_by_proxy(request: HttpRequest) -> str:
    header = settings.SCAN_PROVINCE_HEADER
    return request.headers.get(header, "") if header else ""


def _look(request: HttpRequest, name: str) -> dict[str, Any] | None:
    try:
        return signing.loads(request.COOKIES.get(name, ""), salt=_SALT, max_age=AGAIN)
    except signing.BadSignature:
        return None


def _remember(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/truy-xuat/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
