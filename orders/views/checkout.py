"""The checkout: one page, as guest or signed in."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import MarketError
from core.forms import place_initial
from core.money import format_vnd
from orders import visits
from orders.errors import CartChanged, CartEmpty, TotalChanged
from orders.forms import CheckoutForm
from orders.models import Cart
from orders.selectors import Basket, basket
from orders.selectors.destinations import chosen, pickup_points
from orders.services import cart as carts
from orders.services import checkout, vouchers
from orders.views.paying import go_on

_PERSONAL = ("phone", "email", "recipient", "thon", "note")


@sensitive_post_parameters(*_PERSONAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    cart = visits.cart_of(request)
    if request.method == "POST":
        return _submit(request, cart)
    content = basket(cart)
    if cart is None or content.is_empty:
        return redirect("orders:cart")
    changes = carts.reconcile(cart=cart) if content.has_problems else []
    if changes:
        visits.count(request.session, cart)
        content = basket(cart)
    first = CheckoutForm.start(user=request.user, draft=visits.draft(request))
    return _page(request, content, _form(content, initial=first), reasons=[c.message for c in changes])


@sensitive_post_parameters(*_PERSONAL)
@require_POST
@never_cache
def sums(request: HttpRequest) -> HttpResponse:
    """What the form as it stands now would cost: the part that htmx swaps. Changes nothing."""
    content = basket(visits.cart_of(request))
    form = _form(content, request.POST)
    context = {"basket": _bound(request, content, form), "is_partial": True}
    return render(request, "orders/partials/summary.html", context)


def _submit(request: HttpRequest, cart: Cart | None) -> HttpResponse:
    """Orders; the buttons ``bo_ma`` (a voucher's code) and ``tinh_phi`` only show the page again."""
    content = basket(cart)
    form = _form(content, request.POST)
    if "bo_ma" in request.POST or "tinh_phi" in request.POST:
        if cart is not None and "bo_ma" in request.POST:
            vouchers.drop(cart=cart, code=request.POST["bo_ma"])
            content = basket(cart)
        return _page(request, content, _form(content, initial=_so_far(form)))
    if not form.is_valid():
        visits.keep_draft(request, form.typed)
        return _page(request, content, form, status=200 if form.is_choosing_place else 422)
    try:
        if cart is None:
            raise CartEmpty
        order = checkout.place(
            cart=cart,
            contact=form.contact(),
            idempotency_key=form.key or uuid.uuid4().hex,
            actor=request.user if request.user.is_authenticated else None,
            language=get_language() or "vi",
            method=form.cleaned_data["payment_method"],
            pickups={producer: point.pk for producer, point in form.pickups().items()},
            agreed_total=form.agreed("total"),
        )
    except MarketError as refusal:
        return _refused(request, cart, form, refusal)
    visits.keep_destination(request, chosen(form.cleaned_data["commune"]))
    visits.drop_draft(request)
    visits.grant(request, order)
    visits.count(request.session, cart)
    return go_on(request, order)


def _refused(
    request: HttpRequest, cart: Cart | None, form: CheckoutForm, refusal: MarketError
) -> HttpResponse:
    visits.keep_draft(request, form.typed)
    visits.count(request.session, cart)
    content = basket(cart)
    reasons = [change.message for change in refusal.changes] if isinstance(refusal, CartChanged) else []
    if isinstance(refusal, TotalChanged):
        reasons = _why(form, _bound(request, content, form))
    return _page(request, content, form, refusal=refusal, reasons=reasons, status=refusal.status)


def _why(form: CheckoutForm, now: Basket) -> list[str]:
    """What differs from the sums that the page showed."""
    to = now.destination.name
    told = [
        (_("Phí giao đến %(to)s: từ %(before)s thành %(after)s."), form.agreed("fee"), now.shipping_total),
        (_("Giảm giá: từ %(before)s thành %(after)s."), form.agreed("discount"), now.discount_total),
        (_("Tổng cộng: từ %(before)s thành %(after)s."), form.agreed("total"), now.total),
    ]
    return [
        words % {"to": to, "before": format_vnd(before), "after": format_vnd(after)}
        for words, before, after in told
        if before is not None and before != after
    ]


def _form(content: Basket, *data: Any, **more: Any) -> CheckoutForm:
    points = pickup_points([parcel.producer.pk for parcel in content.parcels])
    return CheckoutForm(*data, points=points, **more)


def _so_far(form: CheckoutForm) -> dict[str, str]:
    """What was typed, with the place as it was understood: first values of a form not judged yet."""
    place = place_initial(commune=form.named, line=form.typed.get("thon", "")) if form.named else {}
    return {**form.typed, **place}


def _bound(request: HttpRequest, content: Basket, form: CheckoutForm) -> Basket:
    """The cart on the way that the form describes; until it names a place, on a probable one."""
    if form.named is None:
        return content.bound_for(visits.destination(request), form.pickups())
    destination = chosen(form.named)
    visits.keep_destination(request, destination)
    return content.bound_for(destination, form.pickups())


def _page(
    request: HttpRequest,
    content: Basket,
    form: CheckoutForm,
    *,
    reasons: Sequence[str] = (),
    refusal: MarketError | None = None,
    status: int = 200,
) -> HttpResponse:
    content = _bound(request, content, form)
    context = {
        "form": form,
        "basket": content,
        "ways": form.ways(content.parcels),
        "reasons": reasons,
        "refusal": refusal,
        # A resubmitted form keeps its key: whatever was placed with it is found again.
        "idempotency_key": form.key or uuid.uuid4().hex,
        "minutes": settings.RESERVATION_MINUTES,
        "is_late_kept": settings.LATE_PAYMENT == "reserve",
    }
    return render(request, "orders/checkout.html", context, status=status)
