"""Serving a paper of a dossier, to those who may read it, with a trace of every look."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ratings.models import Evidence
from ratings.services import evidence, files

# Nothing inside a paper may run, call or be framed, whatever it is.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"


@require_safe
@login_required
@never_cache
def show(request: HttpRequest, pk: int) -> FileResponse:
    paper = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    try:
        content = paper.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    evidence.record_view(paper=paper, actor=request.user)
    response = FileResponse(
        content,
        as_attachment=paper.content_type not in files.SHOWN,
        filename=files.safe_name(paper.name, paper.content_type),
        content_type=paper.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    return response
