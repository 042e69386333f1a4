"""What sending would cost, on the page of a product: a part that htmx asks for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import visits
from orders.errors import BadQuantity
from orders.selectors.estimates import estimate
from orders.services import cart as carts


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """``?variant=&quantity=``; a quantity that means nothing counts as one."""
    text = request.GET.get("variant", "")
    if not (text.isdecimal() and len(text) <= 18):
        raise Http404
    try:
        quantity = carts.quantity_from(text=request.GET.get("quantity", "1"))
    except BadQuantity:
        quantity = 1
    found = estimate(variant_id=int(text), quantity=quantity, destination=visits.destination(request))
    if found is None:
        raise Http404
    return render(request, "orders/partials/fee.html", {"estimate": found})
