"""The cart's page and its forms. Every action works as a plain post and with htmx."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Variant
from core import paths
from core.errors import MarketError
from orders import visits
from orders.errors import CartEmpty, NotForSale, VoucherRefused
from orders.models import Cart
from orders.selectors import basket
from orders.services import cart as carts
from orders.services import vouchers


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    return _page(request, visits.cart_of(request), undo=visits.take_undo(request))


@require_POST
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Fields: variant, quantity (1), next ("checkout", or a path of this site)."""
    try:
        variant = _variant(request)
        quantity = carts.quantity_from(text=request.POST.get("quantity", "1"))
        cart = visits.open_cart(request)
        put = carts.add(cart=cart, variant=variant, quantity=quantity)
    except MarketError as refusal:
        return _refuse(request, refusal)
    visits.count(request.session, cart)
    if put.is_short:
        messages.warning(request, _short(put))
    elif request.POST.get("next") != "checkout":
        messages.success(request, _("Đã thêm %(name)s vào giỏ.") % {"name": variant.product.name})
    return redirect(_next(request))


@require_POST
@never_cache
def update(request: HttpRequest) -> HttpResponse:
    """Fields: variant, quantity (or ``set``: a button's value), or action=remove."""
    cart = visits.cart_of(request)
    if cart is None:
        messages.warning(request, _("Giỏ hàng đang trống."))
        return redirect("orders:cart")
    try:
        variant = _variant(request)
        if request.POST.get("action") == "remove":
            return _removed(request, cart, variant)
        typed = request.POST.get("set") or request.POST.get("quantity", "")
        put = carts.set_quantity(cart=cart, variant=variant, quantity=carts.quantity_from(text=typed))
    except MarketError as refusal:
        return _page(request, cart, refusal=refusal, status=422)
    visits.count(request.session, cart)
    if put.is_short:
        return _page(request, cart, notice={put.variant.pk: _short(put)})
    return _page(request, cart) if request.htmx else redirect("orders:cart")  # type: ignore[attr-defined]


@require_POST
@never_cache
def voucher(request: HttpRequest) -> HttpResponse:
    """Fields: code; action=remove takes it out. A refused code is told beside the field."""
    cart = visits.cart_of(request)
    if cart is None:
        return redirect("orders:cart")
    code = request.POST.get("code", "")[:60]
    if request.POST.get("action") == "remove":
        vouchers.drop(cart=cart, code=code)
    else:
        try:
            vouchers.enter(cart=cart, code=code)
        except VoucherRefused as refusal:
            return _page(request, cart, refused_code=code, refusal=refusal, status=422)
    return _page(request, cart) if request.htmx else redirect("orders:cart")  # type: ignore[attr-defined]


def _removed(request: HttpRequest, cart: Cart, variant: Variant) -> HttpResponse:
    quantity = carts.remove(cart=cart, variant=variant)
    visits.count(request.session, cart)
    if quantity:
        visits.keep_undo(
            request, variant_id=variant.pk, quantity=quantity, name=f"{variant.product.name} ({variant.name})"
        )
    if request.htmx:  # type: ignore[attr-defined]  # set by the htmx middleware
        return _page(request, cart, undo=visits.take_undo(request))
    return redirect("orders:cart")


def _page(
    request: HttpRequest,
    cart: Cart | None,
    *,
    undo: dict[str, Any] | None = None,
    notice: dict[int, str] | None = None,
    refusal: MarketError | None = None,
    refused_code: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page, for htmx the part that changed. A refused quantity is told beside its line."""
    notes = dict(notice or {})
    typed = {}
    if refusal is not None:
        variant_id = request.POST.get("variant", "")
        if variant_id.isdecimal():
            notes[int(variant_id)] = str(refusal)
            typed[int(variant_id)] = request.POST.get("quantity", "")[:12]
    context = {
        "basket": basket(cart, destination=visits.destination(request)) if cart else basket(None),
        "undo": undo,
        "notes": notes,
        "typed": typed,
        "refusal": refusal,
        "refused_code": refused_code,
    }
    if request.htmx:  # type: ignore[attr-defined]
        # htmx swaps nothing on an error status; the words matter more than the number here.
        return render(request, "orders/partials/basket.html", context | {"is_partial": True})
    return render(request, "orders/cart.html", context, status=status)


def _variant(request: HttpRequest) -> Variant:
    text = request.POST.get("variant", "")
    known = text.isdecimal() and len(text) <= 18
    variant = Variant.objects.select_related("product").filter(pk=int(text)).first() if known else None
    if variant is None:
        raise NotForSale
    return variant


def _short(put: carts.Put) -> str:
    return _("%(name)s chỉ còn %(left)s: giỏ giữ đúng số đó.") % {
        "name": put.variant.product.name,
        "left": put.quantity,
    }


def _refuse(request: HttpRequest, refusal: MarketError) -> HttpResponse:
    messages.error(request, str(refusal))
    target = _next(request)
    return redirect(
        "orders:cart" if isinstance(refusal, CartEmpty) or target == "orders:checkout" else target
    )


def _next(request: HttpRequest) -> str:
    """Where to go: a path of this site only, else the cart."""
    target = request.POST.get("next", "")
    if target == "checkout":
        return "orders:checkout"
    return paths.own(target) or "orders:cart"
