"""The order that an address names, for whoever may open it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders import codes, visits
from orders.forms import RefundAccountForm
from orders.selectors import order_page
from orders.selectors.pages import OrderPage
from orders.selectors.paying import pay_panel, refunds_of


def held(request: HttpRequest, code: str) -> tuple[OrderPage | None, Any]:
    """The order with the visitor as its buyer; (None, None) for everybody else."""
    page = order_page(codes.normalise(code))
    buyer = visits.buyer_of(request, page.order) if page else None
    return (page, buyer) if buyer is not None else (None, None)


def unknown(request: HttpRequest) -> HttpResponse:
    """The same page whether there is no such order or it is somebody else's."""
    return render(request, "orders/unknown.html", status=404)


def order_context(page: OrderPage, *, refused: Mapping[int, RefundAccountForm] | None = None) -> Any:
    """What the order's page shows; ``refused``: refund id → its form as it was filled in wrongly."""
    forms = refused or {}
    return {
        "page": page,
        "panel": pay_panel(page.order),
        "refunds": [
            (view, forms.get(view.refund.pk) or RefundAccountForm(prefix=str(view.refund.pk)))
            for view in refunds_of(page.order)
        ],
    }
