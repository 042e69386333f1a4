"""Where gateways come to: their servers with notices, and buyers on their way back."""

import logging

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_safe

from core.errors import MarketError
from orders import visits
from orders.selectors.paying import pay_panel
from orders.services import gateway_notices, gateway_queries
from payments import gateways
from payments.gateways import GatewayNotOffered
from payments.gateways.base import Answer

logger = logging.getLogger(__name__)


@csrf_exempt
@require_GET
@never_cache
def notice(request: HttpRequest, gateway: str) -> HttpResponse:
    """The gateway's server says what became of a payment. An error of ours makes it say so again."""
    try:
        reply = gateway_notices.hear(name=gateway, params=request.GET.dict())
    except GatewayNotOffered as error:
        raise Http404 from error
    except Exception:  # whatever it was, the notice must not be lost
        logger.exception("a notice of %s could not be taken in", gateway)
        reply = gateways.get(gateway).reply(Answer.FAILED)
    return JsonResponse(dict(reply.body), status=reply.status)


@require_safe
@never_cache
def back(request: HttpRequest, gateway: str) -> HttpResponse:
    """The buyer is back. What the browser carries is only read to know which order to show."""
    try:
        said = gateways.get(gateway).read_return(request.GET.dict())
    except GatewayNotOffered as error:
        raise Http404 from error
    except MarketError:
        return render(request, "orders/returned.html", status=400)
    order = gateway_notices.order_of(txn_ref=said.txn_ref, gateway=gateway)
    if order is None or visits.buyer_of(request, order) is None:
        return render(request, "orders/returned.html")
    panel = pay_panel(order)
    if panel is None or panel.ask_until is None:
        return redirect("orders:order", code=order.code)
    gateway_queries.ask_soon(txn_ref=said.txn_ref)
    return render(request, "orders/returned.html", {"panel": panel})
