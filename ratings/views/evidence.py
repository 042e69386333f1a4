"""Papers of a dossier."""

from django.http import Http404, HttpRequest, HttpResponse


def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404
