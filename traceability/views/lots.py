"""A producer's lot: its papers and what it is made of; and the file of a paper, for whom it is meant."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import MarketError
from core.sites import producer_site
from core.storage import private_storage
from core.text import slugify
from traceability.forms import MaterialFormSet, PaperForm
from traceability.models import Location, Lot, LotPaper
from traceability.services import inputs
from traceability.services import papers as service

# Nothing inside a paper may run, call or be framed, whatever it is.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"
CHOICES = 300  # latest lots to choose from


def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of a lot, and one more."""
    lot = _own(request, pk)
    form = PaperForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.keep(lot=lot, actor=request.user, **form.cleaned_data)
        except MarketError as refusal:
            form.add_error(refusal.data.get("field"), str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Đã giữ giấy tờ này."))
            return redirect("traceability:lot-papers", lot.pk)
    elif form.errors:
        status = 422
    kept = LotPaper.objects.filter(lot=lot)
    return _page(request, "papers", _("Ảnh, giấy tờ của lô"), status, lot=lot, form=form, papers=kept)


def materials(request: HttpRequest, pk: int) -> HttpResponse:
    """What a lot is made of, as a whole."""
    lot = _own(request, pk)
    given: dict[str, Any] = {"form_kwargs": {"choices": _choices(lot)}}
    refusal, status = "", 200
    if request.method == "POST":
        forms = MaterialFormSet(request.POST, **given)
        if forms.is_valid():
            wanted = [
                inputs.Material(**{key: value for key, value in form.cleaned_data.items() if key != "DELETE"})
                for form in forms
                if form.has_changed() and not form.cleaned_data.get("DELETE")
            ]
            try:
                inputs.set_all(lot=lot, materials=wanted, actor=request.user)
            except MarketError as error:
                refusal, status = str(error), error.status
            else:
                messages.success(request, _("Đã ghi nguyên liệu của lô."))
                return redirect("producer:traceability_lot_change", lot.pk)
        else:
            status = 422
    else:
        names = ("name", "quantity", "unit", "source_lot", "location", "supplier")
        forms = MaterialFormSet(initial=list(lot.inputs.values(*names)), **given)
    return _page(request, "inputs", _("Nguyên liệu của lô"), status, lot=lot, forms=forms, refusal=refusal)


@require_safe
def paper(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The file of a public paper for everybody, of others for the producer and its officers."""
    row = (
        LotPaper.objects.readable_by(request.user).filter(sha256=sha256).order_by("-is_public", "pk").first()
    )
    if row is None:
        raise Http404
    try:
        content = private_storage().open(row.file, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{slugify(row.title) or 'giay-to'}.{row.file.rpartition('.')[2]}"
    response = FileResponse(content, filename=name, content_type=row.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    if row.is_public:
        patch_cache_control(response, public=True, max_age=3600)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _own(request: HttpRequest, pk: int) -> Lot:
    rows = Lot.objects.owned_by(request.user).select_related("product__producer", "code_row", "location")
    found: Lot = get_object_or_404(rows, pk=pk)
    return found


def _choices(lot: Lot) -> dict[str, Any]:
    """Own lots that were there before this one, and growing areas; what is chosen already stays."""
    home = lot.product.producer_id
    earlier = Lot.objects.filter(product__producer=home, produced_on__lte=lot.produced_on)
    latest = earlier.exclude(pk=lot.pk).order_by("-produced_on", "-id").values("pk")[:CHOICES]
    is_offered = Q(pk__in=latest) | Q(pk__in=lot.inputs.values("source_lot"))
    lots = Lot.objects.filter(is_offered, product__producer=home)
    return {
        "source_lot": lots.select_related("product", "code_row"),
        "location": Location.objects.filter(producer=home),
    }


def _page(
    request: HttpRequest, name: str, title: str, status: int, *, lot: Lot, **context: Any
) -> HttpResponse:
    back = reverse("producer:traceability_lot_change", args=[lot.pk])
    whole = {
        **producer_site.each_context(request),
        "title": title,
        "opts": Lot._meta,
        "lot": lot,
        "back": back,
        **context,
    }
    return TemplateResponse(request, f"admin/traceability/{name}.html", whole, status=status)
