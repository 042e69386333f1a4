"""Returns and disputes on the buyer's side: asking, one case, its photos."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import PictureRefused
from core.errors import MarketError
from orders import codes, visits
from orders.case_forms import CaseForm, DisputeForm
from orders.models import CasePhoto, Order, ReturnCase, SubOrder
from orders.selectors import recalls
from orders.selectors.cases import CasePage, case_page, of_parcel
from orders.services import case_money, cases

# Nothing inside a file may run, call or be framed, whatever it is.
_POLICY = "default-src 'none'; img-src 'self'; frame-ancestors 'none'; sandbox"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, code: str, kien: str) -> HttpResponse:
    """Fields: line-<id> (units), reason, story, photos, camera."""
    order, buyer = _held(request, code)
    parcel = _parcel(order, kien) if order else None
    if order is None or parcel is None:
        return _unknown(request)
    lines = list(parcel.lines.all())
    returns = of_parcel(parcel, lines, recalled=recalls.of_parcels([parcel]))
    if not returns.may_ask:
        if returns.open_case:
            return redirect("orders:case", code=order.code, case=returns.open_case.code)
        messages.error(
            request, _("Kiện này không còn yêu cầu trả hàng được. Cần giúp, hãy gọi cho người bán.")
        )
        return redirect("orders:order", code=order.code)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CaseForm(*sent, lines=lines, left=returns.left, reasons=returns.reasons)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = cases.open(
                    sub_order=parcel,
                    reason=form.cleaned_data["reason"],
                    story=form.cleaned_data["story"],
                    quantities=form.quantities,
                    photos=form.uploads,
                    actor=buyer,
                )
            except MarketError as refusal:
                form.add_error("photos" if isinstance(refusal, PictureRefused) else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Đã gửi yêu cầu đến người bán."))
                return redirect("orders:case", code=order.code, case=case.code)
    days = settings.CASE_ANSWER_DAYS
    context = {"order": order, "sub": parcel, "returns": returns, "form": form, "days": days}
    return render(request, "orders/case_form.html", context, status=status)


@require_safe
@never_cache
def show(request: HttpRequest, code: str, case: str) -> HttpResponse:
    order, _buyer = _held(request, code)
    page = case_page(order, case) if order else None
    if page is None:
        return _unknown(request)
    return _shown(request, page, DisputeForm())


@require_POST
@never_cache
def withdraw(request: HttpRequest, code: str, case: str) -> HttpResponse:
    order, buyer = _held(request, code)
    page = case_page(order, case) if order else None
    if page is None:
        return _unknown(request)
    try:
        cases.withdraw(case=page.case, actor=buyer)
    except MarketError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã rút yêu cầu."))
    return redirect("orders:case", code=page.case.sub_order.order.code, case=page.case.code)


@require_POST
@never_cache
def dispute(request: HttpRequest, code: str, case: str) -> HttpResponse:
    """Fields: words."""
    order, buyer = _held(request, code)
    page = case_page(order, case) if order else None
    if page is None:
        return _unknown(request)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    try:
        cases.dispute(case=page.case, words=form.cleaned_data["words"], actor=buyer)
    except MarketError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã nhờ tỉnh hòa giải."))
    return redirect("orders:case", code=page.case.sub_order.order.code, case=page.case.code)


@require_safe
@never_cache
def photo(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """A photo of a case, for its buyer, the producer's members and officers of the area."""
    row = get_object_or_404(
        CasePhoto.objects.select_related("case__sub_order__order"),
        pk=pk,
        case__sub_order__order__code=codes.normalise(code),
    )
    is_buyer = visits.buyer_of(request, row.case.sub_order.order) is not None
    if not is_buyer and not ReturnCase.objects.visible_to(request.user).filter(pk=row.case_id).exists():
        raise Http404
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    return response


def _shown(request: HttpRequest, page: CasePage, form: DisputeForm, status: int = 200) -> HttpResponse:
    context = {"page": page, "case": page.case, "worth": case_money.worth(page.case), "form": form}
    return render(request, "orders/case.html", context, status=status)


def _held(request: HttpRequest, code: str) -> tuple[Order | None, Any]:
    """The order with the visitor as its buyer; (None, None) for everybody else."""
    order = Order.objects.filter(code=codes.normalise(code)).first()
    buyer = visits.buyer_of(request, order) if order else None
    return (order, buyer) if buyer is not None else (None, None)


def _parcel(order: Order, code: str) -> SubOrder | None:
    rows = order.sub_orders.select_related("producer", "order").prefetch_related("lines", "cases__lines")
    return next((sub for sub in rows if sub.code == code), None)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "orders/unknown.html", status=404)
