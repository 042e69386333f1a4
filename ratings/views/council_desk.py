"""The secretary's screens: how far everybody is, and the steps of the session."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import MarketError
from core.steps import Step
from ratings.council_steps import ITEM_STEPS, SESSION_STEPS
from ratings.models import Council
from ratings.selectors import council as selectors


@login_required
@never_cache
@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has started and who has locked. htmx asks for the part that changes every few seconds."""
    council = _council(request, pk)
    page = selectors.live(council)
    for line in page.items:
        line.item.council = council
    context = {
        "page": page,
        "council": council,
        "steps": [step for step in SESSION_STEPS if step.offered(council)],
        "rows": [(line, [step for step in ITEM_STEPS if step.offered(line.item)]) for line in page.items],
        "trail": _trail(council, _("Điều hành")),
    }
    is_part = request.htmx  # type: ignore[attr-defined]  # set by the htmx middleware
    template = "ratings/council/_live.html" if is_part else "ratings/council/live.html"
    return render(request, template, context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    council = _council(request, pk)
    return _take(request, SESSION_STEPS, slug, council, council, council.name)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def item_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    rows = selectors.items_of(request.user).filter(council__in=Council.objects.run_by(request.user))
    item = get_object_or_404(rows, pk=pk)
    return _take(request, ITEM_STEPS, slug, item, item.council, item.dossier.product.name)


def _council(request: HttpRequest, pk: int) -> Council:
    rows = Council.objects.run_by(request.user).select_related("province", "secretary")
    return get_object_or_404(rows, pk=pk)


def _take(
    request: HttpRequest, steps: Sequence[Step], slug: str, obj: Any, council: Council, about: str
) -> HttpResponse:
    """The page of one step; its POST calls the service, whose refusal stands on the page."""
    step = next((step for step in steps if step.slug == slug), None)
    if step is None:
        raise Http404
    back = reverse("ratings:council-live", args=[council.pk])
    is_post = request.method == "POST"
    form = step.form(request.POST if is_post else None, initial=step.initial(obj))
    status = 200
    if is_post and form.is_valid():
        try:
            step.run(obj, request.user, form.cleaned_data)
        except MarketError as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, str(step.done))
            return redirect(back)
    elif not step.offered(obj):
        messages.warning(request, _("Bước này không còn hợp với trạng thái hiện tại. Đã tải lại trang."))
        return redirect(back)
    elif form.errors:
        status = 422
    context = {
        "step": step,
        "form": form,
        "about": about,
        "back": back,
        "trail": _trail(council, str(step.label)),
    }
    return render(request, "ratings/council/step.html", context, status=status)


def _trail(council: Council, last: str) -> list[tuple[str, str]]:
    return [
        (_("Hội đồng"), reverse("ratings:council")),
        (council.name, reverse("ratings:council-session", args=[council.pk])),
        (last, ""),
    ]
