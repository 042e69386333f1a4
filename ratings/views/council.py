"""Phòng chấm: what a member of a council sees and does. Every address answers 404 to outsiders."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import MarketError
from ratings import wording
from ratings.models import Council, CouncilItem, Scorecard
from ratings.selectors import council as selectors
from ratings.services import scorecards

View = Callable[..., HttpResponse]
_FIELD = re.compile(r"(?:option|comment)-(\d{1,18})")


def _is_script(request: HttpRequest) -> bool:
    return not request.accepts("text/html")


def _signed_in(view: View) -> View:
    """A person is led to the sign-in page; a script is told, so that it can keep what it holds."""
    inner = login_required(view)

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_script(request) and not request.user.is_authenticated:
            return JsonResponse({"error": _("Phiên đăng nhập đã hết."), "code": "signed_out"}, status=401)
        return inner(request, *args, **kwargs)

    return asked


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Hội đồng"), reverse("ratings:council")), *more]


@login_required
@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    context = {"lines": selectors.sessions(request.user), "trail": [(_("Hội đồng"), "")]}
    return render(request, "ratings/council/sessions.html", context)


@login_required
@never_cache
@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Council.objects.visible_to(request.user).select_related("province", "secretary")
    council = get_object_or_404(visible, pk=pk)
    context = {
        "page": selectors.session(request.user, council),
        "council": council,
        "trail": _trail((council.name, "")),
    }
    return render(request, "ratings/council/session.html", context)


@never_cache
@_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own card. POST keeps ``option-<criterion>`` and ``comment-<criterion>``, all or some.

    To a script it answers {"total", "done", "criteria", "locked", "csrf"}, or {"error", "code",
    "refused": {criterion: sentence}}.
    """
    found = _own_card(request, pk)
    refused: dict[int, str] = {}
    refusal: MarketError | None = None
    if request.method == "POST":
        try:
            said = scorecards.fill(card=found, choices=list(_choices(request)), actor=request.user)
            refused = {criterion: str(error) for criterion, error in said.items()}
        except MarketError as error:
            refusal = error
    page = selectors.card_page(found)
    status = refusal.status if refusal else (422 if refused else 200)
    if _is_script(request):
        return JsonResponse(_state(request, page, refusal, refused), status=status)
    if request.method == "POST" and status == 200:
        if "khoa" in request.POST:
            return redirect("ratings:council-lock", pk)
        messages.success(request, _("Đã lưu phiếu: %(done)s/%(count)s tiêu chí.") % _count(page))
        return redirect("ratings:council-card", pk)
    context = {
        "page": page,
        "refused": refused,
        "refusal": refusal,
        "trail": _card_trail(found, _("Phiếu chấm")),
    }
    return render(request, "ratings/council/card.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """What the card comes to and what is missing; POST (``comment``) hands it in for good."""
    found = _own_card(request, pk)
    refusal: MarketError | None = None
    if request.method == "POST":
        try:
            scorecards.lock(card=found, comment=request.POST.get("comment", "")[:4000], actor=request.user)
        except MarketError as error:
            refusal = error
            found = _own_card(request, pk)
        else:
            messages.success(request, _("Đã khóa phiếu. Điểm của bạn được tính vào kết quả."))
            return redirect("ratings:council-session", found.item.council_id)
    context = {
        "page": selectors.card_page(found),
        "refusal": refusal,
        "comment": request.POST.get("comment", ""),
        "trail": _card_trail(found, _("Khóa phiếu")),
    }
    return render(request, "ratings/council/lock.html", context, status=refusal.status if refusal else 200)


@login_required
@never_cache
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Settled rounds of one dossier, for everybody in the session."""
    item = get_object_or_404(selectors.items_of(request.user), pk=pk)
    rounds = selectors.rounds(item)
    if not rounds:
        raise Http404
    session_url = reverse("ratings:council-session", args=[item.council_id])
    context = {
        "item": item,
        "dossier": item.dossier,
        "rounds": rounds,
        "cover": selectors.cover(item.dossier),
        "trail": _trail((item.council.name, session_url), (item.dossier.product.name, "")),
    }
    return render(request, "ratings/council/result.html", context)


def _own_card(request: HttpRequest, pk: int) -> Scorecard:
    try:
        return selectors.own_card(request.user, pk)
    except Scorecard.DoesNotExist as error:
        raise Http404 from error


def _choices(request: HttpRequest) -> Iterator[scorecards.Choice]:
    numbers = dict.fromkeys(int(m[1]) for name in request.POST if (m := _FIELD.fullmatch(name)))
    for number in numbers:
        yield scorecards.Choice(
            criterion=number,
            option=request.POST.get(f"option-{number}", "")[:20],
            comment=request.POST.get(f"comment-{number}", "")[:2000],
        )


def _count(page: selectors.CardPage) -> dict[str, int]:
    return {"done": page.done, "count": len(page.lines)}


def _state(
    request: HttpRequest, page: selectors.CardPage, refusal: MarketError | None, refused: dict[int, str]
) -> dict[str, Any]:
    state: dict[str, Any] = {
        "total": wording.points(page.total),
        "done": page.done,
        "criteria": len(page.lines),
        "locked": page.card.locked_at is not None,
        "csrf": get_token(request),
    }
    if refusal:
        state |= {"error": str(refusal), "code": refusal.code}
    if refused:
        state["refused"] = refused
    return state


def _card_trail(found: Scorecard, last: str) -> list[tuple[str, str]]:
    item: CouncilItem = found.item
    return _trail((item.council.name, reverse("ratings:council-session", args=[item.council_id])), (last, ""))
