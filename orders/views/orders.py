"""Placed orders: one order, its contract, cancelling, the buyer's list, look-up by phone and code."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import paging
from core.errors import MarketError
from orders import lookups, visits
from orders.forms import CancelForm, LookupForm
from orders.selectors import orders_of, papers
from orders.services import fulfilment
from orders.views.held import held, order_context, unknown

_PER_PAGE = 10


@require_safe
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    page, _buyer = held(request, code)
    if page is None:
        return unknown(request)
    return render(request, "orders/order.html", order_context(page))


@require_safe
@never_cache
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """The text of the remote sale, to print or to save (Luật 19/2023/QH15, Điều 38)."""
    page, _buyer = held(request, code)
    if page is None:
        return unknown(request)
    return render(request, "orders/contract.html", {"page": page, **papers.contract_page(page)})


@require_POST
@never_cache
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Fields: kien (the parcel's code), reason."""
    page, buyer = held(request, code)
    if page is None:
        return unknown(request)
    wanted = request.POST.get("kien", "")
    parcel = next((p.sub_order for p in page.parcels if p.sub_order.code == wanted), None)
    form = CancelForm(request.POST)
    if parcel is None or not form.is_valid():
        messages.error(request, _("Chưa hủy được: hãy chọn kiện hàng và ghi lý do ngắn hơn 300 ký tự."))
        return redirect("orders:order", code=page.order.code)
    try:
        fulfilment.cancel(sub_order=parcel, actor=buyer, reason=form.cleaned_data["reason"])
    except MarketError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã hủy kiện %(code)s.") % {"code": parcel.code})
    return redirect("orders:order", code=page.order.code)


@login_required
@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    page = Paginator(orders_of(request.user), _PER_PAGE).get_page(request.GET.get("trang"))
    pages = paging.window(page.number, page.paginator.num_pages)
    return render(request, "orders/mine.html", {"page": page, "pages": pages})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lookup(request: HttpRequest) -> HttpResponse:
    """A wrong phone and an unknown code get the same answer, so neither can be tried out."""
    if request.method != "POST":
        form = LookupForm(initial={"code": request.GET.get("ma", "")[:20]})
        return render(request, "orders/lookup.html", {"nav": "lookup", "form": form})
    form = LookupForm(request.POST)
    is_valid = form.is_valid()
    if lookups.is_too_often(request, form.cleaned_data.get("phone") or ""):
        response = render(request, "orders/too_often.html", status=429)
        response["Retry-After"] = "600"
        return response
    if not is_valid:
        return render(request, "orders/lookup.html", {"nav": "lookup", "form": form}, status=422)
    data = form.cleaned_data
    order = lookups.find(code=data["code"], phone=data["phone"])
    if order is None:
        return render(
            request, "orders/lookup.html", {"nav": "lookup", "form": form, "is_missing": True}, status=404
        )
    visits.grant(request, order)
    return redirect("orders:order", code=order.code)
