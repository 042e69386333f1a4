"""Minutes and score sheets as files, for everybody in the session once there are results."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.text import slugify
from ratings.models import Council
from ratings.selectors import council as selectors
from ratings.selectors import minutes as minute_book
from ratings.services import minutes as minute_papers
from ratings.services import score_sheets
from ratings.views.register import XLSX

_TYPES = {"pdf": "application/pdf", "xlsx": XLSX}


@login_required
@never_cache
@require_safe
def minutes(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    council = get_object_or_404(
        Council.objects.visible_to(request.user).select_related("province", "secretary"), pk=pk
    )
    book = minute_book.of_session(council)
    if not book.has_results:
        raise Http404
    makers = {"pdf": minute_papers.as_pdf, "xlsx": minute_papers.as_xlsx}
    return _file(kind, makers, book, f"bien-ban-{slugify(council.name)}")


@login_required
@never_cache
@require_safe
def sheets(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    item = get_object_or_404(selectors.items_of(request.user), pk=pk)
    rounds = selectors.rounds(item)
    if not rounds:
        raise Http404
    makers = {"pdf": score_sheets.as_pdf, "xlsx": score_sheets.as_xlsx}
    return _file(kind, makers, score_sheets.Sheets(item, rounds), f"phieu-cham-{item.dossier.code}")


def _file(kind: str, makers: Mapping[str, Callable[[Any], bytes]], content: Any, name: str) -> HttpResponse:
    if kind not in makers:
        raise Http404
    response = HttpResponse(makers[kind](content), content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["X-Robots-Tag"] = "noindex"
    return response
