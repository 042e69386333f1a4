"""Nhật ký lô: producers note what happens to their lots, from a phone, also without a network.

The address is apart from the admin's own, so that the service worker's scope is the journal alone.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.errors import MarketError
from core.sites import producer_site
from core.steps import ReasonForm
from traceability.errors import OtherLogin
from traceability.forms import NoteForm
from traceability.models import Lot
from traceability.selectors import journal as selectors
from traceability.services import events
from traceability.services import journal as service
from traceability.views.uploads import wants_json


def index(request: HttpRequest) -> HttpResponse:
    """Which lot."""
    found = selectors.lots_of(request.user)
    return _page(request, "journal", _("Ghi nhật ký lô"), lots=found)


def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done; a POST notes it. With ``Accept: application/json``: 201 (200 when it is known
    already) and the event, or a refusal as ``{code, detail, field}``."""
    row = _own(request, pk)
    if request.method != "POST":
        return _journal(request, row, NoteForm(initial={"user": request.user.pk, "event_id": uuid.uuid4()}))
    form, refusal = NoteForm(request.POST, request.FILES), None
    if form.is_valid():
        data = form.cleaned_data
        sender = data.pop("user")
        try:
            if sender not in (None, request.user.pk):
                raise OtherLogin
            event, is_new = service.note(lot=row, actor=request.user, **data)
        except MarketError as error:
            refusal = error
        else:
            if wants_json(request):
                return JsonResponse(selectors.recorded(event), status=201 if is_new else 200)
            messages.success(request, _("Đã ghi: %s.") % selectors.recorded(event)["label"])
            return redirect("traceability:journal-lot", row.pk)
    return _refused(request, row, form, refusal)


def void(request: HttpRequest, pk: int, event_id: uuid.UUID) -> HttpResponse:
    """Say why an event was wrong."""
    row = _own(request, pk)
    event = get_object_or_404(row.events.select_related("lot"), event_id=event_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            events.void(event=event, actor=request.user, **form.cleaned_data)
        except MarketError as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Đã đính chính. Sự kiện sai vẫn còn đó, gạch ngang, kèm lý do."))
            return redirect("traceability:journal-lot", row.pk)
    elif form.errors:
        status = 422
    entry = selectors.entry_of(event)
    return _page(request, "journal_void", _("Đính chính"), status=status, lot=row, entry=entry, form=form)


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: its address is what limits it to the journal."""
    return TemplateResponse(request, "traceability/journal_worker.js", content_type="text/javascript")


def _own(request: HttpRequest, pk: int) -> Lot:
    rows = Lot.objects.owned_by(request.user)
    rows = rows.select_related("product__producer", "product__product_set__group", "code_row", "location")
    found: Lot = get_object_or_404(rows, pk=pk)
    return found


def _refused(request: HttpRequest, row: Lot, form: NoteForm, refusal: MarketError | None) -> HttpResponse:
    """The service's words, or the form's first."""
    if refusal is not None:
        code, status, words = refusal.code, refusal.status, str(refusal)
        field = str(refusal.data.get("field", ""))
        form.add_error(None, words)
    else:
        code, status = "invalid", 422
        field, words = form.first_error
    if wants_json(request):
        return JsonResponse({"code": code, "detail": words, "field": field}, status=status)
    return _journal(request, row, form, status=status, refusal=words)


def _journal(
    request: HttpRequest, row: Lot, form: NoteForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    before = request.GET.get("truoc", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 9):
        raise Http404
    page = selectors.of_lot(row, before=int(before or 0))
    title = _("Nhật ký lô %s") % row.code
    return _page(request, "journal_lot", title, status=status, page=page, lot=row, form=form, refusal=refusal)


def _page(request: HttpRequest, name: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    whole = {**producer_site.each_context(request), "title": title, "opts": Lot._meta, **context}
    return TemplateResponse(request, f"admin/traceability/{name}.html", whole, status=status)
