"""Forms with files: what is far too large is refused by its announced length, before it is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from traceability.errors import TooLarge
from traceability.services import journal, papers

MOST_BYTES = journal.MOST_PHOTOS * papers.LARGEST_FILE + 2**20


def bounded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Looks at the length first and at the CSRF token after it: the token stands inside the body."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if int(length) <= MOST_BYTES:
            return protected(request, *args, **kwargs)
        refusal = TooLarge()
        if wants_json(request):
            answer = {"code": refusal.code, "detail": str(refusal), "field": "photos"}
            return JsonResponse(answer, status=refusal.status)
        messages.error(request, str(refusal))
        return redirect(request.path)

    return guarded


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
