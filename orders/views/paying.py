"""Paying an order in advance: on its page, at a gateway, and money that comes back."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from core.errors import MarketError
from orders import codes, visits
from orders.forms import RefundAccountForm
from orders.models import Order
from orders.selectors.paying import PayPanel, pay_panel, refund_of
from orders.services import gateway_payments, reorder
from orders.views.held import held, order_context, unknown
from payments import gateways, vietqr
from payments.errors import BankAccountNeeded
from payments.services import refunds


def go_on(request: HttpRequest, order: Order) -> HttpResponse:
    """After placing: to the gateway that the buyer chose, else to the order's page."""
    if order.payment_method in gateways.offered():
        return _to_gateway(request, order)
    return redirect("orders:order", code=order.code)


@require_POST
@never_cache
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """To the gateway: each press is a visit of its own for what is still missing."""
    order = _order(request, code)
    return unknown(request) if order is None else _to_gateway(request, order)


@require_safe
@never_cache
def status(request: HttpRequest, code: str) -> HttpResponse:
    """The panel for a page that asks for news (``v``: what it shows). Nothing new: 204."""
    order = _order(request, code)
    if order is None:
        return unknown(request)
    panel = pay_panel(order)
    page = reverse("orders:order", args=[order.code])
    if not request.htmx:  # type: ignore[attr-defined]  # set by the htmx middleware
        return redirect(page)
    if panel is None or panel.ask_until is None:
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    if request.GET.get("v") == panel.version:
        return HttpResponse(status=204)
    return render(request, "orders/partials/pay_panel.html", {"panel": panel})


@require_safe
@never_cache
def qr_code(request: HttpRequest, code: str) -> HttpResponse:
    """The VietQR of what is missing, as a picture that a phone can save and a banking app can open."""
    panel = _panel(request, code)
    if panel is None or panel.state != "transfer":
        return unknown(request)
    payload = vietqr.encode(
        settings.MARKET_BANK_BIN,
        settings.MARKET_BANK_ACCOUNT,
        panel.payment.missing,
        panel.order.transfer_note,
    )
    return HttpResponse(
        vietqr.png(payload),
        content_type="image/png",
        headers={"Content-Disposition": f'inline; filename="vietqr-{panel.order.code}.png"'},
    )


@require_POST
@never_cache
def order_again(request: HttpRequest, code: str) -> HttpResponse:
    """What was not paid in time goes back into the cart."""
    order = _order(request, code)
    if order is None:
        return unknown(request)
    cart = visits.open_cart(request)
    missing = reorder.put_back(order=order, cart=cart)
    visits.count(request.session, cart)
    if missing:
        messages.warning(request, _("Không còn đủ: %(names)s.") % {"names": ", ".join(missing)})
    else:
        messages.success(request, _("Đã bỏ lại các món vào giỏ, theo giá hôm nay."))
    return redirect("orders:cart")


@sensitive_post_parameters()
@require_POST
@never_cache
def refund_account(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The buyer says where the money shall go back to."""
    page, buyer = held(request, code)
    refund = refund_of(page.order, pk) if page else None
    if page is None or refund is None:
        return unknown(request)
    form = RefundAccountForm(request.POST, prefix=str(pk))
    if form.is_valid():
        try:
            refunds.name_account(refund=refund, actor=buyer, **form.cleaned_data)
        except BankAccountNeeded as refusal:
            form.add_error(refusal.data["field"], str(refusal))
        except MarketError as refusal:
            messages.error(request, str(refusal))
    if form.errors:
        return render(request, "orders/order.html", order_context(page, refused={pk: form}), status=422)
    return redirect(f"{reverse('orders:order', args=[page.order.code])}#hoan-tien")


def _to_gateway(request: HttpRequest, order: Order) -> HttpResponse:
    path = reverse("orders:gateway-return", args=[order.payment_method])
    try:
        address = gateway_payments.start(
            order=order,
            return_url=request.build_absolute_uri(path),
            ip=request.META["REMOTE_ADDR"],
            language=get_language() or "vi",
        )
    except MarketError as refusal:
        messages.error(request, str(refusal))
        return redirect("orders:order", code=order.code)
    return redirect(address)


def _order(request: HttpRequest, code: str) -> Order | None:
    """The order with its payment, for its buyer only."""
    order = Order.objects.select_related("payment").filter(code=codes.normalise(code)).first()
    return order if order and visits.buyer_of(request, order) is not None else None


def _panel(request: HttpRequest, code: str) -> PayPanel | None:
    order = _order(request, code)
    return pay_panel(order) if order else None
