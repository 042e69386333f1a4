"""The checkout: one page, as guest or signed in."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.errors import MarketError
from orders import visits
from orders.errors import CartChanged, CartEmpty
from orders.forms import CheckoutForm
from orders.models import Cart
from orders.selectors import Basket, basket
from orders.services import cart as carts
from orders.services import checkout
from orders.views.paying import go_on


@sensitive_post_parameters("phone", "email", "recipient", "thon", "note")
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
    form = CheckoutForm(initial=CheckoutForm.start(user=request.user, draft=visits.draft(request)))
    return _page(request, basket(cart) if changes else content, form, changes=changes)


def _submit(request: HttpRequest, cart: Cart | None) -> HttpResponse:
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        visits.keep_draft(request, form.typed)
        return _page(request, basket(cart), form, status=200 if form.is_choosing_place else 422)
    try:
        if cart is None:
            raise CartEmpty
        order = checkout.place(
            cart=cart,
            contact=form.contact(),
            idempotency_key=form.key or uuid.uuid4().hex,
            actor=request.user if request.user.is_authenticated else None,
            language=get_language() or "vi",
        )
    except MarketError as refusal:
        visits.keep_draft(request, form.typed)
        visits.count(request.session, cart)
        changes = refusal.changes if isinstance(refusal, CartChanged) else ()
        return _page(request, basket(cart), form, refusal=refusal, changes=changes, status=refusal.status)
    visits.drop_draft(request)
    visits.grant(request, order)
    visits.count(request.session, cart)
    return go_on(request, order)


def _page(
    request: HttpRequest,
    content: Basket,
    form: CheckoutForm,
    *,
    changes: Any = (),
    refusal: MarketError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "basket": content,
        "changes": changes,
        "refusal": refusal,
        # A resubmitted form keeps its key: whatever was placed with it is found again.
        "idempotency_key": form.key or uuid.uuid4().hex,
    }
    return render(request, "orders/checkout.html", context, status=status)
