"""Papers of a dossier."""

from django.http import Http404, HttpRequest, HttpResponse


def show(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404
